import { expect, it, vi } from 'vitest'
import { Fault } from '../../../../../src/core/reason/fault.ts'
import { createRelogin } from '../../../../../src/sessions/redis/connection/relogin.ts'

it('tells the first refusal in a row, and tries until it is let in', async () => {
  vi.useFakeTimers()
  let refusals = 3
  const refused: string[] = []
  const logIn = vi.fn(async () => {
    refusals -= 1
    if (refusals >= 0) throw new Fault('session_store_unavailable', 'refused')
  })
  const relogin = createRelogin({ logIn, onRefused: ({ message }) => void refused.push(message) })
  relogin.now()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(logIn).toHaveBeenCalledTimes(4)
  expect(refused).toEqual(['refused'])
  relogin.close()
  vi.useRealTimers()
})

it('tries no more once it is closed', async () => {
  vi.useFakeTimers()
  const logIn = vi.fn(async () => {
    throw new Fault('session_store_unavailable', 'refused')
  })
  const relogin = createRelogin({ logIn, intervalMs: 10, onRefused: () => undefined })
  relogin.now()
  await vi.advanceTimersByTimeAsync(0)
  relogin.close()
  const tried = logIn.mock.calls.length
  await vi.advanceTimersByTimeAsync(60_000)
  expect(logIn).toHaveBeenCalledTimes(tried)
  vi.useRealTimers()
})
