import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OpenSession, SessionOpening } from '../../src/core/session/session-store.ts'
import type { Budget } from '../../src/core/time/budget.ts'
import type { Backend } from '../../src/sessions/backend/backend.ts'
import type { Heard } from '../../src/sessions/backend/notices.ts'
import { createSessionStore } from '../../src/sessions/session-store.ts'
import { aSession } from '../support/builders.ts'
import { unlimited } from '../support/check-ports.ts'
import { type HandSetClock, handSetClock } from '../support/hand-set-clock.ts'
import { keysOf } from '../support/process-keys.ts'
import { seededRandom } from '../support/seeded-random.ts'

/** One kind of backend under test. Its own clock is not the clock of the session stores. */
export interface BackendUnderTest {
  /** The backend of one more replica: all of them share what is kept. */
  readonly replica: () => Backend
  /**
   * Lets the lifetime of everything that is kept run out; what was kept without a lifetime stays.
   */
  readonly endLifetimes: () => Promise<void>
  readonly stop: () => Promise<void>
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const CACHE = { maxEntries: 1000, maxBytes: 64_000_000, ttlMs: 5 * SECOND, outageGraceMs: 0 }

const spent: Budget = { signal: AbortSignal.abort() }

const opened = (opening: SessionOpening): OpenSession => {
  if (opening.kind !== 'open') throw new Error(`the session is ${opening.reason}`)
  return opening.open
}

const count = <T>(values: readonly T[], wanted: T): number =>
  values.filter((value) => value === wanted).length

const times = <T>(howOften: number, make: (at: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: howOften }, (_, at) => make(at)))

/** What every backend must do, and every session store on top of one. */
export const backendContract = (name: string, start: () => Promise<BackendUnderTest>): void => {
  let under: BackendUnderTest
  let clock: HandSetClock
  let replicas = 0

  beforeEach(async () => {
    under = await start()
    clock = handSetClock()
  })
  afterEach(() => under.stop())

  const storeOn = (
    backend: Backend,
    changes: Partial<Parameters<typeof createSessionStore>[0]> = {},
  ) => {
    replicas += 1
    const random = seededRandom(`${name} ${replicas}`)
    return createSessionStore({
      backend,
      keys: keysOf('a'),
      clock,
      random,
      keyPrefix: 'test',
      cache: CACHE,
      ...changes,
    })
  }
  const aStore = (changes: Partial<Parameters<typeof createSessionStore>[0]> = {}) =>
    storeOn(under.replica(), changes)

  /** A store of a replica that hears the others already. */
  const aHearingStore = async (changes: Partial<Parameters<typeof createSessionStore>[0]> = {}) => {
    const backend = under.replica()
    await expect.poll(backend.notices.isHealthy, { interval: 5, timeout: 10_000 }).toBe(true)
    return storeOn(backend, changes)
  }
  const newSession = () => aSession(clock.nowMs())
  const tenant = aSession(0).tenant

  describe(`${name}: a session`, () => {
    it('is what was kept, in the replica that made it and in every other', async () => {
      const [a, b] = [aStore(), aStore()]
      const session = newSession()
      const ticket = await a.create(session)
      const here = opened(await a.open(tenant, ticket, unlimited))
      const there = opened(await b.open(tenant, ticket, unlimited))
      expect(here.session).toEqual(session)
      expect(there).toEqual(here)
      expect(here.id).not.toContain(ticket.slice(3, 10))
    })

    it('is opened from the cache without waiting', async () => {
      const [a, b] = [await aHearingStore(), await aHearingStore()]
      const ticket = await a.create(newSession())
      expect(a.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
      const first = b.open(tenant, ticket, unlimited)
      expect(first).toBeInstanceOf(Promise)
      await first
      expect(b.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
    })

    it('with 2,000 groups fits', async () => {
      const groups = Array.from({ length: 2000 }, (_, at) => `group-${at}-${at * 7919}`)
      const session = newSession()
      const tokens = { ...session.tokens, claims: { sub: 'alice', groups } }
      const ticket = await aStore().create({ ...session, tokens })
      const { session: found } = opened(await aStore().open(tenant, ticket, unlimited))
      expect(found.tokens).toEqual(tokens)
    })

    it('R12: every login has a ticket of its own, however many there are at once', async () => {
      const [a, b] = [aStore(), aStore()]
      const tickets = await times(50, (at) => (at % 2 ? a : b).create(newSession()))
      expect(new Set(tickets).size).toBe(50)
      for (const ticket of tickets) opened(await aStore().open(tenant, ticket, unlimited))
    })

    it('R12: a ticket that the client chose opens nothing, and nothing is made of it', async () => {
      const store = aStore()
      const chosen = `s1.${'A'.repeat(24)}.${'B'.repeat(44)}`
      const unknown = { kind: 'none', reason: 'session_unknown' }
      expect(await store.open(tenant, chosen, unlimited)).toEqual(unknown)
      expect(await store.create(newSession())).not.toBe(chosen)
      expect(await store.open(tenant, chosen, unlimited)).toEqual(unknown)
    })

    it('R12: the right id with another secret opens nothing', async () => {
      const ticket = await aStore().create(newSession())
      const [version, id, secret = ''] = ticket.split('.')
      const other = `${version}.${id}.${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`
      expect(await aStore().open(tenant, other, unlimited)).toMatchObject({ kind: 'none' })
    })

    it('R12: a replica without the key that sealed it does not open it; with it in its list it does', async () => {
      const ticket = await aStore().create(newSession())
      const without = aStore({ keys: keysOf('b') })
      const withOld = aStore({ keys: keysOf('b', 'a') })
      expect(await without.open(tenant, ticket, unlimited)).toEqual({
        kind: 'none',
        reason: 'session_unknown',
      })
      const open = opened(await withOld.open(tenant, ticket, unlimited))
      await withOld.replace(open, open.session, unlimited)
      expect(await without.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
    })

    it('R13: a session of one tenant is no session for another, cached or read', async () => {
      const [a, b] = [aStore(), aStore()]
      const ticket = await a.create(newSession())
      for (const store of [a, b]) {
        const unknown = { kind: 'none', reason: 'session_unknown' }
        expect(await store.open('tenant-b', ticket, unlimited)).toEqual(unknown)
        expect(await store.reopen('tenant-b', ticket, unlimited)).toEqual(unknown)
        expect(await store.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
        expect(await store.open('tenant-b', ticket, unlimited)).toEqual(unknown)
      }
    })

    it('R14: ends when idle, cached or read, though the store still has it', async () => {
      const [a, b] = [aStore(), aStore()]
      const ticket = await a.create(newSession())
      clock.advance(30 * MINUTE - 1)
      expect(await aStore().open(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
      expect(await a.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
      clock.advance(1)
      for (const store of [a, b]) {
        expect(await store.open(tenant, ticket, unlimited)).toEqual({
          kind: 'none',
          reason: 'session_expired',
        })
      }
    })

    it('R14: ends at its absolute lifetime, however much it is used', async () => {
      const store = aStore()
      const session = { ...newSession(), absoluteExpiresAtMs: clock.nowMs() + HOUR }
      const ticket = await store.create(session)
      for (let passed = 0; passed < HOUR - 10 * MINUTE; passed += 10 * MINUTE) {
        clock.advance(10 * MINUTE)
        store.touch(opened(await store.reopen(tenant, ticket, unlimited)))
        await expect
          .poll(async () => opened(await store.reopen(tenant, ticket, unlimited)).session)
          .toMatchObject({ lastSeenAtMs: clock.nowMs() })
      }
      clock.advance(10 * MINUTE)
      expect(await store.open(tenant, ticket, unlimited)).toEqual({
        kind: 'none',
        reason: 'session_expired',
      })
    })

    it('is kept with a lifetime, when it is made and each time it is written', async () => {
      const [a, b] = [aStore(), aStore()]
      const made = await a.create(newSession())
      const written = await a.create(newSession())
      const open = opened(await a.open(tenant, written, unlimited))
      await a.replace(open, open.session, unlimited)
      await under.endLifetimes()
      for (const ticket of [made, written]) {
        expect(await b.open(tenant, ticket, unlimited)).toEqual({
          kind: 'none',
          reason: 'session_unknown',
        })
      }
    })

    it('that another replica ended is gone in every replica, though no cache is too old', async () => {
      const [a, b] = [await aHearingStore(), await aHearingStore()]
      const ticket = await a.create(newSession())
      await b.remove(opened(await b.open(tenant, ticket, unlimited)), unlimited)
      expect(await b.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'none' })
      await expect
        .poll(() => a.open(tenant, ticket, unlimited), { interval: 5 })
        .toEqual({ kind: 'none', reason: 'session_unknown' })
    })

    it('that was ended counts no longer than a second where notices are not heard', async () => {
      const deaf = {
        publish: async () => undefined,
        subscribe: () => undefined,
        isHealthy: () => false,
      }
      const [a, b] = [aStore({ backend: { ...under.replica(), notices: deaf } }), aStore()]
      const ticket = await a.create(newSession())
      await b.remove(opened(await b.open(tenant, ticket, unlimited)), unlimited)
      expect(await a.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
      clock.advance(SECOND)
      expect(await a.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'none' })
    })

    it('may be ended twice', async () => {
      const store = aStore()
      const ticket = await store.create(newSession())
      const open = opened(await store.open(tenant, ticket, unlimited))
      await store.remove(open, unlimited)
      await store.remove(open, unlimited)
    })

    it('whose record was cut, swapped, damaged or written by a later version is unknown, all alike', async () => {
      const store = aStore()
      const { records } = under.replica()
      const keyOf = async (ticket: string): Promise<string> =>
        `test:session:${opened(await store.open(tenant, ticket, unlimited)).id}`
      const ticket = await store.create(newSession())
      const key = await keyOf(ticket)
      const whole = (await records.read(key)) ?? Buffer.alloc(0)
      const otherKey = await keyOf(await store.create(newSession()))
      const swapped = (await records.read(otherKey)) ?? Buffer.alloc(0)
      const later = Buffer.from(whole)
      later[0] = (whole[0] ?? 0) + 1
      const flipped = Buffer.from(whole)
      flipped[whole.length - 20] = (whole[whole.length - 20] ?? 0) ^ 1
      const cut = [0, 1, 20, whole.length - 1].map((length) => whole.subarray(0, length))
      for (const bytes of [...cut, swapped, later, flipped]) {
        await records.remove(key)
        await records.create(key, bytes, MINUTE)
        expect(await aStore().open(tenant, ticket, unlimited)).toEqual({
          kind: 'none',
          reason: 'session_unknown',
        })
      }
      await records.remove(key)
      await records.create(key, whole, MINUTE)
      opened(await aStore().open(tenant, ticket, unlimited))
    })

    it('is not read or written for a check whose budget is spent', async () => {
      const store = aStore()
      const ticket = await store.create(newSession())
      const open = opened(await store.open(tenant, ticket, unlimited))
      const fault = { code: 'budget_exceeded' }
      await expect(aStore().open(tenant, ticket, spent)).rejects.toMatchObject(fault)
      await expect(store.reopen(tenant, ticket, spent)).rejects.toMatchObject(fault)
      await expect(store.replace(open, open.session, spent)).rejects.toMatchObject(fault)
      await expect(store.remove(open, spent)).rejects.toMatchObject(fault)
      expect(await store.reopen(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
    })
  })

  describe(`${name}: a session that is written`, () => {
    const renewed = (open: OpenSession, accessToken: string) => ({
      ...open.session,
      tokens: { ...open.session.tokens, accessToken },
    })

    it('R27: is seen past the cache by every replica, with a new version', async () => {
      const [a, b] = [await aHearingStore(), await aHearingStore()]
      const ticket = await a.create(newSession())
      const open = opened(await b.open(tenant, ticket, unlimited))
      const written = await a.replace(open, renewed(open, 'access-2'), unlimited)
      expect(written?.version).toBe(open.version + 1)
      const fresh = opened(await b.reopen(tenant, ticket, unlimited))
      expect(fresh).toEqual(written)
      expect(opened(await b.open(tenant, ticket, unlimited))).toEqual(fresh)
      expect(opened(await a.open(tenant, ticket, unlimited))).toEqual(fresh)
    })

    it('R27: is read again by every replica that had it, though no cache is too old', async () => {
      const [a, b] = [await aHearingStore(), await aHearingStore()]
      const ticket = await a.create(newSession())
      const open = opened(await b.open(tenant, ticket, unlimited))
      const written = await a.replace(open, renewed(open, 'access-2'), unlimited)
      await expect
        .poll(async () => opened(await b.open(tenant, ticket, unlimited)), { interval: 5 })
        .toEqual(written)
      expect(opened(await a.open(tenant, ticket, unlimited))).toEqual(written)
    })

    it('R27: has one winner when many write at once, and the losers read what it wrote', async () => {
      const stores = [aStore(), aStore()] as const
      const ticket = await stores[0].create(newSession())
      const open = opened(await stores[0].open(tenant, ticket, unlimited))
      const results = await times(20, (at) =>
        stores[at % 2 ? 1 : 0].replace(open, renewed(open, `access-${at}`), unlimited),
      )
      expect(count(results, undefined)).toBe(19)
      const winner = results.find((result) => result !== undefined)
      for (const store of stores) {
        expect(opened(await store.reopen(tenant, ticket, unlimited))).toEqual(winner)
      }
    })

    it('stays gone once it was ended: a late write does not bring it back', async () => {
      const [a, b] = [aStore(), aStore()]
      const ticket = await a.create(newSession())
      const open = opened(await a.open(tenant, ticket, unlimited))
      await a.remove(open, unlimited)
      for (const store of [a, b]) {
        expect(await store.replace(open, renewed(open, 'access-2'), unlimited)).toBeUndefined()
        store.touch({ ...open, session: { ...open.session, lastSeenAtMs: 0 } })
        await store.close()
        expect(await store.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'none' })
      }
    })

    it('stays gone when it is written and ended at the same time, in whatever order', async () => {
      const [a, b] = [aStore(), aStore()]
      for (let round = 0; round < 10; round += 1) {
        const ticket = await a.create(newSession())
        const open = opened(await b.open(tenant, ticket, unlimited))
        await Promise.all([
          a.replace(open, renewed(open, 'access-2'), unlimited),
          b.remove(open, unlimited),
          b.replace(open, renewed(open, 'access-3'), unlimited),
          b.reopen(tenant, ticket, unlimited),
        ])
        expect(await b.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'none' })
        expect(await a.reopen(tenant, ticket, unlimited)).toMatchObject({ kind: 'none' })
      }
    })

    it('notes that it is in use after a tenth of the idle timeout, at most a minute', async () => {
      const store = aStore()
      const ticket = await store.create(newSession())
      const open = opened(await store.open(tenant, ticket, unlimited))
      clock.advance(MINUTE - 1)
      store.touch(open)
      clock.advance(1)
      store.touch(open)
      store.touch(open)
      await store.close()
      const after = opened(await aStore().open(tenant, ticket, unlimited))
      expect(after.version).toBe(open.version + 1)
      expect(after.session).toEqual({ ...open.session, lastSeenAtMs: clock.nowMs() })
    })

    it('R27: never loses new tokens to a note of use', async () => {
      for (let round = 0; round < 10; round += 1) {
        const [a, b] = [aStore(), aStore()]
        const ticket = await a.create(newSession())
        const open = opened(await b.open(tenant, ticket, unlimited))
        clock.advance(MINUTE)
        b.touch(open)
        let written = await a.replace(open, renewed(open, 'access-2'), unlimited)
        b.touch(open)
        while (written === undefined) {
          const current = opened(await a.reopen(tenant, ticket, unlimited))
          written = await a.replace(current, renewed(current, 'access-2'), unlimited)
        }
        await b.close()
        const after = opened(await aStore().open(tenant, ticket, unlimited))
        expect(after.session.tokens.accessToken).toBe('access-2')
      }
    })
  })

  describe(`${name}: a record`, () => {
    it('is made by exactly one of fifty that want its key', async () => {
      const [a, b] = [under.replica().records, under.replica().records]
      const made = await times(50, (at) =>
        (at % 2 ? a : b).create('test:record', Buffer.from(`by ${at}`), MINUTE),
      )
      expect(count(made, true)).toBe(1)
      expect((await a.read('test:record'))?.toString()).toBe(`by ${made.indexOf(true)}`)
    })

    it('keeps every byte', async () => {
      const { records } = under.replica()
      const bytes = Buffer.from(Array.from({ length: 512 }, (_, at) => at % 256))
      await records.create('test:record', bytes, MINUTE)
      expect(await records.read('test:record')).toEqual(bytes)
      expect(await records.read('test:another')).toBeUndefined()
    })
  })

  describe(`${name}: a lock`, () => {
    it('R27: is held by exactly one of fifty that want it', async () => {
      const [a, b] = [under.replica().lock, under.replica().lock]
      const held = await times(50, (at) => (at % 2 ? a : b).acquire('one', MINUTE, unlimited))
      expect(count(held, undefined)).toBe(49)
      expect(await a.acquire('another', MINUTE, unlimited)).toBeDefined()
    })

    it('can be taken again once released, and releasing twice is no error', async () => {
      const [a, b] = [under.replica().lock, under.replica().lock]
      const held = await a.acquire('one', MINUTE, unlimited)
      await held?.release()
      expect(await b.acquire('one', MINUTE, unlimited)).toBeDefined()
      await held?.release()
      expect(await a.acquire('one', MINUTE, unlimited)).toBeUndefined()
    })

    it('R27: of a holder that is lost expires, and its late release leaves the next holder alone', async () => {
      const { lock } = under.replica()
      const lost = await lock.acquire('one', MINUTE, unlimited)
      await under.endLifetimes()
      expect(await lock.acquire('one', MINUTE, unlimited)).toBeDefined()
      await lost?.release()
      expect(await lock.acquire('one', MINUTE, unlimited)).toBeUndefined()
    })

    it('R27: says whether it is held, until it expires', async () => {
      const { lock } = under.replica()
      const held = await lock.acquire('one', MINUTE, unlimited)
      expect(held?.isHeld()).toBe(true)
      await held?.release()
    })

    it('is not taken for a check whose budget is spent, nor waited for', async () => {
      const { lock } = under.replica()
      await expect(lock.acquire('one', MINUTE, spent)).rejects.toMatchObject({
        code: 'budget_exceeded',
      })
      await lock.pause(spent)
      expect(await lock.acquire('one', MINUTE, unlimited)).toBeDefined()
    })
  })

  describe(`${name}: the replay guard`, () => {
    it('R16: lets exactly one of fifty claim an id', async () => {
      const [a, b] = [under.replica().replay, under.replica().replay]
      const claims = await times(50, (at) => (at % 2 ? a : b).claim('id', MINUTE, unlimited))
      expect(count(claims, true)).toBe(1)
      expect(await a.claim('id', MINUTE, unlimited)).toBe(false)
      expect(await a.claim('another', MINUTE, unlimited)).toBe(true)
    })

    it('R16: takes any text for an id, and tells them all apart', async () => {
      const { replay } = under.replica()
      const ids = ['', ' ', 'a:b', 'a:B', '\r\n', '\u0000', 'x'.repeat(5000), 'ü']
      for (const id of ids) expect(await replay.claim(id, MINUTE, unlimited)).toBe(true)
      for (const id of ids) expect(await replay.claim(id, MINUTE, unlimited)).toBe(false)
    })

    it('forgets an id after its lifetime', async () => {
      const { replay } = under.replica()
      await replay.claim('id', MINUTE, unlimited)
      await under.endLifetimes()
      expect(await replay.claim('id', MINUTE, unlimited)).toBe(true)
    })

    it('tells every replica whether an id was claimed, and claims nothing by that', async () => {
      const [a, b] = [under.replica().replay, under.replica().replay]
      expect(await a.isClaimed('id', unlimited)).toBe(false)
      expect(await a.claim('id', MINUTE, unlimited)).toBe(true)
      expect(await b.isClaimed('id', unlimited)).toBe(true)
      await under.endLifetimes()
      expect(await b.isClaimed('id', unlimited)).toBe(false)
      await expect(b.isClaimed('id', spent)).rejects.toMatchObject({ code: 'budget_exceeded' })
    })

    it('tells every replica how far something has come, and never goes back', async () => {
      const [a, b] = [under.replica().replay, under.replica().replay]
      expect(await a.reached('id', unlimited)).toBe(0)
      await Promise.all([3, 11, 2].map((step) => a.reach('id', step, MINUTE, unlimited)))
      expect(await b.reached('id', unlimited)).toBe(11)
      expect(await b.reached('another', unlimited)).toBe(0)
      expect(await b.isClaimed('id', unlimited)).toBe(false)
      await b.reach('id', Number.MAX_SAFE_INTEGER, MINUTE, unlimited)
      await a.reach('id', 12, MINUTE, unlimited)
      expect(await a.reached('id', unlimited)).toBe(Number.MAX_SAFE_INTEGER)
      await under.endLifetimes()
      expect(await b.reached('id', unlimited)).toBe(0)
      const late = b.reach('id', 1, MINUTE, spent)
      await expect(late).rejects.toMatchObject({ code: 'budget_exceeded' })
      await expect(b.reached('id', spent)).rejects.toMatchObject({ code: 'budget_exceeded' })
    })

    it('claims nothing for a check whose budget is spent', async () => {
      const { replay } = under.replica()
      const claim = replay.claim('id', MINUTE, spent)
      await expect(claim).rejects.toMatchObject({ code: 'budget_exceeded' })
      expect(await replay.claim('id', MINUTE, unlimited)).toBe(true)
    })
  })

  describe(`${name}: notices`, () => {
    const aChannel = async () => {
      const { notices } = under.replica()
      const heard: Heard[] = []
      notices.subscribe((one) => void heard.push(one))
      await expect.poll(notices.isHealthy, { interval: 5, timeout: 10_000 }).toBe(true)
      return { notices, heard }
    }
    const hears = (heard: readonly Heard[], one: Heard) =>
      expect.poll(() => heard, { interval: 5 }).toContainEqual(one)

    it('reach every replica', async () => {
      const [a, b] = [await aChannel(), await aChannel()]
      await a.notices.publish({ kind: 'changed', ids: ['one'] })
      await a.notices.publish({ kind: 'ended', ids: ['one', 'two'] })
      await a.notices.publish({ kind: 'everything' })
      await hears(b.heard, { kind: 'changed', ids: ['one'] })
      await hears(b.heard, { kind: 'ended', ids: ['one', 'two'] })
      await hears(b.heard, { kind: 'everything' })
    })

    it('of an end are heard by the replica that sent them too', async () => {
      const a = await aChannel()
      await a.notices.publish({ kind: 'ended', ids: ['one'] })
      expect(a.heard).toContainEqual({ kind: 'ended', ids: ['one'] })
    })

    it('may name thousands', async () => {
      const [a, b] = [await aChannel(), await aChannel()]
      const ids = Array.from({ length: 5000 }, (_, at) => `id-${at}`)
      await a.notices.publish({ kind: 'ended', ids })
      const heard = () => b.heard.flatMap((one) => (one.kind === 'ended' ? one.ids : []))
      await expect.poll(() => heard().toSorted(), { interval: 5 }).toEqual(ids.toSorted())
    })
  })

  it(`${name}: answers a ping`, () => under.replica().ping())
}
