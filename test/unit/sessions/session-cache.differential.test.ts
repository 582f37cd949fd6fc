import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OpenSession } from '../../../src/core/session/session-store.ts'
import type { Heard } from '../../../src/sessions/backend/notices.ts'
import {
  type CacheSettings,
  createSessionCache,
  type SessionCache,
} from '../../../src/sessions/session-cache.ts'
import { aSession } from '../../support/builders.ts'
import { createFormerSessionCache } from '../../support/former-session-cache.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'

/** So few that steps meet. */
const SESSIONS = 12

const who = fc.nat(SESSIONS - 1)
const version = fc.integer({ min: 1, max: 4 })
const tenant = fc.constantFrom('tenant 0', 'tenant 1')

/**
 * What a store does with its cache: it opens, in an outage too; it reads, where notices may come
 * between the mark and the answer, and writes; it ends, and takes that back; it hears.
 */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('open'), who) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('open in outage'), who) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('begin to read'), who) },
  { weight: 5, arbitrary: fc.tuple(fc.constant('put'), who, version, fc.nat(3)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('mistrust'), who) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('forget'), who, tenant) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('end'), who) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('resume'), who) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('ended'), fc.array(who, { maxLength: 3 })) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('changed'), fc.array(who, { maxLength: 3 })) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('everything', 'lost', 'restored')) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('clock'), fc.integer({ min: -50, max: 3_000 })) },
)

type Step = readonly [kind: string, ...rest: readonly unknown[]]

const idOf = (n: number): string => `id ${n}`
const ticketOf = (n: number): string => `ticket ${n}`

const anOpen = (n: number, version: number, groups: number): OpenSession => {
  const session = aSession(0, { subject: `user ${n}`, tenant: `tenant ${n % 2}` })
  const claims = { sub: session.subject, groups: Array.from({ length: groups }, (_, at) => at) }
  return {
    id: idOf(n),
    ticket: ticketOf(n),
    version,
    keyId: `key ${version % 2}`,
    session: { ...session, tokens: { ...session.tokens, claims } },
  }
}

const heardOf = ([kind, ids]: Step): Heard | undefined => {
  if (kind === 'everything' || kind === 'lost' || kind === 'restored') return { kind }
  if (kind !== 'ended' && kind !== 'changed') return undefined
  return { kind, ids: (ids as readonly number[]).map(idOf) }
}

/** Takes a step; answers what was seen of it. */
const take = (cache: SessionCache, marks: Map<number, number>, taken: Step): unknown => {
  const [kind, first, second, third] = taken
  const n = Number(first)
  const heard = heardOf(taken)
  if (heard !== undefined) return cache.hear(heard)
  switch (kind) {
    case 'open':
      return cache.get(ticketOf(n))
    case 'open in outage':
      return cache.getInOutage(ticketOf(n))
    case 'begin to read':
      return void marks.set(n, cache.mark())
    case 'put': {
      const mark = marks.get(n) ?? cache.mark()
      marks.delete(n)
      return cache.put(anOpen(n, Number(second), Number(third)), mark)
    }
    case 'mistrust':
      return cache.mistrust(ticketOf(n))
    case 'forget':
      return cache.forget(String(second), ticketOf(n))
    case 'end':
      return cache.end(idOf(n))
    case 'resume':
      return cache.resume(idOf(n))
    default:
      throw new Error(`There is no step ${kind}.`)
  }
}

const SETTINGS: fc.Arbitrary<Omit<CacheSettings, 'maxBytes'>> = fc.record({
  maxEntries: fc.constantFrom(1, 3, 8, 100),
  ttlMs: fc.constantFrom(0, 1_000, 5_000),
  outageGraceMs: fc.constantFrom(0, 2_000, 60_000),
})

/** Everything at once fits: how many bytes a session takes is another matter. */
const maxBytes = 10_000_000

/** All that is seen of a cache while it takes the steps, with a clock of its own. */
const follow = (
  create: typeof createSessionCache,
  settings: Omit<CacheSettings, 'maxBytes'>,
  isHearing: boolean,
  taken: readonly Step[],
): readonly unknown[] => {
  const clock = handSetClock()
  const cache = create({ ...settings, maxBytes }, clock, isHearing)
  const marks = new Map<number, number>()
  return taken.map((one) => {
    if (one[0] === 'clock') return clock.advance(Number(one[1]))
    const seen = take(cache, marks, one)
    const ended = Array.from({ length: SESSIONS }, (_, n) => cache.hasEnded(idOf(n)))
    return [seen, cache.size().entries, ended.indexOf(true), ended.filter(Boolean).length]
  })
}

describe('a cache of bytes', () => {
  it('answers step by step what a cache of objects answered', () => {
    const steps = fc.array(step, { minLength: 1, maxLength: 120, size: 'max' })
    fc.assert(
      fc.property(SETTINGS, fc.boolean(), steps, (settings, isHearing, taken) => {
        const now = follow(createSessionCache, settings, isHearing, taken)
        expect(now).toEqual(follow(createFormerSessionCache, settings, isHearing, taken))
      }),
      { numRuns: 200 },
    )
  })

  it('hands out the same object for as long as nothing of the session changed', () => {
    const clock = handSetClock()
    const settings = { maxEntries: 10, maxBytes, ttlMs: 5_000, outageGraceMs: 60_000 }
    const cache = createSessionCache(settings, clock, true)
    const first = anOpen(1, 1, 20)
    expect(cache.put(first, cache.mark())).toBe(first)
    expect(cache.get(first.ticket)).toBe(first)
    expect(cache.getInOutage(first.ticket)).toBe(first)
    clock.advance(6_000)
    expect(cache.get(first.ticket)).toBeUndefined()
    expect(cache.put(anOpen(1, 1, 20), cache.mark())).toBe(first)
    expect(cache.get(first.ticket)).toBe(first)
    const other = anOpen(1, 1, 19)
    expect(cache.put(other, cache.mark())).toBe(other)
    const next = anOpen(1, 2, 19)
    expect(cache.put(next, cache.mark())).toBe(next)
    expect(cache.get(first.ticket)).toBe(next)
    cache.end(first.id)
    expect(cache.size()).toEqual({ entries: 0, bytes: 0 })
  })

  it('opens each of many sessions as what was put, at hand or not', () => {
    const settings = { maxEntries: 10_000, maxBytes: 100_000_000, ttlMs: 5_000, outageGraceMs: 0 }
    const cache = createSessionCache(settings, handSetClock(), true)
    for (let n = 0; n < 3_000; n += 1) cache.put(anOpen(n, 1, n % 7), cache.mark())
    for (let n = 0; n < 3_000; n += 2) cache.put(anOpen(n, 2, n % 5), cache.mark())
    for (let n = 0; n < 3_000; n += 3) cache.end(idOf(n))
    const opened = Array.from({ length: 3_000 }, (_, n) => cache.get(ticketOf(n)))
    const expected = Array.from({ length: 3_000 }, (_, n) => {
      if (n % 3 === 0) return undefined
      return n % 2 === 0 ? anOpen(n, 2, n % 5) : anOpen(n, 1, n % 7)
    })
    expect(opened).toEqual(expected)
    expect(cache.size().entries).toBe(2_000)
  })

  it('counts the bytes of what it keeps, and nothing when it keeps nothing', () => {
    const settings = { maxEntries: 10_000, maxBytes: 400_000, ttlMs: 5_000, outageGraceMs: 0 }
    const cache = createSessionCache(settings, handSetClock(), true)
    const lengths = fc.array(fc.tuple(fc.nat(5_000), fc.nat(400)), { maxLength: 60, size: 'max' })
    fc.assert(
      fc.property(lengths, (put) => {
        for (const [n, groups] of put) cache.put(anOpen(n, 1, groups), cache.mark())
        expect(cache.size().bytes).toBeLessThanOrEqual(settings.maxBytes)
      }),
    )
    expect(cache.size().bytes).toBeGreaterThan(settings.maxBytes / 2)
    for (let n = 0; n <= 5_000; n += 1) cache.end(idOf(n))
    expect(cache.size()).toEqual({ entries: 0, bytes: 0 })
  })
})
