import { expect, test } from 'vitest'
import { createProblemLog } from '../../../src/app/problem-log.ts'
import { finish } from '../../../src/core/time/steps.ts'
import type { LocatedProblem } from '../../../src/resources/manifest/diagnostics.ts'

const problem = (changes: Partial<LocatedProblem> = {}): LocatedProblem => ({
  file: 'shop.yaml',
  line: 3,
  column: 5,
  object: { kind: 'ProtectedRoute', namespace: 'shop', name: 'shop' },
  field: 'spec.hosts[0]',
  message: 'is wrong',
  ...changes,
})

const telling = () => {
  const lines: string[] = []
  const log = createProblemLog({
    warn: (line) => void lines.push(line),
    info: (line) => void lines.push(line),
  })
  return { log: (problems: readonly LocatedProblem[]) => finish(log(problems)), lines }
}

test('a problem is told once, with its place, and once more when it is gone', () => {
  const { log, lines } = telling()
  log([problem()])
  log([problem()])
  log([])
  expect(lines).toEqual([
    'shop.yaml:3:5: ProtectedRoute shop/shop spec.hosts[0]: is wrong',
    'Resolved: shop.yaml:3:5: ProtectedRoute shop/shop spec.hosts[0]: is wrong',
  ])
})

test('a problem that only moved to another line is not told again', () => {
  const { log, lines } = telling()
  log([problem()])
  log([problem({ line: 9 })])
  expect(lines).toHaveLength(1)
})

test('a problem that comes back is told again', () => {
  const { log, lines } = telling()
  log([problem()])
  log([])
  log([problem()])
  expect(lines).toHaveLength(3)
})
