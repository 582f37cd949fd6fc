import { Readable } from 'node:stream'
import { run } from '../../../src/cli/program.ts'
import { readStandardInput } from '../../../src/cli/terminal/standard-input.ts'
import type { Environment } from '../../../src/config/overlay.ts'

/** What a command line printed, and how it ended. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** What is around a command line. */
export interface Around {
  readonly environment?: Environment
  /** What comes by standard input. */
  readonly stdin?: string
  /** Whether both streams are shown on a terminal. */
  readonly onTerminal?: boolean
}

/** Runs a command line in this process, with all of that around it. */
export const sallyportIn = async (
  { environment = {}, stdin = '', onTerminal = false }: Around,
  ...argv: readonly string[]
): Promise<Ran> => {
  const printed = { out: '', err: '' }
  const code = await run(argv, {
    out: (text) => {
      printed.out += text
    },
    err: (text) => {
      printed.err += text
    },
    isTerminal: { out: onTerminal, err: onTerminal },
    stdin: () => readStandardInput(Readable.from([Buffer.from(stdin)])),
    environment,
    workingFolder: process.cwd(),
  })
  return { code, ...printed }
}

/** Runs a command line in this process, with these environment variables. */
export const sallyportWith = (environment: Environment, ...argv: readonly string[]): Promise<Ran> =>
  sallyportIn({ environment }, ...argv)

/** Runs a command line in this process. */
export const sallyport = (...argv: readonly string[]): Promise<Ran> => sallyportWith({}, ...argv)
