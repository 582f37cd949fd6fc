import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Backend } from '../../src/sessions/backend/backend.ts'
import { createSessionStore } from '../../src/sessions/session-store.ts'
import { aSession } from '../support/builders.ts'
import { unlimited } from '../support/check-ports.ts'
import { handSetClock } from '../support/hand-set-clock.ts'
import { type RunningRedis, startRedis } from '../support/parts/redis.ts'
import { keysOf } from '../support/process-keys.ts'
import { connectTo, redisUnderTest } from '../support/redis-under-test.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { directoryContract } from './directory.contract.ts'
import { keyStoreContract } from './key-store.contract.ts'
import { type BackendUnderTest, backendContract } from './sessions.contract.ts'

let redis: RunningRedis
let admin: Redis

beforeAll(async () => {
  redis = await startRedis()
  admin = new Redis(redis.port)
})
afterAll(async () => {
  admin.disconnect()
  await redis.stop()
})

const connect = (): Backend => connectTo({ url: redis.url })

const start = (): Promise<BackendUnderTest> => redisUnderTest({ url: redis.url }, [redis])

backendContract('redis', start)
directoryContract('redis', start)
keyStoreContract('redis', start)

/** The commands that clients send while `work` runs, without those inside scripts. */
const commandsOf = async (work: () => Promise<void>): Promise<readonly string[][]> => {
  const monitor = await admin.monitor()
  const seen: string[][] = []
  const done = new Promise<void>((resolve) => {
    monitor.on('monitor', (_time: string, command: string[], source: string) => {
      if (command[0] === 'echo') resolve()
      else if (source !== 'lua') seen.push(command)
    })
  })
  await work()
  await admin.echo('end')
  await done
  monitor.disconnect()
  return seen
}

describe('redis: what is sent', () => {
  const tenant = aSession(0).tenant

  const aStore = async () => {
    await admin.flushall()
    const clock = handSetClock()
    const backend = connect()
    await expect.poll(backend.notices.isHealthy, { interval: 5 }).toBe(true)
    const store = createSessionStore({
      backend,
      keys: keysOf('a'),
      clock,
      random: seededRandom('store'),
      keyPrefix: 'test',
      cache: { maxEntries: 100, maxBytes: 1_000_000, ttlMs: 5000, outageGraceMs: 0 },
    })
    const close = async () => {
      await store.close()
      await backend.close()
    }
    return { store, backend, clock, close }
  }

  it('is one command with one lifetime for each write of a record', async () => {
    const { store, clock, close } = await aStore()
    const commands = await commandsOf(async () => {
      const ticket = await store.create(aSession(clock.nowMs()))
      const opening = await store.reopen(tenant, ticket, unlimited)
      if (opening.kind !== 'open') throw new Error('the session is gone')
      await store.replace(opening.open, opening.open.session, unlimited)
      await store.remove(opening.open, unlimited)
    })
    await close()
    const ofRecords = commands.filter((command) =>
      command.some((word) => word.startsWith('test:session:')),
    )
    const names = ofRecords.map(([command]) => command?.toLowerCase())
    expect(names).toEqual(['set', 'get', 'eval', 'unlink'])
    const [set = [], , evaluate = []] = ofRecords
    expect(set.slice(3)).toEqual(['PX', String(30 * 60_000), 'NX'])
    expect(evaluate.at(-1)).toBe(String(30 * 60_000))
  })

  it('enters a session before its record is written, each command with one key', async () => {
    const { store, clock, close } = await aStore()
    const commands = await commandsOf(async () => {
      await store.create({ ...aSession(clock.nowMs()), sid: 'at-idp' })
    })
    await close()
    const kinds = commands.map((command) =>
      command.flatMap((word) => /^test:(entry|session(?=:)|sessions:[a-z]+)/.exec(word)?.[1] ?? []),
    )
    expect(kinds).toEqual([
      ['entry'],
      ['sessions:subject'],
      ['sessions:subject'],
      ['sessions:sid'],
      ['sessions:client'],
      ['sessions:all'],
      ['session'],
    ])
  })

  it('keeps a session as long as it may live: idle, or what is left of the absolute lifetime', async () => {
    const { store, clock, close } = await aStore()
    const lifetimeOf = async (left: number) => {
      await admin.flushall()
      await store.create({
        ...aSession(clock.nowMs()),
        absoluteExpiresAtMs: clock.nowMs() + left,
      })
      const [key = ''] = await admin.keys('test:session:*')
      return Math.ceil((await admin.pttl(key)) / 60_000)
    }
    expect(await lifetimeOf(12 * 3_600_000)).toBe(30)
    expect(await lifetimeOf(10 * 60_000)).toBe(10)
    await close()
  })

  it('R12: holds neither ticket nor session in clear, and is named by hashes', async () => {
    const { store, backend, clock, close } = await aStore()
    const ticket = await store.create(aSession(clock.nowMs()))
    await backend.lock.acquire('refresh:alice', 60_000, unlimited)
    await backend.replay.claim('login:attempt-1', 60_000, unlimited)
    const keys = await admin.keys('*')
    const values = await Promise.all(keys.map((key) => admin.dumpBuffer(key)))
    await close()
    expect(keys).toHaveLength(8)
    const name =
      /^test:(?:(?:session|entry|lock|used|sessions:(?:subject|client)):[A-Za-z0-9_-]{43}|sessions:all)$/
    for (const key of keys) expect(key).toMatch(name)
    const [, id = '', secret = ''] = ticket.split('.')
    const dump =
      keys.join() + Buffer.concat(values.map((it) => it ?? Buffer.alloc(0))).toString('latin1')
    for (const word of [id, secret, 'alice', 'access-1', 'refresh-1', 'attempt-1']) {
      expect(dump).not.toContain(word)
    }
  })

  it('R27: renews a lock as long as it is held, and tells when it was lost', async () => {
    const { backend, close } = await aStore()
    const held = await backend.lock.acquire('long', 300, unlimited)
    const [key = ''] = await admin.keys('test:lock:*')
    for (let renewals = 0; renewals < 6; renewals += 1) {
      await admin.pexpire(key, 60_000)
      await expect.poll(() => admin.pttl(key), { interval: 5 }).toBeLessThanOrEqual(300)
    }
    expect(held?.isHeld()).toBe(true)
    await admin.set(key, 'somebody else', 'PX', 60_000)
    await expect.poll(() => held?.isHeld(), { interval: 5 }).toBe(false)
    await held?.release()
    expect(await admin.get(key)).toBe('somebody else')
    await close()
  })

  it('R11: a cookie that is no ticket never reaches Redis', async () => {
    const { store, close } = await aStore()
    const commands = await commandsOf(async () => {
      for (const value of ['', 'garbage', 's1.a.b', `s1.${'A'.repeat(69)}`]) {
        expect(store.open(tenant, value, unlimited)).toMatchObject({ kind: 'none' })
      }
    })
    await close()
    expect(commands.filter(([name]) => name !== 'publish')).toEqual([])
  })
})
