import { printable } from '../../explain/words/printable.ts'
import { type CaseResult, type FileResult, isMet } from './expectation.ts'
import { caseLines } from './report-text.ts'

/** A description holds neither a directive nor an escape that nobody wrote. */
const description = (text: string): string =>
  printable(text).trim().replaceAll('\\', '\\\\').replaceAll('#', '\\#')

/** JSON is YAML, and on lines of its own nothing in it is taken for TAP. */
const diagnostic = (fields: Readonly<Record<string, unknown>>): readonly string[] => [
  '  ---',
  ...Object.entries(fields).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`),
  '  ...',
]

interface Point {
  readonly isOk: boolean
  readonly name: string
  readonly diagnostic: readonly string[]
}

const pointOf = (file: string, one: CaseResult): Point => ({
  isOk: isMet(one),
  name: `${file}: ${one.name}`,
  diagnostic: isMet(one)
    ? []
    : diagnostic({
        message: caseLines(one).join('\n'),
        severity: one.isAsked ? 'fail' : 'error',
        at: { file: printable(file), line: one.line },
        differences: one.differences,
      }),
})

const problemPoint = (file: string, problems: readonly string[]): Point => ({
  isOk: false,
  name: `${file}: the file and its manifests have no problems`,
  diagnostic: diagnostic({ message: problems.join('\n'), severity: 'error' }),
})

const pointsOf = ({ file, problems, cases }: FileResult): readonly Point[] => [
  ...(problems.length === 0 ? [] : [problemPoint(file, problems)]),
  ...cases.map((one) => pointOf(file, one)),
]

/** Results in the Test Anything Protocol, version 14. */
export const reportTap = (files: readonly FileResult[]): string => {
  const points = files.flatMap(pointsOf)
  return [
    'TAP version 14',
    `1..${points.length}`,
    ...points.flatMap(({ isOk, name, diagnostic: lines }, at) => [
      `${isOk ? 'ok' : 'not ok'} ${at + 1} - ${description(name)}`,
      ...lines,
    ]),
    '',
  ].join('\n')
}
