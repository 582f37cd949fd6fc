import { loadPlatform } from '../offline/offline-platform.ts'
import { complain } from '../terminal/complain.ts'
import { EXIT, type ExitCode } from '../terminal/exit-code.ts'
import type { Io } from '../terminal/io.ts'
import { dataText, type Output } from '../terminal/output.ts'
import { type AskOptions, askFiles } from './ask-files.ts'
import { type FileResult, isMet } from './expectation.ts'
import { reportData } from './report-data.ts'
import { reportJunit } from './report-junit.ts'
import { reportTap } from './report-tap.ts'
import { reportText } from './report-text.ts'

/** The options of `test`. */
export interface TestOptions extends Omit<AskOptions, 'platform'> {
  /** The configuration file of `serve`, which says what the platform requires. */
  readonly config?: string
  readonly output: Output | 'tap' | 'junit'
}

const isRight = ({ problems, cases }: FileResult): boolean =>
  problems.length === 0 && cases.length > 0 && cases.every(isMet)

const report = (
  output: TestOptions['output'],
  results: readonly FileResult[],
  ok: boolean,
): string | Promise<string> => {
  switch (output) {
    case 'text':
      return reportText(results)
    case 'json':
    case 'yaml':
      return dataText(output, reportData(results, ok))
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
  const platform = await loadPlatform(io, options.config)
  if (platform.kind === 'problems') {
    complain(io, platform.problems)
    return EXIT.problem
  }
  const results = await askFiles(io, files, { ...options, platform: platform.terms })
  const ok = results.length > 0 && results.every(isRight)
  io.out(await report(options.output, results, ok))
  return ok ? EXIT.well : EXIT.problem
}
