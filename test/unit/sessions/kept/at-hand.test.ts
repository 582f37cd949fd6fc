import { describe, expect, it } from 'vitest'
import type { OpenSession } from '../../../../src/core/session/session-store.ts'
import { type AtHandSettings, createAtHand } from '../../../../src/sessions/kept/at-hand.ts'
import { aSession } from '../../../support/builders.ts'

const BYTES = 500

const open: OpenSession = {
  id: 'id',
  ticket: 'ticket',
  version: 1,
  keyId: 'key',
  session: aSession(0),
}

const setUp = (settings: Partial<AtHandSettings> = {}) => {
  const hand = createAtHand({ maxEntries: 2, maxBytes: 1_000_000, ...settings })
  /** As a cache opens an entry. */
  const ask = (entry: number, bytes = BYTES): void => {
    if (hand.use(entry) === undefined) hand.offer(entry, open, bytes)
  }
  const present = (...entries: number[]) =>
    entries.filter((entry) => hand.peek(entry) !== undefined)
  return { hand, ask, present }
}

describe('what is at hand', () => {
  it('stays when many others are asked for in turn', () => {
    const { ask, present } = setUp()
    for (let round = 0; round < 20; round += 1) {
      for (let entry = 1; entry <= 9; entry += 1) ask(entry)
    }
    expect(present(1, 2, 3, 4, 5, 6, 7, 8, 9)).toEqual([1, 2])
  })

  it('gives way to what is asked for more often', () => {
    const { ask, present } = setUp()
    ask(1)
    ask(2)
    for (let round = 0; round < 6; round += 1) ask(3)
    expect(present(1, 2, 3)).toContain(3)
    expect(present(1, 2, 3)).toHaveLength(2)
  })

  it('gives way to what is busy now, however busy it once was', () => {
    const { ask, present } = setUp()
    for (let round = 0; round < 1_000; round += 1) {
      ask(1)
      ask(2)
    }
    for (let round = 0; round < 1_000; round += 1) ask(3)
    expect(present(3)).toEqual([3])
  })

  it('is bounded in bytes, and counts none of what left', () => {
    const { hand, ask, present } = setUp({ maxEntries: 100, maxBytes: 10_000 })
    for (let entry = 1; entry <= 50; entry += 1) ask(entry)
    expect(hand.bytes()).toBeLessThanOrEqual(10_000)
    expect(hand.bytes()).toBeGreaterThan(5_000)
    const kept = present(...Array.from({ length: 50 }, (_, at) => at + 1))
    for (const entry of kept) hand.drop(entry)
    expect(hand.bytes()).toBe(0)
    expect(present(...kept)).toEqual([])
  })
})
