import { expect, test } from 'vitest'
import {
  boolean,
  choice,
  command,
  file,
  integer,
  paths,
} from '../../../../src/config/schema/field-kinds.ts'
import { group } from '../../../../src/config/schema/shape.ts'

const shape = group({
  name: file('').optional(),
  level: choice(['low', 'high'], '').default('low'),
  inner: group({ count: integer('', 1, 5).default(2), is: boolean('').default(false) }),
  paths: paths('').default(['./here']),
  command: command('').optional(),
})

/** The sentence of each problem, by where it is. */
const problemsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    shape
      .read(value, [])
      .issues.map((issue) => [
        issue.path.join('.'),
        issue.kind === 'wrong' ? issue.message : issue,
      ]),
  )

test('what is not written has its default, in groups that are not written too', () => {
  expect(shape.read({}, [])).toEqual({
    value: { level: 'low', inner: { count: 2, is: false }, paths: ['./here'] },
    issues: [],
  })
})

test('what is written is taken as it is', () => {
  const written = {
    name: 'a',
    level: 'high',
    inner: { count: 5, is: true },
    paths: ['b'],
    command: ['c', ''],
  }
  expect(shape.read(written, [])).toEqual({ value: written, issues: [] })
})

test('every issue is found at once, each with its place', () => {
  const wrong = {
    name: '',
    level: 'middle',
    inner: { count: 1.5, is: null },
    paths: ['', 1],
    command: [''],
  }
  expect(problemsOf(wrong)).toEqual({
    name: 'must be the name of a file, but is empty',
    level: 'must be one of low, high, but is "middle"',
    'inner.count': 'must be a whole number from 1 to 5',
    'inner.is': 'must be true or false',
    'paths.0': 'must be the name of a file or folder, but is empty',
    'paths.1': 'must be the name of a file or folder, but is a number',
    command: 'must name a program',
  })
})

test('a value of a wrong type is complained about once', () => {
  expect(shape.read({ name: [], paths: '', command: [1, ''] }, []).issues).toEqual([
    { kind: 'wrong', path: ['name'], message: 'must be the name of a file, but is a list' },
    {
      kind: 'wrong',
      path: ['paths'],
      message: 'must be a list of files and folders, but is text',
    },
    { kind: 'wrong', path: ['command', 0], message: 'must be text, but is a number' },
  ])
})

test.each([null, [], 'text', 1])('%j is no group', (inner) => {
  expect(shape.read({ inner }, []).issues).toEqual([{ kind: 'no-group', path: ['inner'] }])
})

test('names of no member are told together, those of every object too', () => {
  const written = JSON.parse('{"inner":{"__proto__":1,"toString":2},"constructor":3}')
  expect(shape.read(written, []).issues).toEqual([
    { kind: 'unknown', path: ['inner'], names: ['__proto__', 'toString'] },
    { kind: 'unknown', path: [], names: ['constructor'] },
  ])
})

test('the schema says what may be written', () => {
  expect(shape.schema.properties?.inner?.properties?.count).toEqual({
    default: 2,
    type: 'integer',
    minimum: 1,
    maximum: 5,
    kind: 'integer',
    description: '',
    range: '1 to 5',
  })
  expect(shape.schema).toMatchObject({ type: 'object', additionalProperties: false })
})
