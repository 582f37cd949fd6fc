import type { Dirent, Stats } from 'node:fs'
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** The largest file that is read. */
export const MAX_FILE_BYTES = 4 * 1024 * 1024

const MAX_DEPTH = 16
const MANIFEST = /\.(?:ya?ml|json)$/i

/** The files below a configured path, or why it cannot be read. */
export type Listing =
  | { readonly kind: 'listed'; readonly files: readonly string[] }
  | { readonly kind: 'unreadable'; readonly message: string }

/** The text of a file, or why there is none. */
export type FileText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly message: string }

/** What is to be read. */
export interface GivenManifests {
  /** Files, or folders that are read with all their sub-folders. */
  readonly paths: readonly string[]
  /** What stands for a path that is none of the file system, such as standard input. */
  readonly texts?: ReadonlyMap<string, FileText>
}

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown)

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'is not there: make it, or correct the name',
  EACCES: 'may not be read: permission denied',
  EPERM: 'may not be read: permission denied',
  ELOOP: 'is a symbolic link that leads back to itself',
}

const reasonOf = (thrown: unknown): string => {
  const code = codeOf(thrown)
  return reasons[code] ?? `cannot be read (${code})`
}

const statIfThere = async (path: string): Promise<Stats | undefined> => {
  try {
    return await stat(path)
  } catch {
    return undefined
  }
}

/**
 * The files of one entry of a folder. Hidden entries are passed over: beside the files of a mounted
 * ConfigMap, Kubernetes keeps them once more below `..data`. A link to nothing is listed, so that
 * it is complained about.
 */
const filesOfEntry = async (
  folder: string,
  entry: Dirent,
  seen: ReadonlySet<string>,
): Promise<readonly string[]> => {
  if (entry.name.startsWith('.')) return []
  const path = join(folder, entry.name)
  const stats = await statIfThere(path)
  if (stats?.isDirectory() === true) return filesBelow(path, seen)
  if (!MANIFEST.test(entry.name)) return []
  return stats?.isFile() === true || entry.isSymbolicLink() ? [path] : []
}

const filesBelow = async (
  folder: string,
  seen: ReadonlySet<string>,
): Promise<readonly string[]> => {
  const real = await realpath(folder)
  if (seen.has(real) || seen.size >= MAX_DEPTH) return []
  const entries = await readdir(folder, { withFileTypes: true })
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const below = new Set([...seen, real])
  const files = await Promise.all(sorted.map((entry) => filesOfEntry(folder, entry, below)))
  return files.flat()
}

/**
 * The manifest files of a configured path, in a stable order: a file whatever its name, or the
 * `.yaml`, `.yml` and `.json` files of a folder and its sub-folders. Symbolic links are followed,
 * cycles are not.
 */
export const listManifestFiles = async (path: string): Promise<Listing> => {
  try {
    const stats = await stat(path)
    const files = stats.isDirectory() ? await filesBelow(path, new Set()) : [path]
    return { kind: 'listed', files }
  } catch (thrown) {
    return { kind: 'unreadable', message: reasonOf(thrown) }
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** UTF-8 as text. */
export const decodeText = (bytes: Uint8Array): FileText => {
  try {
    return { kind: 'text', text: utf8.decode(bytes) }
  } catch {
    return { kind: 'unreadable', message: 'is not UTF-8 text: save it as UTF-8' }
  }
}

/** What is said of a text of so many bytes that is not read; `undefined`: it is. */
export const tooLarge = (bytes: number): Extract<FileText, { kind: 'unreadable' }> | undefined => {
  if (bytes <= MAX_FILE_BYTES) return undefined
  const limit = MAX_FILE_BYTES / 1024 / 1024
  return { kind: 'unreadable', message: `is larger than ${limit} MiB: split it into several files` }
}

/** Reads a file as UTF-8 text of bounded size. Never rejects. */
export const readManifestFile = async (file: string): Promise<FileText> => {
  try {
    const { size } = await stat(file)
    return tooLarge(size) ?? decodeText(await readFile(file))
  } catch (thrown) {
    return { kind: 'unreadable', message: reasonOf(thrown) }
  }
}

/** What the file system calls the file, so that one that is reached by two ways is read once. */
export const identityOf = async (file: string): Promise<string> => {
  try {
    return await realpath(file)
  } catch {
    return file
  }
}
