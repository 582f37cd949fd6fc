import { loadPlatform } from '../offline/offline-platform.ts'
import { EXIT, type ExitCode } from '../terminal/exit-code.ts'
import type { Io } from '../terminal/io.ts'
import { type AskOptions, askFiles } from './ask-files.ts'
import { type FileResult, isMet } from './expectation.ts'
import { reportJson } from './report-json.ts'
import { reportJunit } from './report-junit.ts'
import { reportTap } from './report-tap.ts'
import { reportText } from './report-text.ts'

/** The options of `test`. */
export interface TestOptions extends Omit<AskOptions, 'platform'> {
  /** The configuration file of `serve`, which says what the platform requires. */
  readonly config?: string
  readonly output: 'text' | 'json' | 'tap' | 'junit'
}

const isRight = ({ problems, cases }: FileResult): boolean =>
  problems.length === 0 && cases.length > 0 && cases.every(isMet)

const report = (output: TestOptions['output'], results: readonly FileResult[], ok: boolean) => {
  switch (output) {
    case 'text':
      return reportText(results)
    case 'json':
      return reportJson(results, ok)
    case 'tap':
      return reportTap(results)
    case 'junit':
      return reportJunit(results)
  }
}

/** Asks the cases of files of expectations, offline, and prints what became of each. */
export const test = async (
  io: Io,
  files: readonly string[],
  options: TestOptions,
): Promise<ExitCode> => {
  const platform = loadPlatform(io, options.config)
  if (platform.kind === 'problems') {
    for (const problem of platform.problems) io.err(`${problem}\n`)
    return EXIT.problem
  }
  const results = await askFiles(files, { ...options, platform: platform.terms })
  const ok = results.length > 0 && results.every(isRight)
  io.out(report(options.output, results, ok))
  return ok ? EXIT.well : EXIT.problem
}
