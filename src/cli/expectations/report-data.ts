import { type CaseResult, type FileResult, isMet } from './expectation.ts'
import { summaryOf } from './report-text.ts'

const caseOf = (one: CaseResult) => {
  const { name, line, answer, differences, notes } = one
  return { name, line, ok: isMet(one), answer, differences, notes }
}

/** Results for a program. */
export const reportData = (files: readonly FileResult[], ok: boolean) => ({
  ok,
  summary: summaryOf(files),
  files: files.map(({ file, problems, cases }) => ({ file, problems, cases: cases.map(caseOf) })),
})
