import { describe, expect, it } from 'vitest'
import { createRevocations } from '../../../src/app/revocations.ts'
import { Fault } from '../../../src/core/reason/fault.ts'
import type { SessionSelector } from '../../../src/core/session/session-directory.ts'
import { aClient } from '../../support/builders.ts'
import { unlimited } from '../../support/check-ports.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'

const setUp = () => {
  const clock = handSetClock()
  const ended: SessionSelector[] = []
  const lines: string[] = []
  const counted: number[] = []
  const state = { isDown: false, running: 0, most: 0 }
  const hear = createRevocations({
    directory: {
      end: async (selector) => {
        if (state.isDown) throw new Fault('session_store_unavailable', 'Redis is not connected.')
        ended.push(selector)
        state.running += 1
        state.most = Math.max(state.most, state.running)
        await new Promise((resolve) => setImmediate(resolve))
        state.running -= 1
        return 3
      },
    },
    metrics: { countEnded: (_cause, count) => void counted.push(count) },
    logger: {
      info: (message, fields) => void lines.push(`${message} ${JSON.stringify(fields)}`),
      warn: (message) => void lines.push(message),
    },
    clock,
    newBudget: () => unlimited,
  })
  const clientWith = (revokeBeforeMs: number, name = 'shop/shop') =>
    aClient({ name, session: { ...aClient().session, revokeBeforeMs } })
  return { clock, ended, lines, counted, state, hear, clientWith }
}

describe('what clients have revoked', () => {
  it('is ended in the store, once for each time', async () => {
    const { clock, ended, lines, counted, hear, clientWith } = setUp()
    const nowMs = clock.nowMs()
    hear([aClient()])
    hear([clientWith(nowMs)])
    hear([clientWith(nowMs)])
    const first = { kind: 'client', client: 'shop/shop', createdBeforeMs: nowMs }
    await expect.poll(() => ended).toEqual([first])
    await expect.poll(() => counted).toEqual([3])
    expect(lines).toEqual([
      'Sessions were ended by their client. {"client":"shop/shop","sessions":3}',
    ])
    clock.advance(1000)
    hear([clientWith(nowMs + 1000)])
    await expect.poll(() => ended).toEqual([first, { ...first, createdBeforeMs: nowMs + 1000 }])
  })

  it('is ended for one client after the other: a hundred at once would leave Redis to nobody else', async () => {
    const { clock, ended, state, hear, clientWith } = setUp()
    const names = Array.from({ length: 100 }, (_, at) => `shop/client-${at}`)
    hear(names.map((name) => clientWith(clock.nowMs(), name)))
    await expect.poll(() => ended).toHaveLength(100)
    expect(state.most).toBe(1)
  })

  it('is ended anew for a client that was away: nothing is remembered of those that are gone', async () => {
    const { clock, ended, hear, clientWith } = setUp()
    hear([clientWith(clock.nowMs())])
    hear([])
    hear([clientWith(clock.nowMs())])
    await expect.poll(() => ended).toHaveLength(2)
  })

  it('waits for a time to come', () => {
    const { clock, ended, hear, clientWith } = setUp()
    hear([clientWith(clock.nowMs() + 1)])
    expect(ended).toEqual([])
  })

  it('is tried again with the next snapshot if the store did not answer', async () => {
    const { clock, ended, lines, state, hear, clientWith } = setUp()
    state.isDown = true
    hear([clientWith(clock.nowMs())])
    await expect
      .poll(() => lines)
      .toEqual([
        'Sessions that shop/shop has revoked are still in the store: Redis is not connected.',
      ])
    state.isDown = false
    hear([clientWith(clock.nowMs())])
    await expect.poll(() => ended).toHaveLength(1)
  })
})
