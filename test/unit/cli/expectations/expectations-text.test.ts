import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readExpectationsText } from '../../../../src/cli/expectations/expectations-text.ts'

const problemsOf = (text: string): readonly string[] => {
  const read = readExpectationsText(text, 'e.yaml')
  return read.kind === 'problems' ? read.problems : []
}

const withCase = (fields: string): string =>
  `cases:\n- name: one\n  url: https://a.example/\n  expect: { status: 200 }\n${fields}`

test('everything that is wrong is said at once, with its place, what came and what to do', () => {
  expect(
    problemsOf(`resource: [x]
cases:
- name: one
  url: shop.example.com
  method: G T
  sourceAddress: 10.0.0.0/8
  heders: {}
  expect: { verdict: alow, status: "200", reason: login_reqired, upstream: { header: {} } }
- name: one
  url: https://a.example/
  as: bearer
  client: shop
  claims: [a]
  claimsFile: x
  expect: {}
- url: https://a.example/
  name: ""
  headers: { "a b": x, X-A: "\\n", x-a: yy, z: 7 }
  as: nobody
  scopes: [a]
  expect: { upstream: { headers: { x: 7, q: true, z: { present: false }, X: a } }, response: {} }
`),
  ).toEqual([
    'e.yaml:1:1: resource: is not a field here; did you mean `resources`?',
    'e.yaml:4:8: cases[0].url: must begin with https:// or http://, and a host',
    'e.yaml:5:11: cases[0].method: "G T" is no HTTP method: write one such as "GET"',
    'e.yaml:6:18: cases[0].sourceAddress: "10.0.0.0/8" is no IP address: write one such as "192.0.2.7"',
    'e.yaml:7:3: cases[0].heders: is not a field here; did you mean `headers`?',
    'e.yaml:8:22: cases[0].expect.verdict: "alow" is not known here; did you mean `allow`?',
    'e.yaml:8:36: cases[0].expect.status: must be integer, but is a string',
    'e.yaml:8:51: cases[0].expect.reason: "login_reqired" is no reason; did you mean `login_required`?',
    'e.yaml:8:66: cases[0].expect.upstream.headers: is required but not set. A value for each name, `null` for one that is not to be there.',
    'e.yaml:8:78: cases[0].expect.upstream.header: is not a field here; did you mean `headers`?',
    'e.yaml:9:9: cases[1].name: is the name of case 0 as well: reports tell cases apart by it',
    'e.yaml:12:11: cases[1].client: is there, and `as` is `bearer`, which no client has: remove it',
    'e.yaml:13:3: cases[1].claims: must be a group of claims, such as `groups: [buyers]`',
    'e.yaml:14:15: cases[1].claimsFile: is there beside `claims`: write one of them',
    'e.yaml:15:3: cases[1].expect: expects nothing: write `verdict`, `status` or another of its fields',
    'e.yaml:17:9: cases[2].name: is empty; set it or remove it',
    'e.yaml:18:21: cases[2].headers["a b"]: is no name of a header',
    'e.yaml:18:29: cases[2].headers["X-A"]: holds a control character, which no header does',
    'e.yaml:18:40: cases[2].headers["x-a"]: is there twice: leave one',
    'e.yaml:18:47: cases[2].headers.z: must be a string, but is a number: write it in quotes',
    'e.yaml:20:3: cases[2].scopes: is there, and `as` is `nobody`: remove one of them',
    'e.yaml:21:39: cases[2].expect.upstream.headers.x: must be a text, but is 7: write it in quotes',
    'e.yaml:21:45: cases[2].expect.upstream.headers.q: must be a text, but is true: write it in quotes',
    'e.yaml:21:51: cases[2].expect.upstream.headers.z: must be a text, `null` if it is not to be there, or `{ present: true }` for any value',
    'e.yaml:21:77: cases[2].expect.upstream.headers.X: is there twice: leave one',
    'e.yaml:21:84: cases[2].expect.response.headers: is required but not set. A value for each name, `null` for one that is not to be there.',
  ])
})

describe('a file', () => {
  test.each([
    ['', 'e.yaml: is empty: write `cases` into it'],
    ['# nothing\n', 'e.yaml: is empty: write `cases` into it'],
    ['cases: []\n', 'e.yaml:1:1: cases: needs at least 1 member'],
    [
      'resources: [a]\n',
      'e.yaml:1:1: cases: is required but not set. The requests, and what is expected of each.',
    ],
    ['- a\n', 'e.yaml:1:1: must be an object, but is a list'],
    [
      'cases: [\n',
      'e.yaml:2:1: is not YAML: is indented by a wrong number of spaces here, or lacks a closing bracket before',
    ],
    [
      'cases:\n- *x\n',
      'e.yaml:2:3: is not YAML: has an alias (`*name`) without its anchor: quote a value that begins with `*`',
    ],
    [
      `${withCase('')}---\n{}\n`,
      'e.yaml:6:1: is a second document: a file of expectations has one',
    ],
    [
      withCase('  claims: { id: 12345678901234567890 }\n'),
      'e.yaml:5:17: cases[0].claims.id: has more digits than a number keeps: write it in quotes, as rules see it',
    ],
    [
      withCase('  now: yesterday\n'),
      'e.yaml:5:8: cases[0].now: "yesterday" is not a time like "2026-01-31T12:00:00Z"',
    ],
    [withCase('  method:\n'), 'e.yaml:5:10: cases[0].method: must be a string, but is empty'],
  ])('%j', (text, ...problems) => {
    expect(problemsOf(text)).toEqual(problems)
  })

  test('with anchors and merge keys is what they stand for', () => {
    const read = readExpectationsText(
      `cases:\n- &a { name: one, url: https://a.example/, expect: { status: 200 } }\n- { <<: *a, name: two }\n`,
      'e.yaml',
    )
    expect(read).toMatchObject({ kind: 'expectations', written: { cases: [{}, { name: 'two' }] } })
  })
})

const pieces = fc.constantFrom(
  ...['cases', 'name', 'url', 'expect', 'claims', 'headers', 'as', 'status', 'upstream', 'x'],
  ...[
    ': ',
    '\n',
    '\n  ',
    '\n- ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    ', ',
    '*a',
    '&a ',
    '"',
    '!!x ',
    '7',
    'null',
  ],
)

test('any text is a file of expectations, or problems that are sentences', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
        fc
          .json()
          .map((json) => `{"cases": [${json}, {"name": "a", "url": ${json}, "expect": ${json}}]}`),
      ),
      (text) => {
        const read = readExpectationsText(text, 'e.yaml')
        if (read.kind === 'expectations')
          return expect(read.written.cases.length).toBeGreaterThan(0)
        expect(read.problems.length).toBeGreaterThan(0)
        for (const problem of read.problems) expect(problem).toMatch(/^e\.yaml:[^\n\p{Cc}]+ .+$/u)
      },
    ),
    { numRuns: 300 },
  )
})
