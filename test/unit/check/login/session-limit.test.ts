import { describe, expect, it } from 'vitest'
import { createBeginSession } from '../../../../src/check/login/session-limit.ts'
import type { CheckPorts } from '../../../../src/core/check-ports.ts'
import type { Session } from '../../../../src/core/session/session.ts'
import { createMemoryLock } from '../../../../src/sessions/memory/lock.ts'
import { parseTicket, recordIdOf } from '../../../../src/sessions/ticket.ts'
import { aClient, aSession } from '../../../support/builders.ts'
import { fakePorts, unlimited } from '../../../support/check-ports.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { keepSessions } from '../../../support/session-keeping.ts'

const limited = (maxPerSubject: number) =>
  aClient({ session: { ...aClient().session, maxPerSubject } })

const setUp = () => {
  const keeping = keepSessions()
  const { clock, store, directory } = keeping
  const lock = createMemoryLock({ clock, random: seededRandom('limit'), maxEntries: 100 })
  const ports: CheckPorts = { ...fakePorts(), sessions: store, directory, lock, clock }
  const begin = createBeginSession(ports)
  const login = async (changes: Partial<Session> = {}, max = 2, formerId?: string) => {
    clock.advance(1000)
    const session = aSession(clock.nowMs(), changes)
    return { session, ...(await begin(limited(max), session, unlimited, formerId)) }
  }
  const idOf = ({ ticket }: { readonly ticket: string }): string => {
    const parsed = parseTicket(ticket)
    if (parsed === undefined) throw new Error('There is no such ticket.')
    return recordIdOf(parsed)
  }
  return { ...keeping, lock, begin, login, idOf }
}

describe('session.maxPerSubject', () => {
  it('ends the oldest when there is one too many', async () => {
    const { login, isOpen } = setUp()
    const [first, second] = [await login(), await login()]
    expect([first.ended, second.ended]).toEqual([0, 0])
    const third = await login()
    expect(third.ended).toBe(1)
    expect(await Promise.all([first, second, third].map(isOpen))).toEqual([false, true, true])
  })

  it('counts those of the same subject, issuer and client alone', async () => {
    const { login, isOpen } = setUp()
    const others = [
      await login({ subject: 'bob' }),
      await login({ issuer: 'https://other.example.com' }),
      await login({ client: 'wiki/wiki' }),
    ]
    for (const { ended } of [await login(), await login()]) expect(ended).toBe(0)
    expect((await login()).ended).toBe(1)
    for (const other of others) expect(await isOpen(other)).toBe(true)
  })

  it('ends as many as it takes when the number was lowered, however many there are', async () => {
    const { login, isOpen, directory } = setUp()
    const before = []
    for (let at = 0; at < 250; at += 1) before.push(await login({}, 1000))
    const last = await login({}, 1)
    expect(last.ended).toBe(250)
    expect(await isOpen(last)).toBe(true)
    const left = await directory.list({ subject: 'alice' }, { limit: 1000 }, unlimited)
    expect(left.entries).toHaveLength(1)
  })

  it('counts no session that is over by itself', async () => {
    const { login, isOpen, clock } = setUp()
    await login()
    clock.advance(29 * 60_000)
    const second = await login()
    clock.advance(2 * 60_000)
    expect((await login()).ended).toBe(0)
    expect(await isOpen(second)).toBe(true)
  })

  it('leaves exactly so many when many sign in at once', async () => {
    const { login, isOpen } = setUp()
    const logins = await Promise.all(Array.from({ length: 10 }, () => login()))
    const open = await Promise.all(logins.map(isOpen))
    expect(open.filter(Boolean)).toHaveLength(2)
  })

  it('has the session that is replaced make room before any other, and counts it not', async () => {
    const { login, isOpen, idOf } = setUp()
    const [first, replaced] = [await login(), await login()]
    const third = await login({}, 2, idOf(replaced))
    expect(third.ended).toBe(0)
    expect(await Promise.all([first, replaced, third].map(isOpen))).toEqual([true, false, true])
    const last = await login({}, 1, idOf(third))
    expect(last.ended).toBe(1)
    expect(await Promise.all([first, third, last].map(isOpen))).toEqual([false, false, true])
  })

  it('leaves the session that is replaced where there is room, to end when the new one is there', async () => {
    const { login, isOpen, idOf } = setUp()
    const replaced = await login()
    expect((await login({}, 2, idOf(replaced))).ended).toBe(0)
    expect(await isOpen(replaced)).toBe(true)
  })

  it('a login that gets no turn within its budget fails, and begins nothing', async () => {
    const { login, lock, begin, clock, directory } = setUp()
    const session = aSession(clock.nowMs())
    const name = `login ${JSON.stringify([session.client, session.issuer, session.subject])}`
    await lock.acquire(name, 60_000, unlimited)
    const budget = { signal: AbortSignal.timeout(50) }
    await expect(begin(limited(2), session, budget)).rejects.toMatchObject({
      code: 'budget_exceeded',
    })
    expect((await login({ subject: 'bob' })).ended).toBe(0)
    const left = await directory.list({ subject: 'alice' }, { limit: 10 }, unlimited)
    expect(left.entries).toEqual([])
  })

  it('unset, takes no lock and asks nothing', async () => {
    const ports = fakePorts()
    const asked = () => Promise.reject(new Error('asked'))
    const begin = createBeginSession({
      ...ports,
      lock: { ...ports.lock, acquire: asked },
      directory: { list: asked, find: asked, end: asked },
    })
    const begun = await begin(aClient(), aSession(0), unlimited)
    expect(begun.ended).toBe(0)
    expect(ports.stored.has(begun.ticket)).toBe(true)
  })
})
