import { describe, expect, it } from 'vitest'
import { Fault } from '../../../src/core/reason/fault.ts'
import type { OpenSession, SessionOpening } from '../../../src/core/session/session-store.ts'
import type { Awaitable } from '../../../src/core/time/awaitable.ts'
import type { Budget } from '../../../src/core/time/budget.ts'
import type { Records } from '../../../src/sessions/backend/records.ts'
import { createMemoryBackend } from '../../../src/sessions/memory/backend.ts'
import { createMemoryRecords } from '../../../src/sessions/memory/records.ts'
import type { CacheSettings } from '../../../src/sessions/session-cache.ts'
import { createSessionStore } from '../../../src/sessions/session-store.ts'
import { aSession } from '../../support/builders.ts'
import { unlimited } from '../../support/check-ports.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'
import { keysOf } from '../../support/process-keys.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const MINUTE = 60_000
const tenant = aSession(0).tenant
const down = new Fault('session_store_unavailable', 'Redis is not connected.')

const opened = (opening: SessionOpening): OpenSession => {
  if (opening.kind !== 'open') throw new Error(`the session is ${opening.reason}`)
  return opening.open
}

/** Records whose answers can be held back, made to fail, and counted. */
const controlled = (records: Records) => {
  const calls: string[] = []
  let fault: Fault | undefined
  let gate: Promise<void> = Promise.resolve()
  const through =
    <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      calls.push(name)
      const [held, failing] = [gate, fault]
      const result = failing === undefined ? await call(...args) : undefined
      await held
      if (failing !== undefined) throw failing
      return result as R
    }
  return {
    calls,
    records: {
      create: through('create', records.create),
      read: through('read', records.read),
      replace: through('replace', records.replace),
      renew: through('renew', records.renew),
      remove: through('remove', records.remove),
    },
    /**
     * Holds the answers of `begin`'s calls back until the returned function is called; what they
     * say is decided now.
     */
    hold: (begin: () => void): (() => void) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      begin()
      gate = Promise.resolve()
      return resolve
    },
    fail: (next: Fault | undefined) => {
      fault = next
    },
  }
}

const memory = () =>
  createMemoryBackend({ clock: handSetClock(), random: seededRandom('memory'), maxEntries: 100 })

const CACHE = { maxEntries: 10, maxBytes: 1_000_000, ttlMs: 5000, outageGraceMs: 0 }

const setUp = (changes: Partial<CacheSettings> = {}) => {
  const cache = { ...CACHE, ...changes }
  const clock = handSetClock()
  const control = controlled(createMemoryRecords({ clock: handSetClock(), maxEntries: 100 }))
  const backend = { ...memory(), records: control.records }
  const { notices } = backend
  const errors: Fault[] = []
  let stores = 0
  const aStore = () => {
    stores += 1
    return createSessionStore({
      backend,
      keys: keysOf('a'),
      keyPrefix: 'test',
      clock,
      random: seededRandom(`store ${stores}`),
      cache,
      onBackgroundError: (fault) => void errors.push(fault),
    })
  }
  const store = aStore()
  return { clock, aStore, store, errors, notices, session: aSession(clock.nowMs()), ...control }
}

describe('opening', () => {
  it('reads a ticket once for many requests at the same time', async () => {
    const { store, aStore, session, calls } = setUp()
    const ticket = await store.create(session)
    const other = aStore()
    const openings = await Promise.all(
      Array.from({ length: 20 }, () => other.open(tenant, ticket, unlimited)),
    )
    for (const opening of openings) expect(opened(opening).session).toEqual(session)
    expect(calls).toEqual(['create', 'read'])
  })

  it('R13: does not share what was read for one tenant with another', async () => {
    const { store, aStore, session } = setUp()
    const ticket = await store.create(session)
    const other = aStore()
    const [mine, theirs] = await Promise.all([
      other.open(tenant, ticket, unlimited),
      other.open('tenant-b', ticket, unlimited),
    ])
    expect(mine.kind).toBe('open')
    expect(theirs).toEqual({ kind: 'none', reason: 'session_unknown' })
  })

  it('tells a failure to those who wait, and tries again for whoever comes after', async () => {
    const { store, aStore, session, fail, calls } = setUp()
    const ticket = await store.create(session)
    const other = aStore()
    fail(down)
    const failed = await Promise.allSettled(
      Array.from({ length: 3 }, () => other.open(tenant, ticket, unlimited)),
    )
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    fail(undefined)
    expect(await other.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
    expect(calls).toEqual(['create', 'read', 'read'])
  })

  it('R32: stops waiting when the budget of one request ends, and goes on for the others', async () => {
    const { store, aStore, session, hold } = setUp()
    const ticket = await store.create(session)
    const other = aStore()
    const controller = new AbortController()
    const budget: Budget = { signal: controller.signal }
    let given: Awaitable<SessionOpening> | undefined
    const release = hold(() => {
      given = other.open(tenant, ticket, budget)
    })
    const kept = other.open(tenant, ticket, unlimited)
    controller.abort()
    await expect(given).rejects.toMatchObject({ code: 'budget_exceeded' })
    release()
    expect(await kept).toMatchObject({ kind: 'open' })
  })

  it('answers known sessions from the cache while the store is down', async () => {
    const { store, session, clock, fail } = setUp()
    const ticket = await store.create(session)
    fail(down)
    clock.advance(4999)
    expect(store.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
    clock.advance(1)
    await expect(store.open(tenant, ticket, unlimited)).rejects.toBe(down)
  })

  it('R32: goes on with known sessions for the grace while the store is down', async () => {
    const { store, session, clock, fail } = setUp({ outageGraceMs: MINUTE })
    const ticket = await store.create(session)
    fail(down)
    clock.advance(5000)
    expect(await store.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
    expect(await store.open('tenant-b', ticket, unlimited)).toMatchObject({ kind: 'none' })
    clock.advance(MINUTE - 1)
    expect(await store.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
    clock.advance(1)
    await expect(store.open(tenant, ticket, unlimited)).rejects.toBe(down)
    fail(undefined)
    expect(await store.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
  })

  it('R14: a session that is over is not let in by the grace, and nobody is told to log in', async () => {
    const { store, session, clock, fail } = setUp({ outageGraceMs: 24 * 60 * MINUTE })
    const idle = await store.create(session)
    const old = await store.create({ ...session, absoluteExpiresAtMs: clock.nowMs() + MINUTE })
    fail(down)
    clock.advance(MINUTE)
    expect(await store.open(tenant, idle, unlimited)).toMatchObject({ kind: 'open' })
    await expect(store.open(tenant, old, unlimited)).rejects.toBe(down)
    clock.advance(session.idleTimeoutMs)
    await expect(store.open(tenant, idle, unlimited)).rejects.toBe(down)
  })

  it('R13: a session that was bound elsewhere since it was read needs the store in an outage', async () => {
    const { store, aStore, session, clock, fail } = setUp({ outageGraceMs: 10 * MINUTE })
    const device = { offeredAtMs: clock.nowMs() }
    const ticket = await store.create({ ...session, device })
    const other = aStore()
    opened(await other.open(tenant, ticket, unlimited))
    const key = { algorithm: 'ES256', jwk: {}, thumbprint: 'thumbprint' } as const
    const bound = { key, boundAtMs: clock.nowMs(), provenAtMs: clock.nowMs() }
    const open = opened(await store.reopen(tenant, ticket, unlimited))
    await store.replace(open, { ...session, device: { ...device, bound } }, unlimited)
    clock.advance(MINUTE)
    fail(down)
    await expect(other.open(tenant, ticket, unlimited)).rejects.toBe(down)
    const known = opened(await store.open(tenant, ticket, unlimited))
    expect(known.session.device).toEqual({ ...device, bound })
    fail(undefined)
    const read = opened(await other.open(tenant, ticket, unlimited))
    expect(read.session.device).toEqual({ ...device, bound })
  })

  it('R32: reopening takes nothing from the cache, however long the store is down', async () => {
    const { store, session, fail } = setUp({ outageGraceMs: MINUTE })
    const ticket = await store.create(session)
    fail(down)
    await expect(store.reopen(tenant, ticket, unlimited)).rejects.toBe(down)
  })

  it('what was found damaged is not known any more, in no outage either', async () => {
    const { store, session, clock, records, fail } = setUp({ outageGraceMs: MINUTE })
    const ticket = await store.create(session)
    const { id } = opened(await store.open(tenant, ticket, unlimited))
    await records.remove(`test:session:${id}`)
    await records.create(`test:session:${id}`, Buffer.from('damaged'), MINUTE)
    clock.advance(5000)
    expect(await store.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'none' })
    fail(down)
    await expect(store.open(tenant, ticket, unlimited)).rejects.toBe(down)
  })

  it('R13: what another tenant is shown of a session takes nothing from its own', async () => {
    const { store, session, clock, fail } = setUp({ outageGraceMs: MINUTE })
    const ticket = await store.create(session)
    clock.advance(5000)
    expect(await store.open('tenant-b', ticket, unlimited)).toMatchObject({ kind: 'none' })
    expect(await store.reopen('tenant-b', ticket, unlimited)).toMatchObject({ kind: 'none' })
    fail(down)
    expect(await store.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
  })

  it('keeps nothing when the cache is turned off', async () => {
    for (const cache of [
      { maxEntries: 0, ttlMs: 5000 },
      { maxEntries: 10, ttlMs: 0 },
    ]) {
      const { store, session } = setUp(cache)
      const ticket = await store.create(session)
      expect(store.open(tenant, ticket, unlimited)).toBeInstanceOf(Promise)
    }
  })

  it('keeps no more sessions than the cache may hold', async () => {
    const { store, session } = setUp({ maxEntries: 2, ttlMs: 5000 })
    const tickets = [await store.create(session), await store.create(session)]
    await store.create(session)
    const [oldest = '', newer = ''] = tickets
    expect(store.open(tenant, newer, unlimited)).toMatchObject({ kind: 'open' })
    expect(store.open(tenant, oldest, unlimited)).toBeInstanceOf(Promise)
  })

  it('does not trust the cache when the clock was set back', async () => {
    const { store, session, clock } = setUp()
    const ticket = await store.create(session)
    clock.advance(-3_600_000)
    expect(store.open(tenant, ticket, unlimited)).toBeInstanceOf(Promise)
  })
})

describe('answers that overtake each other', () => {
  it('R27: reopening never uses a read that began before it', async () => {
    const { store, aStore, session, hold } = setUp()
    const ticket = await store.create(session)
    const open = opened(await store.open(tenant, ticket, unlimited))
    const other = aStore()
    let early: Awaitable<SessionOpening> = { kind: 'none', reason: 'session_unknown' }
    const release = hold(() => {
      early = other.open(tenant, ticket, unlimited)
    })
    await store.replace(open, session, unlimited)
    expect(opened(await other.reopen(tenant, ticket, unlimited)).version).toBe(2)
    release()
    expect(opened(await early).version).toBe(1)
    expect(opened(await other.open(tenant, ticket, unlimited)).version).toBe(2)
  })

  it('a slow read does not put an older session over a newer one', async () => {
    const { store, session, hold } = setUp()
    const ticket = await store.create(session)
    const open = opened(await store.open(tenant, ticket, unlimited))
    let slow: Promise<SessionOpening> | undefined
    const release = hold(() => {
      slow = store.reopen(tenant, ticket, unlimited)
    })
    await store.replace(open, session, unlimited)
    release()
    await slow
    expect(opened(await store.open(tenant, ticket, unlimited)).version).toBe(2)
  })

  it('a slow read does not bring back what was ended meanwhile', async () => {
    const { store, aStore, session, hold } = setUp()
    const ticket = await store.create(session)
    const open = opened(await store.open(tenant, ticket, unlimited))
    const other = aStore()
    let slow: Awaitable<SessionOpening> | undefined
    const release = hold(() => {
      slow = other.open(tenant, ticket, unlimited)
    })
    await other.remove(open, unlimited)
    release()
    expect(await slow).toMatchObject({ kind: 'none' })
    expect(await other.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'none' })
  })

  it('an ended session is gone at once, before the store has answered', async () => {
    const { store, session, hold } = setUp()
    const ticket = await store.create(session)
    const open = opened(await store.open(tenant, ticket, unlimited))
    let ending: Promise<void> | undefined
    const release = hold(() => {
      ending = store.remove(open, unlimited)
    })
    expect(store.open(tenant, ticket, unlimited)).toEqual({
      kind: 'none',
      reason: 'session_unknown',
    })
    release()
    await ending
  })

  it('a session whose end the store did not hear of goes on', async () => {
    const { store, session, fail } = setUp()
    const ticket = await store.create(session)
    const open = opened(await store.open(tenant, ticket, unlimited))
    fail(down)
    await expect(store.remove(open, unlimited)).rejects.toBe(down)
    fail(undefined)
    expect(await store.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
  })

  it('a write that lost drops what the cache had', async () => {
    const { store, aStore, session } = setUp()
    const ticket = await store.create(session)
    const open = opened(await store.open(tenant, ticket, unlimited))
    await aStore().replace(open, session, unlimited)
    expect(await store.replace(open, session, unlimited)).toBeUndefined()
    expect(opened(await store.open(tenant, ticket, unlimited)).version).toBe(2)
  })
})

describe('what another replica did', () => {
  it('ending a session: it is gone here as soon as it was reopened', async () => {
    const { store, aStore, session } = setUp()
    const ticket = await store.create(session)
    const open = opened(await store.open(tenant, ticket, unlimited))
    await aStore().remove(open, unlimited)
    expect(await store.reopen(tenant, ticket, unlimited)).toMatchObject({ kind: 'none' })
    expect(await store.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'none' })
  })

  it('writing first: who lost reads what won, not what was being read before', async () => {
    const { store, aStore, session, hold } = setUp()
    const ticket = await store.create(session)
    const open = opened(await store.open(tenant, ticket, unlimited))
    const other = aStore()
    let early: Awaitable<SessionOpening> | undefined
    const release = hold(() => {
      early = other.open(tenant, ticket, unlimited)
    })
    await store.replace(open, session, unlimited)
    expect(await other.replace(open, session, unlimited)).toBeUndefined()
    const late = other.open(tenant, ticket, unlimited)
    release()
    await early
    expect(opened(await late).version).toBe(2)
  })

  it('R14: using a session: it is not idle here only because the cache did not hear of it', async () => {
    const { store, aStore, session, clock } = setUp({ maxEntries: 10, ttlMs: 3_600_000 })
    const ticket = await store.create(session)
    const other = aStore()
    const open = opened(await other.open(tenant, ticket, unlimited))
    clock.advance(29 * MINUTE)
    other.touch(open)
    await other.close()
    clock.advance(MINUTE)
    expect(await store.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
  })
})

describe('a note of use', () => {
  const due = async () => {
    const all = setUp()
    const ticket = await all.store.create(all.session)
    const open = opened(await all.store.open(tenant, ticket, unlimited))
    all.clock.advance(MINUTE)
    return { ...all, ticket, open }
  }

  it('that fails is told behind the answer, and tried again a minute later, not on every request', async () => {
    const { store, open, errors, calls, clock, fail } = await due()
    fail(down)
    for (let request = 0; request < 10; request += 1) store.touch(open)
    await expect.poll(() => errors).toEqual([down])
    store.touch(open)
    expect(calls).toEqual(['create', 'replace'])
    clock.advance(MINUTE)
    store.touch(open)
    expect(calls).toEqual(['create', 'replace', 'replace'])
    await store.close()
  })

  it('is waited for when the store is closed, and none begins after', async () => {
    const { store, open, calls, clock, hold } = await due()
    const release = hold(() => store.touch(open))
    let isClosed = false
    const closing = store.close().then(() => {
      isClosed = true
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(isClosed).toBe(false)
    release()
    await closing
    clock.advance(MINUTE)
    store.touch(open)
    expect(calls).toEqual(['create', 'replace'])
  })

  it('is seen by the next opening from the cache', async () => {
    const { store, open, ticket, clock } = await due()
    store.touch(open)
    await store.close()
    const after = opened(await store.open(tenant, ticket, unlimited))
    expect(after.session.lastSeenAtMs).toBe(clock.nowMs())
    expect(after.version).toBe(2)
  })

  it('comes after a tenth of a short idle timeout', async () => {
    const { store, session, clock, calls } = setUp()
    const ticket = await store.create({ ...session, idleTimeoutMs: MINUTE })
    const open = opened(await store.open(tenant, ticket, unlimited))
    clock.advance(5999)
    store.touch(open)
    expect(calls).toEqual(['create'])
    clock.advance(1)
    store.touch(open)
    expect(calls).toEqual(['create', 'replace'])
    await store.close()
  })
})

describe('creating', () => {
  it('R12: never writes over a record that is there', async () => {
    const { records, session, clock } = setUp()
    const again = () =>
      createSessionStore({
        backend: { ...memory(), records },
        keys: keysOf('a'),
        keyPrefix: 'test',
        clock,
        random: seededRandom('the same'),
        cache: CACHE,
      }).create(session)
    await again()
    await expect(again()).rejects.toMatchObject({ code: 'session_store_unavailable' })
  })

  it('puts the prefix in front of the key, and never the ticket', async () => {
    const keys: string[] = []
    const { records, session, clock } = setUp()
    const store = createSessionStore({
      backend: { ...memory(), records: { ...records, create: async (key) => keys.push(key) > 0 } },
      keys: keysOf('a'),
      clock,
      random: seededRandom('prefix'),
      keyPrefix: 'shop',
      cache: CACHE,
    })
    const ticket = await store.create(session)
    expect(keys[0]).toMatch(/^shop:session:[A-Za-z0-9_-]{43}$/)
    for (const part of ticket.split('.').slice(1)) expect(keys[0]).not.toContain(part)
  })
})
