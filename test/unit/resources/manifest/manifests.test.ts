import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finish } from '../../../../src/core/time/steps.ts'
import { formatProblem } from '../../../../src/resources/manifest/diagnostics.ts'
import { joinManifests } from '../../../../src/resources/manifest/joined-manifests.ts'
import { readManifests } from '../../../../src/resources/manifest/manifests.ts'
import { createResourceSchema } from '../../../../src/resources/schema/schema.ts'
import { corpusFiles, corpusText } from '../../../support/manifest-corpus.ts'

const schema = createResourceSchema()
const read = (text: string, file = 'a.yaml') => finish(readManifests(text, file, schema))
const sentencesOf = (text: string): readonly string[] => read(text).problems.map(formatProblem)

const ROUTE = `apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: shop, namespace: shop }
spec:
  hosts:
    - shop.example.com
  clientRef: { name: shop }
`

const configMap = (name: string, data: string): string =>
  `{ apiVersion: v1, kind: ConfigMap, metadata: { name: ${name} }, data: { ${data} } }\n`

describe('reading a file', () => {
  it('takes several documents and passes over empty ones', () => {
    const { objects, problems } = read(
      `---\n# nothing\n---\n${ROUTE}---\n${configMap('a', '')}---\n`,
    )
    expect(problems).toEqual([])
    expect(objects.map(({ ref }) => ref.kind)).toEqual(['ProtectedRoute', 'ConfigMap'])
  })

  it('takes the members of a List, each with its own place', () => {
    const { objects, problems } = read(
      `apiVersion: v1\nkind: List\nitems:\n- ${configMap('a', '')}- ${configMap('b', 'c: 1')}`,
    )
    expect(objects.map(({ ref }) => ref.name)).toEqual(['a', 'b'])
    expect(problems.map(formatProblem)).toEqual([
      'a.yaml:5:72: ConfigMap default/b data.c: must be a string, but is a number: write it in quotes',
    ])
  })

  it('takes JSON, with tabs too', () => {
    const { objects } = read(
      '{\n\t"apiVersion": "v1",\n\t"kind": "ConfigMap",\n\t"metadata": { "name": "a" }\n}',
    )
    expect(objects.map(({ ref }) => ref.name)).toEqual(['a'])
  })

  it('finds the place of a value, of a member and of the nearest thing around what is missing', () => {
    const [route] = read(`# first line\n${ROUTE}`).objects
    expect(route?.locate(['spec', 'clientRef', 'name'])).toMatchObject({ line: 8, column: 22 })
    expect(route?.locate(['spec', 'hosts', 0])).toMatchObject({ line: 7, column: 7 })
    expect(route?.locate(['spec', 'hosts'])).toMatchObject({ line: 6, column: 3 })
    expect(route?.locate(['spec', 'rules', 3, 'name'])).toMatchObject({ line: 5, column: 1 })
    expect(route?.locate([])).toEqual({ file: 'a.yaml', line: 2, column: 1 })
  })

  it('finds the place of a value that an alias stands for', () => {
    const text = ROUTE.replace(
      'clientRef: { name: shop }',
      'clientRef: &c { name: 1 }\n  upstream: *c',
    )
    const places = read(text).problems.map(({ field, line }) => `${field} ${line}`)
    expect(places).toContain('spec.clientRef.name 7')
  })

  it('reads the words that kubectl takes for booleans as booleans', () => {
    expect(sentencesOf(configMap('a', 'locale: no, quoted: "no"'))).toEqual([
      'a.yaml:1:75: ConfigMap default/a data.locale: must be a string, but is the boolean false: write it in quotes',
    ])
  })
})

describe('a text that is no YAML', () => {
  it.each([
    ['an open bracket', 'a: [', 'closing bracket'],
    ['a duplicate key', 'a: 1\na: 2', 'same key twice'],
    ['a tab', 'a:\n\tb: 1', 'with a tab'],
    ['an unknown tag', 'a: !secret x', 'unknown tag'],
    ['a host that is not quoted', 'hosts: [*.example.com]', 'quote a value'],
    ['a reserved character', 'a: @x', 'reserved character'],
    ['a bad escape', 'a: "\\q"', 'unknown escape'],
    ['a missing colon', 'a: 1\nb', 'colon'],
    ['a key that is an object', '? { a: 1 }\n: b', 'not a string'],
  ])('%s is a sentence with its place', (_, text, words) => {
    const { readable, objects, problems } = read(text)
    expect(readable).toBe(false)
    expect(objects).toEqual([])
    expect(
      formatProblem(problems[0] ?? { file: '', line: 0, column: 0, field: '', message: '' }),
    ).toMatch(new RegExp(`^a\\.yaml:[1-9]\\d*:[1-9]\\d*: is not YAML: .*${words}`))
  })

  it('R34: aliases that expand without end, and endless nesting, are refused', () => {
    const letters = [...'abcdefghij']
    const levels = letters.slice(1).map((letter, index) => {
      const members = Array.from({ length: 9 }, () => `*${letters[index]}`)
      return `${letter}: &${letter} [${members.join()}]`
    })
    const bomb = [`a: &a [${'x,'.repeat(9)}]`, ...levels].join('\n')
    const deep = [bomb, '&a [*a]', ROUTE.replace('spec:', 'spec: &s\n  rules: [*s]')]
    const nested = [40, 1000, 100_000].map((depth) => '['.repeat(depth))
    const closed = [40, 1000, 20_000].map((depth) => '['.repeat(depth) + ']'.repeat(depth))
    for (const text of [...deep, ...nested, ...closed]) {
      expect(read(text)).toMatchObject({ readable: false, objects: [] })
    }
  })

  it('R31: a sentence about a syntax error never repeats the text, which may be a secret', () => {
    const texts = [
      'password: *hunter2',
      'password: !hunter2 x',
      'password: "abc" hunter2',
      'password: "\\hunter2"',
      'password: %hunter2\n%hunter2',
      'password: @hunter2',
      'password: [hunter2',
      'hunter2',
      '- a\nhunter2: b',
      '<<: hunter2',
      '<<: *hunter2',
      'a: &hunter2 &hunter2 b',
      '? [hunter2]\n: b',
      '%TAG hunter2\n---\na: b',
    ]
    for (const text of texts) expect(sentencesOf(text).join('\n')).not.toContain('hunter2')
  })

  it('R34: whatever the text is, reading it never throws', () => {
    const samples = [...corpusFiles('good'), ...corpusFiles('bad')].map(corpusText)
    const anyYaml = fc.string({ unit: 'binary', maxLength: 200 })
    const pieces = ['\n', '- ', ': ', '{', '}', '[', ']', '"', "'", '&a ', '*a', '<<: *a', '---\n']
    const spliced = fc
      .tuple(
        fc.constantFrom(...samples),
        fc.nat(),
        fc.nat(40),
        fc.oneof(fc.constantFrom(...pieces), anyYaml),
      )
      .map(([text, at, length, piece]) => {
        const start = at % text.length
        return text.slice(0, start) + piece + text.slice(start + length)
      })
    fc.assert(
      fc.property(fc.oneof(anyYaml, spliced), (text) => {
        const { objects, problems } = read(text)
        for (const { ref, locate } of objects)
          expect(locate(['spec', ref.name, 0]).line).toBeGreaterThan(0)
        for (const problem of problems)
          expect(formatProblem(problem)).toMatch(/^a\.yaml:\d+:\d+: ./)
      }),
      { numRuns: 300, seed: 20261123 },
    )
  })
})

describe('joining files', () => {
  it('refuses an object that is there twice, naming both places, and uses neither', () => {
    const first = read(ROUTE, 'a.yaml')
    const second = read(`\n${ROUTE}`, 'b.yaml')
    const joined = finish(joinManifests([first, second], []))
    expect(joined.resources).toEqual([])
    expect(joined.invalid).toMatchObject([
      {
        kind: 'ProtectedRoute',
        namespace: 'shop',
        name: 'shop',
        hosts: ['shop.example.com'],
      },
    ])
    expect(joined.problems.map(formatProblem)).toEqual([
      'b.yaml:4:19: ProtectedRoute shop/shop metadata.name: is there twice: at a.yaml:1:1 and at b.yaml:2:1; ' +
        'remove or rename one, until then neither is used',
    ])
  })

  it('takes the same name in another kind or namespace for another object', () => {
    const other = ROUTE.replace('namespace: shop', 'namespace: other')
    const joined = finish(
      joinManifests([read(`${ROUTE}---\n${other}---\n${configMap('shop', '')}`)], []),
    )
    expect(joined.problems).toEqual([])
    expect(joined.resources).toHaveLength(3)
  })

  it('finds an object in any of its files, and says nothing about one that is not there', () => {
    const files = [read(configMap('a', ''), 'a.yaml'), read(ROUTE, 'b.yaml')]
    const { locate } = finish(joinManifests(files, []))
    const ref = { kind: 'ProtectedRoute', namespace: 'shop', name: 'shop' } as const
    expect(locate(ref, ['spec', 'hosts', 0])).toEqual({ file: 'b.yaml', line: 6, column: 7 })
    expect(locate({ ...ref, name: 'gone' }, [])).toBeUndefined()
  })
})
