import { describe, expect, it } from 'vitest'
import { Fault } from '../../../src/core/reason/fault.ts'
import type { PageMark } from '../../../src/core/session/page-mark.ts'
import type { Session } from '../../../src/core/session/session.ts'
import { createMemoryBackend } from '../../../src/sessions/memory/backend.ts'
import { createSessionDirectory } from '../../../src/sessions/session-directory.ts'
import { createSessionStore } from '../../../src/sessions/session-store.ts'
import { aSession } from '../../support/builders.ts'
import { unlimited } from '../../support/check-ports.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'
import { keysOf } from '../../support/process-keys.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const DAY_MS = 24 * 3_600_000

const down = new Fault('session_store_unavailable', 'Redis is not connected.')

/** A directory in memory whose single steps can be made to fail. */
const setUp = () => {
  const clock = handSetClock()
  const random = seededRandom('directory')
  const memory = createMemoryBackend({ clock, random, maxEntries: 10_000 })
  const failing = { removal: (_key: string) => false, publish: false, renewal: false }
  const backend = {
    ...memory,
    records: {
      ...memory.records,
      remove: async (key: string) => {
        if (failing.removal(key)) throw down
        return memory.records.remove(key)
      },
    },
    entries: {
      ...memory.entries,
      renew: async (...args: Parameters<typeof memory.entries.renew>) => {
        if (failing.renewal) throw down
        return memory.entries.renew(...args)
      },
    },
    notices: {
      ...memory.notices,
      publish: async (notice: Parameters<typeof memory.notices.publish>[0]) => {
        if (failing.publish) throw down
        return memory.notices.publish(notice)
      },
    },
  }
  const ended: string[] = []
  memory.notices.subscribe((heard) => {
    if (heard.kind === 'ended') ended.push(...heard.ids)
  })
  const faults: Fault[] = []
  const deps = {
    backend,
    keys: keysOf('a'),
    clock,
    random,
    keyPrefix: 'test',
    cache: { maxEntries: 10_000, maxBytes: 100_000_000, ttlMs: 5000, outageGraceMs: 0 },
    onBackgroundError: (fault: Fault) => void faults.push(fault),
  }
  const store = createSessionStore(deps)
  const directory = createSessionDirectory(deps)
  const login = async (changes: Partial<Session> = {}) => {
    const session = aSession(clock.nowMs(), changes)
    const opening = await store.open(session.tenant, await store.create(session), unlimited)
    if (opening.kind !== 'open') throw new Error('a session that was just made is open')
    return opening.open
  }
  const idsOf = async () =>
    (await directory.list({}, { limit: 10_000 }, unlimited)).entries.map(({ id }) => id)
  return { clock, failing, ended, faults, store, directory, login, idsOf }
}

describe('ending sessions while the store fails', () => {
  it('tells of those that ended, forgets none, and can be repeated', async () => {
    const { failing, ended, directory, login, idsOf } = setUp()
    const [one, other] = [await login(), await login()]
    failing.removal = (key) => key.endsWith(other.id)
    const everything = { kind: 'everything' } as const
    await expect(directory.end(everything, unlimited)).rejects.toBe(down)
    expect(ended).toEqual([one.id])
    expect((await idsOf()).toSorted()).toEqual([one.id, other.id].toSorted())
    failing.removal = () => false
    expect(await directory.end(everything, unlimited)).toBe(1)
    expect(await idsOf()).toEqual([])
  })

  it('forgets nobody whose end could not be told, so that repeating tells it', async () => {
    const { failing, ended, directory, login } = setUp()
    const { id } = await login()
    failing.publish = true
    await expect(directory.end({ kind: 'session', id }, unlimited)).rejects.toBe(down)
    failing.publish = false
    expect(await directory.end({ kind: 'subject', subject: 'alice' }, unlimited)).toBe(0)
    expect(ended).toEqual([id])
  })

  it('a session is still found by its subject after a note of its use was lost', async () => {
    const { clock, failing, faults, store, directory, login } = setUp()
    const open = await login()
    clock.advance(25 * 60_000)
    failing.renewal = true
    store.touch(open)
    await store.close()
    expect(faults).toEqual([down])
    failing.renewal = false
    clock.advance(6 * 60_000)
    const { tenant } = open.session
    expect(await store.reopen(tenant, open.ticket, unlimited)).toMatchObject({ kind: 'open' })
    expect(await directory.end({ kind: 'subject', subject: 'alice' }, unlimited)).toBe(1)
    expect(await store.reopen(tenant, open.ticket, unlimited)).toMatchObject({ kind: 'none' })
  })
})

it('a page looks at so many sessions and no more, and the next ones find what fits', async () => {
  const { clock, login, directory } = setUp()
  for (let at = 0; at < 2_100; at += 1) await login({ subject: `subject-${at}` })
  const wanted = await login({
    host: 'api.example.com',
    absoluteExpiresAtMs: clock.nowMs() + DAY_MS,
  })
  const query = { host: 'api.example.com' }
  const first = await directory.list(query, { limit: 10 }, unlimited)
  expect(first.entries).toEqual([])
  expect(first.next).toBeDefined()
  const after = first.next as PageMark
  const second = await directory.list(query, { limit: 10, after }, unlimited)
  expect(second.entries.map(({ id }) => id)).toEqual([wanted.id])
  expect(second.next).toBeUndefined()
})
