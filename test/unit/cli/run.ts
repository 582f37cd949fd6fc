import { run } from '../../../src/cli/program.ts'
import type { Environment } from '../../../src/config/overlay.ts'

/** What a command line printed, and how it ended. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a command line in this process, with these environment variables. */
export const sallyportWith = async (
  environment: Environment,
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
    environment,
    workingFolder: process.cwd(),
  })
  return { code, ...printed }
}

/** Runs a command line in this process. */
export const sallyport = (...argv: readonly string[]): Promise<Ran> => sallyportWith({}, ...argv)
