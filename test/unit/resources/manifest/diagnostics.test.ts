import { describe, expect, it } from 'vitest'
import {
  formatProblem,
  locateProblem,
  sortProblems,
} from '../../../../src/resources/manifest/diagnostics.ts'
import { formatField } from '../../../../src/resources/schema/field-path.ts'

const object = { kind: 'ProtectedRoute', namespace: 'shop', name: 'shop' } as const
const at = (file: string, line: number, column: number) => ({ file, line, column })

describe('problems as people read them', () => {
  it('are one line: place, object, field and sentence', () => {
    const field = ['spec', 'rules', 0, 'match', 0, 'path'] as const
    const located = locateProblem({ object, field, message: 'is not right' }, () =>
      at('demo/app.yaml', 12, 5),
    )
    expect(formatProblem(located)).toBe(
      'demo/app.yaml:12:5: ProtectedRoute shop/shop spec.rules[0].match[0].path: is not right',
    )
  })

  it('do without a place when the object is not from a file', () => {
    const located = locateProblem({ object, field: [], message: 'is not right' }, () => undefined)
    expect(formatProblem(located)).toBe('ProtectedRoute shop/shop: is not right')
  })

  it('quote a field whose name is no word', () => {
    expect(formatField(['metadata', 'labels', 'example.com/team'])).toBe(
      'metadata.labels["example.com/team"]',
    )
  })

  it('come in the order of the file, also where line 10 follows line 9', () => {
    const problem = (file: string, line: number) => ({
      ...at(file, line, 1),
      field: '',
      message: '',
    })
    const sorted = sortProblems([problem('b', 1), problem('a', 10), problem('a', 9)])
    expect(sorted.map(({ file, line }) => `${file}${line}`)).toEqual(['a9', 'a10', 'b1'])
  })
})
