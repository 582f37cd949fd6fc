import {
  decodeText,
  type FileText,
  readManifestFile,
  tooLarge,
} from '../../resources/manifest-files.ts'

/** How standard input is named where a file may be. */
export const STDIN = '-'

/** How sentences call what came by standard input; no file is called so. */
export const STDIN_LABEL = '<stdin>'

/** Reads a stream to its end, as a file is read: UTF-8, and of the same bounded size. */
export const readStandardInput = async (
  stream: AsyncIterable<Uint8Array | string>,
): Promise<FileText> => {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of stream) {
      const read = Buffer.from(chunk)
      bytes += read.length
      const refused = tooLarge(bytes)
      if (refused !== undefined) return refused
      chunks.push(read)
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { kind: 'unreadable', message: `cannot be read: ${why}` }
  }
  return decodeText(Buffer.concat(chunks))
}

/** A text that a command line names, and how sentences call it. */
export interface NamedText {
  readonly name: string
  readonly text: FileText
}

/** Reads the file, or standard input for `-`. Never rejects. */
export const readNamed = async (
  { stdin }: { readonly stdin: () => Promise<FileText> },
  file: string,
): Promise<NamedText> =>
  file === STDIN
    ? { name: STDIN_LABEL, text: await stdin() }
    : { name: file, text: await readManifestFile(file) }
