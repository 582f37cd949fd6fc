import type { Environment } from '../../config/overlay.ts'
import type { FileText } from '../../resources/manifest-files.ts'
import { readStandardInput } from './standard-input.ts'

/** What a command may touch of the process around it. */
export interface Io {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether a stream is shown on a terminal. */
  readonly isTerminal: { readonly out: boolean; readonly err: boolean }
  /** All of standard input as text of bounded size; it can be read once. Never rejects. */
  readonly stdin: () => Promise<FileText>
  readonly environment: Environment
  readonly workingFolder: string
}

const isBrokenPipe = (error: Error): boolean => 'code' in error && error.code === 'EPIPE'

/** The process's own streams. A reader that went away, as `head` does, ends the command quietly. */
export const processIo = (): Io => {
  const endQuietly = (error: Error): void => {
    if (!isBrokenPipe(error)) throw error
    process.exit()
  }
  process.stdout.on('error', endQuietly)
  process.stderr.on('error', endQuietly)
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isTerminal: { out: process.stdout.isTTY === true, err: process.stderr.isTTY === true },
    stdin: () => readStandardInput(process.stdin),
    environment: process.env,
    workingFolder: process.cwd(),
  }
}
