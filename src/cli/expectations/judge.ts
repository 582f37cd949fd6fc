import type { MetadataValue } from '../../core/decision/metadata.ts'
import { shownHeader, shownValue } from '../../explain/words/printable.ts'
import type { Answered, Unaskable } from './ask-case.ts'
import type {
  Case,
  CaseResult,
  Difference,
  Expected,
  ExpectedHeader,
  ExpectedHeaders,
  ExpectedTold,
} from './expectation.ts'

const NOTHING = 'nothing'
const ANY = 'any value'

const PLAIN = ['verdict', 'status', 'reason', 'route', 'rule'] as const

const plainDifferences = (expect: Expected, answer: Answered): readonly Difference[] =>
  PLAIN.flatMap((field) => {
    const [expected, actual] = [expect[field], answer[field]]
    return expected === undefined || expected === actual
      ? []
      : [
          {
            field,
            expected: shownHeader(String(expected)),
            actual: shownHeader(String(actual ?? NOTHING)),
          },
        ]
  })

const isAsExpected = (expected: ExpectedHeader, values: readonly string[]): boolean => {
  if (expected === null) return values.length === 0
  return typeof expected === 'string' ? values.includes(expected) : values.length > 0
}

const inWords = (expected: ExpectedHeader): string => {
  if (expected === null) return NOTHING
  return typeof expected === 'string' ? JSON.stringify(expected) : ANY
}

const valuesInWords = (values: readonly string[]): string =>
  values.length === 0
    ? NOTHING
    : values.map((value) => shownHeader(JSON.stringify(value))).join(' and ')

const headerDifferences = (
  part: 'upstream' | 'response',
  { headers = {} }: ExpectedHeaders,
  valuesOf: (name: string) => readonly string[],
): readonly Difference[] =>
  Object.entries(headers).flatMap(([name, expected]) => {
    const values = valuesOf(name)
    return isAsExpected(expected, values)
      ? []
      : [
          {
            field: `${part}.headers.${name}`,
            expected: shownHeader(inWords(expected)),
            actual: valuesInWords(values),
          },
        ]
  })

const upstreamDifferences = (
  expected: ExpectedHeaders | undefined,
  { upstream }: Answered,
): readonly Difference[] => {
  if (expected === undefined) return []
  if (upstream === undefined) {
    return [
      { field: 'upstream', expected: 'a request', actual: 'nothing, as it is not let through' },
    ]
  }
  return headerDifferences('upstream', expected, (name) => {
    const value = upstream.get(name)
    return value === undefined ? [] : [value]
  })
}

const responseDifferences = (
  expected: ExpectedHeaders | undefined,
  { response }: Answered,
): readonly Difference[] =>
  expected === undefined
    ? []
    : headerDifferences('response', expected, (name) =>
        response.flatMap(([other, value]) => (other === name ? [value] : [])),
      )

const isToldAsExpected = (expected: ExpectedTold, value: MetadataValue | undefined): boolean => {
  if (expected === null) return value === undefined
  if (isPresence(expected)) return value !== undefined
  return JSON.stringify(expected) === JSON.stringify(value)
}

const isPresence = (expected: ExpectedTold): boolean =>
  typeof expected === 'object' && expected !== null && !Array.isArray(expected)

const toldInWords = (expected: ExpectedTold): string => {
  if (expected === null) return NOTHING
  return isPresence(expected) ? ANY : shownValue(expected)
}

const metadataDifferences = (
  { metadata = {} }: Expected,
  { metadata: told }: Answered,
): readonly Difference[] =>
  Object.entries(metadata).flatMap(([key, expected]) => {
    const value = told.get(key)
    return isToldAsExpected(expected, value)
      ? []
      : [
          {
            field: `metadata.${key}`,
            expected: toldInWords(expected),
            actual: shownValue(value),
          },
        ]
  })

const answerLine = ({ status, reason, message, detail }: Answered): string =>
  [`${status} ${reason}: ${message}`, ...(detail === undefined ? [] : [detail])].join(' ')

const NAVIGATION =
  'A login is for pages: a browser says that it wants one by the header `sec-fetch-mode: navigate`.'

const isNavigation = ({ request: { headers } }: Case): boolean =>
  headers.some(([name]) => name === 'sec-fetch-mode' || name === 'accept')

const hints = (one: Case, answer: Answered): readonly string[] =>
  one.expect.verdict === 'login' && answer.verdict === 'challenge' && !isNavigation(one)
    ? [NAVIGATION]
    : []

/** What became of a case, held against what it expects. */
export const judge = (one: Case, answer: Answered | Unaskable): CaseResult => {
  const { name, line, expect } = one
  if (answer.kind === 'unaskable') {
    const notes = answer.problems
    return { name, line, answer: 'not asked', differences: [], notes, isAsked: false }
  }
  return {
    name,
    line,
    answer: answerLine(answer),
    differences: [
      ...plainDifferences(expect, answer),
      ...upstreamDifferences(expect.upstream, answer),
      ...responseDifferences(expect.response, answer),
      ...metadataDifferences(expect, answer),
    ],
    notes: hints(one, answer),
    isAsked: true,
  }
}
