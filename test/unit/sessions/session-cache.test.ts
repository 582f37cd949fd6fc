import { describe, expect, it } from 'vitest'
import type { SessionDevice } from '../../../src/core/session/session-device.ts'
import type { OpenSession } from '../../../src/core/session/session-store.ts'
import { type CacheSettings, createSessionCache } from '../../../src/sessions/session-cache.ts'
import { aSession } from '../../support/builders.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

const setUp = (changes: Partial<CacheSettings> = {}, isHearing = true) => {
  const clock = handSetClock()
  const settings = {
    maxEntries: 100,
    maxBytes: 1_000_000,
    ttlMs: 5 * SECOND,
    outageGraceMs: MINUTE,
  }
  const cache = createSessionCache({ ...settings, ...changes }, clock, isHearing)
  const anOpen = (id: string, version = 1): OpenSession => ({
    id,
    ticket: `ticket of ${id}`,
    version,
    keyId: 'key-a',
    session: aSession(clock.nowMs()),
  })
  const keep = (id: string, version = 1): OpenSession =>
    cache.put(anOpen(id, version), cache.mark())
  return { clock, cache, anOpen, keep }
}

describe('a session that is kept', () => {
  it('counts for its time, and no longer than a second while notices are not heard', () => {
    const { clock, cache, keep } = setUp()
    const open = keep('a')
    clock.advance(5 * SECOND - 1)
    expect(cache.get(open.ticket)).toBe(open)
    clock.advance(1)
    expect(cache.get(open.ticket)).toBeUndefined()
    const other = keep('b')
    cache.hear({ kind: 'lost' })
    clock.advance(SECOND - 1)
    expect(cache.get(other.ticket)).toBe(other)
    clock.advance(1)
    expect(cache.get(other.ticket)).toBeUndefined()
  })

  it('is read again once notices are heard again, since some may have been missed', () => {
    const { cache, keep } = setUp()
    const open = keep('a')
    cache.hear({ kind: 'lost' })
    cache.hear({ kind: 'restored' })
    expect(cache.get(open.ticket)).toBeUndefined()
    const read = keep('a')
    expect(cache.get(open.ticket)).toBe(read)
  })

  it('is read again when it was changed elsewhere, and the others are not', () => {
    const { cache, keep } = setUp()
    const [changed, other] = [keep('a'), keep('b')]
    cache.hear({ kind: 'changed', ids: ['a', 'unknown'] })
    expect(cache.get(changed.ticket)).toBeUndefined()
    expect(cache.get(other.ticket)).toBe(other)
  })

  it('is not kept from a read that began before a notice of its change', () => {
    const { cache, anOpen } = setUp()
    for (const heard of [
      { kind: 'changed', ids: ['a'] },
      { kind: 'restored' },
      { kind: 'everything' },
    ] as const) {
      const mark = cache.mark()
      cache.hear(heard)
      const open = anOpen('a')
      cache.put(open, mark)
      expect(cache.get(open.ticket)).toBeUndefined()
      const kept = cache.put(open, cache.mark())
      expect(cache.get(open.ticket)).toBe(kept)
    }
  })

  it('never comes back once it has ended, from no read and in no outage', () => {
    const { cache, keep, anOpen } = setUp()
    const open = keep('a')
    const mark = cache.mark()
    cache.hear({ kind: 'ended', ids: ['a'] })
    cache.put(anOpen('a', 9), mark)
    cache.put(anOpen('a', 9), cache.mark())
    expect(cache.get(open.ticket)).toBeUndefined()
    expect(cache.getInOutage(open.ticket)).toBeUndefined()
    expect(cache.hasEnded('a')).toBe(true)
  })

  it('is gone with all others when everything has ended', () => {
    const { cache, keep } = setUp()
    const open = keep('a')
    cache.hear({ kind: 'everything' })
    expect(cache.get(open.ticket)).toBeUndefined()
    expect(cache.getInOutage(open.ticket)).toBeUndefined()
    expect(cache.size()).toEqual({ entries: 0, bytes: 0 })
  })
})

describe('in an outage', () => {
  it('a session goes on for the grace, from the first time that it could not be read', () => {
    const { clock, cache, keep } = setUp()
    const open = keep('a')
    clock.advance(10 * MINUTE)
    expect(cache.getInOutage(open.ticket)).toBe(open)
    clock.advance(MINUTE - 1)
    expect(cache.getInOutage(open.ticket)).toBe(open)
    clock.advance(1)
    expect(cache.getInOutage(open.ticket)).toBeUndefined()
  })

  it('the grace begins when notices were lost, if that was before', () => {
    const { clock, cache, keep } = setUp()
    const open = keep('a')
    cache.hear({ kind: 'lost' })
    clock.advance(MINUTE - 1)
    expect(cache.getInOutage(open.ticket)).toBe(open)
    clock.advance(1)
    expect(cache.getInOutage(open.ticket)).toBeUndefined()
  })

  it('a second outage does not lengthen the grace of what was not read between', () => {
    const { clock, cache, keep } = setUp()
    const [open, reread] = [keep('a'), keep('b')]
    cache.hear({ kind: 'lost' })
    clock.advance(MINUTE / 2)
    cache.hear({ kind: 'restored' })
    const again = keep('b')
    cache.hear({ kind: 'lost' })
    clock.advance(MINUTE / 2 - 1)
    expect(cache.getInOutage(open.ticket)).toBe(open)
    clock.advance(1)
    expect(cache.getInOutage(open.ticket)).toBeUndefined()
    expect(cache.getInOutage(reread.ticket)).toBe(again)
  })

  it('a read that succeeds begins a new grace', () => {
    const { clock, cache, keep } = setUp()
    const open = keep('a')
    expect(cache.getInOutage(open.ticket)).toBe(open)
    clock.advance(MINUTE)
    const read = keep('a')
    expect(cache.getInOutage(open.ticket)).toBe(read)
  })

  it('there is no grace when none is wanted, nor for a clock that was set back', () => {
    const none = setUp({ outageGraceMs: 0 })
    expect(none.cache.getInOutage(none.keep('a').ticket)).toBeUndefined()
    const { clock, cache, keep } = setUp()
    const open = keep('a')
    expect(cache.getInOutage(open.ticket)).toBe(open)
    clock.advance(-1)
    expect(cache.getInOutage(open.ticket)).toBeUndefined()
  })
})

describe('a session that is offered to be bound to its device, in an outage', () => {
  const offered = () => {
    const world = setUp()
    const open = world.anOpen('a')
    const device = { offeredAtMs: world.clock.nowMs() }
    const keepOffered = (known: SessionDevice = device) =>
      world.cache.put({ ...open, session: { ...open.session, device: known } }, world.cache.mark())
    return { ...world, ticket: open.ticket, device, keepOffered }
  }

  it('R13: counts no longer than its first minute: it may have been bound elsewhere', () => {
    const { clock, cache, ticket, keepOffered } = offered()
    const open = keepOffered()
    cache.hear({ kind: 'changed', ids: ['a'] })
    clock.advance(MINUTE - 1)
    expect(cache.getInOutage(ticket)).toBe(open)
    clock.advance(1)
    expect(cache.getInOutage(ticket)).toBeUndefined()
  })

  it('R13: does not count whether or not a notice of it was heard', () => {
    const { clock, cache, ticket, keepOffered } = offered()
    clock.advance(2 * MINUTE - 1)
    keepOffered()
    expect(cache.getInOutage(ticket)).toBeUndefined()
  })

  it('counts for the grace where it was read when nobody could bind it any more', () => {
    const { clock, cache, ticket, keepOffered } = offered()
    clock.advance(2 * MINUTE)
    const open = keepOffered()
    cache.hear({ kind: 'changed', ids: ['a'] })
    expect(cache.getInOutage(ticket)).toBe(open)
    clock.advance(MINUTE)
    expect(cache.getInOutage(ticket)).toBeUndefined()
  })

  it('counts for the grace where its device is known: it has to be proven', () => {
    const { clock, cache, ticket, device, keepOffered } = offered()
    const key = { algorithm: 'ES256', jwk: {}, thumbprint: 'thumbprint' } as const
    const nowMs = clock.nowMs()
    const open = keepOffered({ ...device, bound: { key, boundAtMs: nowMs, provenAtMs: nowMs } })
    clock.advance(10 * MINUTE)
    expect(cache.getInOutage(ticket)).toBe(open)
  })
})

describe('what is kept', () => {
  it('is bounded in sessions', () => {
    const { cache, keep } = setUp({ maxEntries: 2 })
    const [a, b, c] = [keep('a'), keep('b'), keep('c')]
    expect([a, b, c].map(({ ticket }) => cache.get(ticket)?.id)).toEqual([undefined, 'b', 'c'])
  })

  it('is bounded in bytes, and what is larger is not kept at all', () => {
    const { cache, keep, anOpen } = setUp({ maxBytes: 10_000 })
    for (let at = 0; at < 50; at += 1) keep(`id-${at}`)
    const { entries, bytes } = cache.size()
    expect(entries).toBeGreaterThan(1)
    expect(entries).toBeLessThan(40)
    expect(bytes).toBeLessThanOrEqual(10_000)
    const large = anOpen('large')
    const claims = { sub: 'alice', groups: Array.from({ length: 2_000 }, () => 'group') }
    const tokens = { ...large.session.tokens, claims }
    cache.put({ ...large, session: { ...large.session, tokens } }, cache.mark())
    expect(cache.get(large.ticket)).toBeUndefined()
  })

  it('forgets the ids of what it lets go: an end of those touches nobody', () => {
    const { cache, keep } = setUp({ maxEntries: 1 })
    keep('a')
    const b = keep('b')
    cache.hear({ kind: 'ended', ids: ['a'] })
    expect(cache.get(b.ticket)).toBe(b)
  })
})
