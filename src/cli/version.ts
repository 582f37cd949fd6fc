import { EXIT, type ExitCode } from './terminal/exit-code.ts'
import type { Io } from './terminal/io.ts'
import { packageVersion } from './terminal/package-version.ts'

/** What is running, as one line without its end. */
export const versionLine = (): string =>
  `sallyport ${packageVersion()} (Node.js ${process.version})`

/** Prints what is running. */
export const version = (io: Io, options: { readonly output: 'text' | 'json' }): ExitCode => {
  const facts = { version: packageVersion(), node: process.version }
  io.out(options.output === 'json' ? `${JSON.stringify(facts)}\n` : `${versionLine()}\n`)
  return EXIT.well
}
