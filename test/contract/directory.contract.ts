import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PageMark } from '../../src/core/session/page-mark.ts'
import type { Session } from '../../src/core/session/session.ts'
import type { SessionEntry, SessionQuery } from '../../src/core/session/session-directory.ts'
import type { OpenSession, SessionOpening } from '../../src/core/session/session-store.ts'
import type { Keys } from '../../src/sessions/sealing/keys.ts'
import { createSessionDirectory } from '../../src/sessions/session-directory.ts'
import { createSessionStore } from '../../src/sessions/session-store.ts'
import { aSession } from '../support/builders.ts'
import { unlimited } from '../support/check-ports.ts'
import { type HandSetClock, handSetClock } from '../support/hand-set-clock.ts'
import { keysOf } from '../support/process-keys.ts'
import { seededRandom } from '../support/seeded-random.ts'
import type { BackendUnderTest } from './sessions.contract.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const ISSUER = aSession(0).issuer

const opened = (opening: SessionOpening): OpenSession => {
  if (opening.kind !== 'open') throw new Error(`the session is ${opening.reason}`)
  return opening.open
}

const digestOf = (token: string): string => createHash('sha256').update(token).digest('base64url')

const spent = { signal: AbortSignal.abort() }

/** What a directory on every backend must do. */
export const directoryContract = (name: string, start: () => Promise<BackendUnderTest>): void => {
  let under: BackendUnderTest
  let clock: HandSetClock
  let replicas = 0

  beforeEach(async () => {
    under = await start()
    clock = handSetClock()
  })
  afterEach(() => under.stop())

  /** One replica: a store and a directory, and what the directory said had ended. */
  const aReplica = (keys: Keys = keysOf('a')) => {
    replicas += 1
    const backend = under.replica()
    const ended: string[] = []
    backend.notices.subscribe((heard) => {
      if (heard.kind === 'ended') ended.push(...heard.ids)
    })
    const deps = {
      backend,
      keys,
      clock,
      random: seededRandom(`${name} directory ${replicas}`),
      keyPrefix: 'test',
      cache: { maxEntries: 1000, maxBytes: 10_000_000, ttlMs: 5 * SECOND, outageGraceMs: 0 },
    }
    const store = createSessionStore(deps)
    const told: SessionEntry[] = []
    const onEnded = (entries: readonly SessionEntry[]) => void told.push(...entries)
    const directory = createSessionDirectory({ ...deps, onEnded })
    const login = async (changes: Partial<Session> = {}): Promise<OpenSession> => {
      const session = aSession(clock.nowMs(), changes)
      const ticket = await store.create(session)
      return opened(await store.open(session.tenant, ticket, unlimited))
    }
    const list = async (query: SessionQuery = {}): Promise<readonly SessionEntry[]> =>
      (await directory.list(query, { limit: 1000 }, unlimited)).entries
    const idsOf = async (query: SessionQuery = {}) => (await list(query)).map(({ id }) => id).sort()
    const isOpen = async ({ session, ticket }: OpenSession): Promise<boolean> =>
      (await store.reopen(session.tenant, ticket, unlimited)).kind === 'open'
    return { ...deps, ended, told, store, directory, login, list, idsOf, isOpen }
  }

  const ids = (...sessions: readonly OpenSession[]) => sessions.map(({ id }) => id).sort()

  describe(`${name}: the directory`, () => {
    it('lists what a login was, in every replica, and never a token', async () => {
      const [a, b] = [aReplica(), aReplica()]
      const changes = { sid: 'at-idp', address: '192.0.2.7', agent: 'Firefox' }
      const { id, session } = await a.login(changes)
      const [entry] = await b.list()
      expect(entry).toEqual({
        id,
        tenant: session.tenant,
        client: 'shop/shop',
        clientId: 'shop',
        issuer: ISSUER,
        subject: 'alice',
        accessTokenDigest: digestOf('access-1'),
        host: 'shop.example.com',
        createdAtMs: clock.nowMs(),
        lastSeenAtMs: clock.nowMs(),
        expiresAtMs: session.absoluteExpiresAtMs,
        idleTimeoutMs: session.idleTimeoutMs,
        ...changes,
      })
      expect(await b.directory.find(id, unlimited)).toEqual(entry)
      expect(JSON.stringify(entry)).not.toMatch(/access-1|refresh-1|id-1|s1\./)
    })

    it('finds by subject, issuer, client and host, one and all of them', async () => {
      const { login, idsOf } = aReplica()
      const alice = await login()
      const elsewhere = await login({ issuer: 'https://other.example.com' })
      const bob = await login({ subject: 'bob', host: 'api.example.com' })
      const wiki = await login({ client: 'wiki/wiki' })
      expect(await idsOf()).toEqual(ids(alice, elsewhere, bob, wiki))
      expect(await idsOf({ subject: 'alice' })).toEqual(ids(alice, elsewhere, wiki))
      expect(await idsOf({ subject: 'alice', issuer: ISSUER })).toEqual(ids(alice, wiki))
      expect(await idsOf({ issuer: 'https://other.example.com' })).toEqual(ids(elsewhere))
      expect(await idsOf({ client: 'wiki/wiki' })).toEqual(ids(wiki))
      expect(await idsOf({ host: 'api.example.com' })).toEqual(ids(bob))
      expect(await idsOf({ subject: 'bob', client: 'wiki/wiki' })).toEqual([])
    })

    it('gives every session once in pages, those that end soonest first', async () => {
      const { login, directory } = aReplica()
      const logins: OpenSession[] = []
      for (let at = 0; at < 25; at += 1) {
        if (at % 5 === 0) clock.advance(SECOND)
        logins.push(await login())
      }
      const seen: string[] = []
      let pages = 0
      let after: PageMark | undefined
      do {
        const page = await directory.list(
          { subject: 'alice' },
          { limit: 4, ...(after === undefined ? {} : { after }) },
          unlimited,
        )
        expect(page.entries.length).toBeLessThanOrEqual(4)
        seen.push(...page.entries.map(({ id }) => id))
        after = page.next
        pages += 1
      } while (after !== undefined)
      expect(pages).toBe(7)
      expect(seen.toSorted()).toEqual(ids(...logins))
      const createdAt = new Map(logins.map(({ id, session }) => [id, session.createdAtMs]))
      const times = seen.map((id) => createdAt.get(id) ?? 0)
      expect(times).toEqual(times.toSorted((one, other) => one - other))
    })

    it('a page says that there is more only if there is', async () => {
      const { login, directory } = aReplica()
      await login()
      await login()
      expect(await directory.list({}, { limit: 2 }, unlimited)).not.toHaveProperty('next')
      expect(await directory.list({}, { limit: 1 }, unlimited)).toHaveProperty('next')
    })

    it('follows the notes of use', async () => {
      const { login, store, list } = aReplica()
      const open = await login()
      clock.advance(5 * MINUTE)
      store.touch(open)
      await store.close()
      expect(await list()).toMatchObject([
        { createdAtMs: open.session.createdAtMs, lastSeenAtMs: clock.nowMs() },
      ])
    })

    it('shows nothing of a session that was signed out, and nothing is left of it', async () => {
      const { login, store, list, directory, backend } = aReplica()
      const open = await login({ sid: 'at-idp' })
      await store.remove(open, unlimited)
      await store.close()
      expect(await list()).toEqual([])
      expect(await directory.find(open.id, unlimited)).toBeUndefined()
      expect(await backend.entries.read(`test:entry:${open.id}`)).toBeUndefined()
      expect(await backend.idSets.page('test:sessions:all', undefined, 10, 0)).toEqual([])
    })

    it('shows no session that is idle too long, though the store still has it', async () => {
      const { login, list, directory } = aReplica()
      const { id } = await login()
      clock.advance(30 * MINUTE - 1)
      expect(await list()).toHaveLength(1)
      clock.advance(1)
      expect(await list()).toEqual([])
      expect(await directory.find(id, unlimited)).toBeUndefined()
    })

    it('forgets members whose sessions are gone when it meets them, and those that ended by themselves', async () => {
      const { login, list, backend } = aReplica()
      const { id } = await login()
      const all = (nowMs: number) => backend.idSets.page('test:sessions:all', undefined, 10, nowMs)
      await backend.records.remove(`test:session:${id}`)
      await backend.entries.remove(`test:entry:${id}`)
      expect(await all(0)).toHaveLength(1)
      expect(await list()).toEqual([])
      expect(await all(0)).toEqual([])
      await login()
      clock.advance(13 * HOUR)
      const { id: last } = await login()
      expect((await all(0)).map((member) => member.id)).toEqual([last])
    })

    it('keeps everything with a lifetime', async () => {
      const { login, list, backend } = aReplica()
      await login({ sid: 'at-idp' })
      await under.endLifetimes()
      expect(await list()).toEqual([])
      expect(await backend.idSets.page('test:sessions:all', undefined, 10, 0)).toEqual([])
    })

    it('does nothing for a budget that is spent', async () => {
      const { directory, login } = aReplica()
      const { id } = await login()
      const fault = { code: 'budget_exceeded' }
      await expect(directory.list({}, { limit: 1 }, spent)).rejects.toMatchObject(fault)
      await expect(directory.find(id, spent)).rejects.toMatchObject(fault)
      await expect(directory.end({ kind: 'session', id }, spent)).rejects.toMatchObject(fault)
      await expect(directory.end({ kind: 'everything' }, spent)).rejects.toMatchObject(fault)
      expect(await directory.find(id, unlimited)).toBeDefined()
    })
  })

  describe(`${name}: a set of ids`, () => {
    it('is read in order, each id once, also where many end at the same time', async () => {
      const { idSets } = under.replica()
      const members = Array.from({ length: 40 }, (_, at) => ({
        id: `id-${String((at * 7) % 40).padStart(2, '0')}`,
        expiresAtMs: 1000 + Math.floor(at / 15),
      }))
      for (const member of members) await idSets.add('test:set', member, 0)
      const sorted = members.toSorted(
        (one, other) => one.expiresAtMs - other.expiresAtMs || (one.id < other.id ? -1 : 1),
      )
      const read = []
      let page = await idSets.page('test:set', undefined, 3, 0)
      while (page.length > 0) {
        read.push(...page)
        page = await idSets.page('test:set', page.at(-1), 3, 0)
      }
      expect(read).toEqual(sorted)
    })

    it('moves an id that is added again, and takes ids out', async () => {
      const { idSets } = under.replica()
      const read = () => idSets.page('test:set', undefined, 10, 0)
      await idSets.add('test:set', { id: 'a', expiresAtMs: 1000 }, 0)
      await idSets.add('test:set', { id: 'b', expiresAtMs: 2000 }, 0)
      await idSets.add('test:set', { id: 'a', expiresAtMs: 3000 }, 0)
      expect((await read()).map(({ id }) => id)).toEqual(['b', 'a'])
      await idSets.remove('test:set', ['b', 'never there'])
      await idSets.remove('test:other', ['b'])
      expect((await read()).map(({ id }) => id)).toEqual(['a'])
    })

    it('leaves out those whose time has come', async () => {
      const { idSets } = under.replica()
      await idSets.add('test:set', { id: 'a', expiresAtMs: 1000 }, 0)
      await idSets.add('test:set', { id: 'b', expiresAtMs: 2000 }, 0)
      const after = { id: '', expiresAtMs: 500 }
      for (const mark of [undefined, after]) {
        const page = await idSets.page('test:set', mark, 10, 1000)
        expect(page.map(({ id }) => id)).toEqual(['b'])
      }
    })
  })

  describe(`${name}: ending by the directory`, () => {
    it('ends one session, tells its id, and leaves nothing', async () => {
      const [a, b] = [aReplica(), aReplica()]
      const [one, other] = [await a.login(), await a.login()]
      expect(await b.directory.end({ kind: 'session', id: one.id }, unlimited)).toBe(1)
      expect(b.ended).toEqual([one.id])
      expect(await a.isOpen(one)).toBe(false)
      expect(await a.isOpen(other)).toBe(true)
      expect(await a.idsOf()).toEqual(ids(other))
      expect(await b.directory.end({ kind: 'session', id: one.id }, unlimited)).toBe(0)
    })

    it('tells of what it ended, with the digest of the newest access token, and of nothing else', async () => {
      const { login, store, directory, told } = aReplica()
      const [one, other] = [await login(), await login({ subject: 'bob' })]
      await login({ subject: 'carol' })
      const tokens = { ...one.session.tokens, accessToken: 'access-2' }
      await store.replace(one, { ...one.session, tokens }, unlimited)
      await store.close()
      await directory.end({ kind: 'subject', subject: 'alice' }, unlimited)
      await directory.end({ kind: 'session', id: other.id }, unlimited)
      const ended = told.map(({ id, accessTokenDigest }) => [id, accessTokenDigest])
      expect(ended).toEqual([
        [one.id, digestOf('access-2')],
        [other.id, digestOf('access-1')],
      ])
    })

    it('ends by subject, of one issuer and one client if they are named', async () => {
      const { login, directory, idsOf } = aReplica()
      const elsewhere = await login({ issuer: 'https://other.example.com' })
      const wiki = await login({ client: 'wiki/wiki' })
      const bob = await login({ subject: 'bob' })
      await login()
      const subject = { kind: 'subject', subject: 'alice' } as const
      const shop = { ...subject, issuer: ISSUER, client: 'shop/shop' }
      expect(await directory.end(shop, unlimited)).toBe(1)
      expect(await idsOf()).toEqual(ids(elsewhere, wiki, bob))
      expect(await directory.end({ ...subject, issuer: ISSUER }, unlimited)).toBe(1)
      expect(await idsOf()).toEqual(ids(elsewhere, bob))
      expect(await directory.end(subject, unlimited)).toBe(1)
      expect(await idsOf()).toEqual(ids(bob))
    })

    it('ends by the name of the session at the provider', async () => {
      const { login, directory, idsOf } = aReplica()
      await login({ sid: 'one' })
      const wiki = await login({ sid: 'one', client: 'wiki/wiki' })
      const rest = [
        await login({ sid: 'two' }),
        await login({ sid: 'one', issuer: 'https://other.example.com' }),
        await login(),
      ]
      const sid = { kind: 'sid', issuer: ISSUER, sid: 'one' } as const
      expect(await directory.end({ ...sid, client: 'shop/shop' }, unlimited)).toBe(1)
      expect(await idsOf()).toEqual(ids(wiki, ...rest))
      expect(await directory.end({ ...sid, client: 'wiki/wiki' }, unlimited)).toBe(1)
      expect(await idsOf()).toEqual(ids(...rest))
    })

    it('R13: of one client looks at no session of another, who may have made any number of any name', async () => {
      const { login, directory, backend } = aReplica()
      const open = await login({ sid: 'one' })
      const mine = { issuer: ISSUER, subject: 'alice', client: 'shop/shop' } as const
      for (let at = 0; at < 20; at += 1) await login({ sid: 'one', client: 'evil/evil' })
      const read = vi.spyOn(backend.entries, 'read')
      const lookedAt = () => read.mock.calls.splice(0).map(([key]) => key)
      const entry = `test:entry:${open.id}`
      await directory.list(mine, { limit: 100 }, unlimited)
      expect(lookedAt()).toEqual([entry])
      expect(await directory.end({ kind: 'subject', ...mine }, unlimited)).toBe(1)
      expect(lookedAt()).toEqual([entry])
      const again = await login({ sid: 'one' })
      const sid = { kind: 'sid', issuer: ISSUER, sid: 'one', client: 'shop/shop' } as const
      expect(await directory.end(sid, unlimited)).toBe(1)
      expect(lookedAt()).toEqual([`test:entry:${again.id}`])
    })

    it('ends by client, those before a time if one is given', async () => {
      const { login, directory, idsOf } = aReplica()
      const wiki = await login({ client: 'wiki/wiki' })
      await login()
      clock.advance(MINUTE)
      const young = await login()
      const client = { kind: 'client', client: 'shop/shop' } as const
      const createdBeforeMs = clock.nowMs()
      expect(await directory.end({ ...client, createdBeforeMs }, unlimited)).toBe(1)
      expect(await idsOf()).toEqual(ids(wiki, young))
      expect(await directory.end(client, unlimited)).toBe(1)
      expect(await idsOf()).toEqual(ids(wiki))
    })

    it('ends everything, however much that is', async () => {
      const { login, directory, idsOf, ended, isOpen } = aReplica()
      const logins = await Promise.all(
        Array.from({ length: 450 }, (_, at) => login({ subject: `subject-${at}` })),
      )
      expect(await directory.end({ kind: 'everything' }, unlimited)).toBe(450)
      expect(ended.toSorted()).toEqual(ids(...logins))
      expect(await idsOf()).toEqual([])
      for (const open of logins.slice(0, 5)) expect(await isOpen(open)).toBe(false)
      expect(await directory.end({ kind: 'everything' }, unlimited)).toBe(0)
    })

    it('ends a session whose entry was lost: what cannot be read is not spared', async () => {
      const { login, directory, backend, isOpen } = aReplica()
      const open = await login()
      await backend.entries.remove(`test:entry:${open.id}`)
      const subject = { kind: 'subject', subject: 'alice', client: 'shop/shop' } as const
      expect(await directory.end(subject, unlimited)).toBe(1)
      expect(await isOpen(open)).toBe(false)
    })

    it('finds a session whose entry was lost after it was listed as well', async () => {
      const { login, directory, backend, list, isOpen } = aReplica()
      const open = await login()
      await backend.entries.remove(`test:entry:${open.id}`)
      expect(await list({ client: 'shop/shop' })).toEqual([])
      expect(await directory.end({ kind: 'client', client: 'shop/shop' }, unlimited)).toBe(1)
      expect(await isOpen(open)).toBe(false)
    })

    it('is felt at once where it was done, and by every replica that heard, past their caches', async () => {
      const [a, b] = [aReplica(), aReplica()]
      for (const { backend } of [a, b]) {
        await expect.poll(backend.notices.isHealthy, { interval: 5, timeout: 10_000 }).toBe(true)
      }
      const open = await a.login()
      const { tenant } = open.session
      opened(await b.store.open(tenant, open.ticket, unlimited))
      await a.directory.end({ kind: 'subject', subject: 'alice' }, unlimited)
      const none = { kind: 'none', reason: 'session_unknown' }
      expect(a.store.open(tenant, open.ticket, unlimited)).toEqual(none)
      await expect
        .poll(() => b.store.open(tenant, open.ticket, unlimited), { interval: 5 })
        .toEqual(none)
    })

    it('makes a write that was under way come to nothing', async () => {
      const { login, directory, store, list } = aReplica()
      const open = await login()
      await directory.end({ kind: 'session', id: open.id }, unlimited)
      expect(await store.replace(open, open.session, unlimited)).toBeUndefined()
      await store.close()
      expect(await list()).toEqual([])
    })

    it('is not undone by writes at the same time, in whatever order they come', async () => {
      for (let round = 0; round < 10; round += 1) {
        const [a, b] = [aReplica(), aReplica()]
        const open = await a.login()
        await Promise.all([
          a.store.replace(open, open.session, unlimited),
          b.directory.end({ kind: 'subject', subject: 'alice' }, unlimited),
          b.directory.end({ kind: 'everything' }, unlimited),
        ])
        await a.store.close()
        expect(await a.isOpen(open)).toBe(false)
        expect(await b.directory.find(open.id, unlimited)).toBeUndefined()
        expect(await b.list()).toEqual([])
      }
    })
  })

  describe(`${name}: the directory and process keys`, () => {
    it('finds and ends what was entered under an older key', async () => {
      const old = aReplica(keysOf('old'))
      const open = await old.login({ sid: 'at-idp' })
      const { list, directory } = aReplica(keysOf('new', 'old'))
      expect(await list({ subject: 'alice' })).toMatchObject([{ id: open.id }])
      expect(await list({ client: 'shop/shop' })).toMatchObject([{ id: open.id }])
      const sid = { kind: 'sid', issuer: ISSUER, sid: 'at-idp', client: 'shop/shop' } as const
      expect(await directory.end(sid, unlimited)).toBe(1)
      expect(await old.isOpen(open)).toBe(false)
      expect(await list()).toEqual([])
    })

    it('finds a session once after it moved to the newest key, and still when the old one has left', async () => {
      const old = aReplica(keysOf('old'))
      const open = await old.login({ sid: 'at-idp' })
      const both = aReplica(keysOf('new', 'old'))
      const read = opened(await both.store.open(open.session.tenant, open.ticket, unlimited))
      await both.store.replace(read, read.session, unlimited)
      await both.store.close()
      expect(await both.idsOf({ subject: 'alice' })).toEqual(ids(open))
      const alone = aReplica(keysOf('new'))
      expect(await alone.idsOf({ subject: 'alice' })).toEqual(ids(open))
      expect(await alone.idsOf({ client: 'shop/shop' })).toEqual(ids(open))
      const sid = { kind: 'sid', issuer: ISSUER, sid: 'at-idp', client: 'shop/shop' } as const
      expect(await alone.directory.end(sid, unlimited)).toBe(1)
    })

    it('a replica without the key lists nothing of it and forgets nothing of it', async () => {
      const old = aReplica(keysOf('old'))
      const open = await old.login()
      expect(await aReplica(keysOf('new')).list()).toEqual([])
      expect(await old.idsOf()).toEqual(ids(open))
    })

    it('pages go on from the lists of one key to those of the next', async () => {
      const old = aReplica(keysOf('old'))
      const logins = [await old.login(), await old.login()]
      const { login, directory } = aReplica(keysOf('new', 'old'))
      logins.push(await login(), await login())
      const seen: string[] = []
      let after: PageMark | undefined
      do {
        const page = await directory.list(
          { subject: 'alice' },
          { limit: 1, ...(after === undefined ? {} : { after }) },
          unlimited,
        )
        seen.push(...page.entries.map(({ id }) => id))
        after = page.next
      } while (after !== undefined)
      expect(seen.toSorted()).toEqual(ids(...logins))
    })

    it('an entry of another id, or damaged, is none', async () => {
      const { login, list, directory, backend } = aReplica()
      const [one, other] = [await login(), await login()]
      const bytes = await backend.entries.read(`test:entry:${one.id}`)
      await backend.entries.renew(`test:entry:${other.id}`, bytes ?? Buffer.alloc(0), MINUTE)
      await backend.entries.renew(`test:entry:${one.id}`, Buffer.from('garbage'), MINUTE)
      expect(await list()).toEqual([])
      expect(await directory.find(other.id, unlimited)).toBeUndefined()
      expect(await directory.end({ kind: 'everything' }, unlimited)).toBe(2)
    })
  })
}
