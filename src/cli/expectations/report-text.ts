import { printable } from '../../explain/words/printable.ts'
import { type CaseResult, type Difference, type FileResult, isMet } from './expectation.ts'

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const indented = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => `         ${line}`)

/** A difference as a sentence. */
const differenceLine = ({ field, expected, actual }: Difference): string =>
  `${field}: expected ${expected}, but it is ${actual}`

/** Everything that is to be said of a case that is otherwise than expected; all of it printable. */
export const caseLines = ({ differences, notes, answer, isAsked }: CaseResult) =>
  [...differences.map(differenceLine), ...(isAsked ? [`answered ${answer}`] : []), ...notes].map(
    printable,
  )

const linesOf = (file: string, one: CaseResult): readonly string[] =>
  isMet(one)
    ? [`  ok     ${printable(one.name)}`]
    : [
        `  FAILED ${printable(one.name)} (${printable(file)}:${one.line})`,
        ...indented(caseLines(one)),
      ]

const linesOfFile = ({ file, problems, cases }: FileResult): readonly string[] => [
  printable(file),
  ...problems.map((problem) => `  PROBLEM ${problem}`),
  ...cases.flatMap((one) => linesOf(file, one)),
]

/** One line about all of them. */
export const summaryOf = (files: readonly FileResult[]): string => {
  const cases = files.flatMap((one) => one.cases)
  const problems = files.reduce((sum, one) => sum + one.problems.length, 0)
  const failed = cases.filter((one) => !isMet(one)).length
  return [
    `${plural(cases.length, 'case')}: ${cases.length - failed} as expected, ${failed} not`,
    ...(problems === 0 ? [] : [plural(problems, 'problem')]),
  ].join('; ')
}

/** Results for a person. */
export const reportText = (files: readonly FileResult[]): string =>
  [...files.flatMap(linesOfFile), summaryOf(files), ''].join('\n')
