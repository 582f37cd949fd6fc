import { expect, test } from 'vitest'
import { readinessOf } from '../../../src/app/readiness.ts'

const well = { isServing: true, isDraining: false, isSynced: true, troubles: [] }

test('R30: not ready before the first complete snapshot', () => {
  const { ready, reasons } = readinessOf({ ...well, isSynced: false })
  expect(ready).toBe(false)
  expect(reasons).toEqual(['The first snapshot of resources is not complete yet.'])
})

test('what keeps the first snapshot from being complete is told', () => {
  const troubles = ['OIDCClient objects of every namespace cannot be read.']
  const { reasons } = readinessOf({ ...well, isSynced: false, troubles })
  expect(reasons).toEqual(['The first snapshot of resources is not complete yet.', ...troubles])
})

test('not ready before the gRPC port is open', () => {
  expect(readinessOf({ ...well, isServing: false }).ready).toBe(false)
})

test('R33: not ready once the process is shutting down, whatever else is well', () => {
  expect(readinessOf({ ...well, isDraining: true })).toEqual({
    ready: false,
    reasons: ['The process is shutting down.'],
  })
})

test('an unreachable session store is told and does not withdraw readiness', () => {
  const troubles = ['The session store cannot be reached: refused']
  expect(readinessOf({ ...well, troubles })).toEqual({ ready: true, reasons: troubles })
})
