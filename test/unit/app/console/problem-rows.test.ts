import { expect, it } from 'vitest'
import { problemRows } from '../../../../src/app/console/problem-rows.ts'

const ROUTE = { kind: 'ProtectedRoute', namespace: 'shop', name: 'shop' } as const

it('a problem names its object, field, place and fix, and whether the last good version serves', () => {
  const rows = problemRows({
    located: [
      {
        file: 'routes.yaml',
        line: 12,
        column: 5,
        object: ROUTE,
        field: 'spec.hosts[0]',
        message: '"Shop" is not in lower case: write "shop"; the last good version stays in force',
      },
      { file: 'broken.yaml', line: 3, column: 1, field: '', message: 'is not YAML.' },
      { file: '', line: 0, column: 0, object: ROUTE, field: '', message: 'is odd.' },
    ],
    warnings: [{ object: ROUTE, field: ['spec', 'rules', 0], message: 'It matches nothing' }],
    objects: [{ ref: ROUTE, inForce: 'last_good', providers: [] }],
  })
  expect(rows).toEqual([
    {
      severity: 'problem',
      kind: 'ProtectedRoute',
      object: 'shop/shop',
      field: 'spec.hosts[0]',
      sentence: '"Shop" is not in lower case: write "shop"; the last good version stays in force.',
      place: 'routes.yaml:12:5',
      servesLastGood: true,
    },
    {
      severity: 'problem',
      object: 'broken.yaml',
      sentence: 'is not YAML.',
      place: 'broken.yaml:3:1',
      servesLastGood: false,
    },
    {
      severity: 'problem',
      kind: 'ProtectedRoute',
      object: 'shop/shop',
      sentence: 'is odd.',
      servesLastGood: true,
    },
    {
      severity: 'warning',
      kind: 'ProtectedRoute',
      object: 'shop/shop',
      field: 'spec.rules[0]',
      sentence: 'It matches nothing.',
      servesLastGood: true,
    },
  ])
})
