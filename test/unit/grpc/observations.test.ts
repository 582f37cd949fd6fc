import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { CheckFacts } from '../../../src/core/check.ts'
import { deny } from '../../../src/core/decision/deny.ts'
import { createObservations } from '../../../src/grpc/observations.ts'

const facts = (requestId: string): CheckFacts => ({
  requestId,
  verdict: deny('internal'),
  durationMs: 1,
})

it('facts are handed on in their order, in a later turn, once', async () => {
  const seen: string[] = []
  const observations = createObservations(({ requestId }) => seen.push(requestId))
  observations.note(facts('1'))
  observations.note(facts('2'))
  expect(seen).toEqual([])
  await nextTurn()
  expect(seen).toEqual(['1', '2'])
  observations.note(facts('3'))
  observations.flush()
  expect(seen).toEqual(['1', '2', '3'])
  await nextTurn()
  expect(seen).toEqual(['1', '2', '3'])
})

it('an observer that throws loses its own line and no other', () => {
  const seen: string[] = []
  const observations = createObservations(({ requestId }) => {
    if (requestId === '1') throw new Error('no disk')
    seen.push(requestId)
  })
  observations.note(facts('1'))
  observations.note(facts('2'))
  observations.flush()
  expect(seen).toEqual(['2'])
})
