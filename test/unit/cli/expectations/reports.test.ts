import fc from 'fast-check'
import { parse as parseJunit } from 'junit2json'
import { SaxesParser } from 'saxes'
import { Parser as TapParser } from 'tap-parser'
import { describe, expect, test } from 'vitest'
import type { CaseResult, FileResult } from '../../../../src/cli/expectations/expectation.ts'
import { reportJunit } from '../../../../src/cli/expectations/report-junit.ts'
import { reportTap } from '../../../../src/cli/expectations/report-tap.ts'
import { printable } from '../../../../src/explain/words/printable.ts'

const met = (name: string, line = 3): CaseResult => ({
  name,
  line,
  answer: '200 allowed: The request was let through.',
  differences: [],
  notes: [],
  isAsked: true,
})

const failed = (name: string, actual: string): CaseResult => ({
  ...met(name, 7),
  differences: [
    { field: 'status', expected: '200', actual },
    { field: 'reason', expected: 'allowed', actual },
  ],
})

const RESULTS: readonly FileResult[] = [
  {
    file: 'expectations/shop.yaml',
    problems: [],
    cases: [
      met('pages ask for a login'),
      failed('guests may # not <order> & "pay"', '403'),
      { ...met('a client of nobody'), isAsked: false, notes: ['"x" is no OIDCClient.'] },
    ],
  },
  { file: 'broken.yaml', problems: ['broken.yaml:1:1: cases: is required'], cases: [] },
]

interface Point {
  readonly ok: boolean
  readonly name: string
  readonly diag: { readonly message?: string; readonly at?: unknown } | null
}

const readTap = (text: string) => {
  const events: readonly (readonly [string, ...unknown[]])[] = TapParser.parse(text, {
    strict: true,
  }).map((event): [string, ...unknown[]] => [String(event[0]), ...event.slice(1)])
  const points = events.flatMap(([kind, value]) => (kind === 'assert' ? [value as Point] : []))
  const strays = events.filter(([kind]) => kind === 'extra' || kind === 'comment')
  return { version: events.find(([kind]) => kind === 'version')?.[1], points, strays }
}

/**
 * The attributes of the cases, by an XML 1.0 reader that throws where a text is not well-formed.
 */
const readXml = (text: string): readonly Readonly<Record<string, string>>[] => {
  const cases: Readonly<Record<string, string>>[] = []
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'testcase') cases.push({ ...attributes })
  })
  parser.write(text).close()
  return cases
}

describe('TAP', () => {
  test('is read by a harness, strictly', () => {
    const { version, points, strays } = readTap(reportTap(RESULTS))
    expect({ version, strays }).toEqual({ version: 14, strays: [] })
    expect(points.map(({ ok, name }) => [ok, name])).toEqual([
      [true, 'expectations/shop.yaml: pages ask for a login'],
      [false, 'expectations/shop.yaml: guests may # not <order> & "pay"'],
      [false, 'expectations/shop.yaml: a client of nobody'],
      [false, 'broken.yaml: the file and its manifests have no problems'],
    ])
    expect(points[1]?.diag).toMatchObject({
      message:
        'status: expected 200, but it is 403\nreason: expected allowed, but it is 403\nanswered 200 allowed: The request was let through.',
      at: { file: 'expectations/shop.yaml', line: 7 },
    })
  })
})

describe('JUnit', () => {
  test('is read as cases, failures and errors', async () => {
    const text = reportJunit(RESULTS)
    readXml(text)
    expect(await parseJunit(text)).toMatchObject({
      tests: 4,
      failures: 1,
      errors: 2,
      testsuite: [
        {
          name: 'expectations/shop.yaml',
          tests: 3,
          failures: 1,
          errors: 1,
          testcase: [
            { name: 'pages ask for a login', classname: 'expectations/shop' },
            {
              name: 'guests may # not <order> & "pay"',
              failure: [
                {
                  message: 'status: expected 200, but it is 403',
                  inner: expect.stringContaining('\nreason: expected allowed'),
                },
              ],
            },
            { name: 'a client of nobody', error: [{ message: '"x" is no OIDCClient.' }] },
          ],
        },
        {
          name: 'broken.yaml',
          errors: 1,
          testcase: [{ error: [{ message: 'broken.yaml:1:1: cases: is required' }] }],
        },
      ],
    })
  })
})

const odd = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        ...['#', ' # skip', ' # TODO', '\\', '\n', '\r', '\u0000', '\u001b[0m', '\ufffe', '\ud800'],
        ...[
          ']]>',
          '<![CDATA[',
          '<!--',
          '&#0;',
          '&lt;',
          '"',
          "'",
          'ok 1',
          '1..2',
          'Bail out!',
          '  ---',
        ],
      ),
      { minLength: 1, maxLength: 8 },
    )
    .map((parts) => parts.join('')),
)

const resultsOf = (file: string, name: string, actual: string): readonly FileResult[] => [
  { file, problems: [], cases: [met(name), failed(`${name}.`, actual)] },
]

test('whatever names, files and values hold, a harness reads the same cases', () => {
  fc.assert(
    fc.property(odd, odd, odd, (file, name, actual) => {
      const { points, strays } = readTap(reportTap(resultsOf(file, name, actual)))
      expect(strays).toEqual([])
      const named = (text: string) => printable(`${file}: ${text}`).trim()
      expect(points.map((point) => [point.ok, point.name])).toEqual([
        [true, named(name)],
        [false, named(`${name}.`)],
      ])
      expect(points[1]?.diag?.message).toContain(printable(actual))
    }),
    { numRuns: 1_000 },
  )
})

const NO_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

test('whatever names, files and values hold, the XML is well-formed and says the same', async () => {
  await fc.assert(
    fc.asyncProperty(odd, odd, odd, async (file, name, actual) => {
      const text = reportJunit(resultsOf(file, name, actual))
      const names = readXml(text).map((attributes) => attributes.name)
      if (!NO_XML.test(name)) expect(names).toEqual([name, `${name}.`])
      const report = await parseJunit(text)
      const suites = report && 'testsuite' in report ? report.testsuite : []
      const [one, other] = suites?.[0]?.testcase ?? []
      expect(one?.failure).toBeUndefined()
      expect(other?.failure?.[0]?.inner).toContain(printable(actual).trim())
    }),
    { numRuns: 500 },
  )
})
