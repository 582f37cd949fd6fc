import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Fault } from '../../src/core/reason/fault.ts'
import type { Backend } from '../../src/sessions/backend/backend.ts'
import { createRedisBackend } from '../../src/sessions/redis/backend.ts'
import type { RedisState } from '../../src/sessions/redis/connection/link.ts'
import type { RedisSettings } from '../../src/sessions/redis/connection/settings.ts'
import { createSessionStore } from '../../src/sessions/session-store.ts'
import { aSession } from '../support/builders.ts'
import { unlimited } from '../support/check-ports.ts'
import { handSetClock } from '../support/hand-set-clock.ts'
import { freePort } from '../support/parts/free-port.ts'
import { type RunningRedis, startRedis } from '../support/parts/redis.ts'
import { temporaryFolder } from '../support/parts/temporary-folder.ts'
import { keysOf } from '../support/process-keys.ts'
import { seededRandom } from '../support/seeded-random.ts'

const MINUTE = 60_000
const tenant = aSession(0).tenant
const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const aRedis = async (...options: Parameters<typeof startRedis>): Promise<RunningRedis> => {
  const redis = await startRedis(...options)
  cleanups.push(redis.stop)
  return redis
}

interface Connected extends Backend {
  readonly states: RedisState[]
}

const connect = (url: string, changes: Partial<RedisSettings> = {}): Connected => {
  const states: RedisState[] = []
  const backend = createRedisBackend(
    { url, commandTimeoutMs: 200, connectTimeoutMs: 200, totalTimeoutMs: 10_000, ...changes },
    {
      random: seededRandom('faults'),
      keyPrefix: 'test',
      onStateChange: (state) => void states.push(state),
    },
  )
  cleanups.push(backend.close)
  return { ...backend, states }
}

const aStore = (backend: Backend) => {
  const clock = handSetClock()
  const store = createSessionStore({
    backend,
    keys: keysOf('a'),
    keyPrefix: 'test',
    clock,
    random: seededRandom('store'),
    cache: { maxEntries: 10, maxBytes: 1_000_000, ttlMs: 5000, outageGraceMs: 0 },
  })
  return { store, clock }
}

/** What a call fails with; it must be a fault of the store and nothing else. */
const faultOf = async (work: Promise<unknown>): Promise<Fault> => {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(thrown instanceof Fault)) throw new Error(`not a fault: ${inspect(thrown)}`)
  expect(thrown.code).toBe('session_store_unavailable')
  return thrown
}

/** Every call of every port. */
const calls = (backend: Backend) => {
  const { store, clock } = aStore(backend)
  const ticket = `s1.${'A'.repeat(24)}.${'B'.repeat(44)}`
  const session = aSession(clock.nowMs())
  const open = { id: 'id', ticket, version: 1, keyId: 'a', session }
  return [
    () => store.create(session),
    () => Promise.resolve(store.open(tenant, ticket, unlimited)),
    () => store.reopen(tenant, ticket, unlimited),
    () => store.replace(open, session, unlimited),
    () => store.remove(open, unlimited),
    () => backend.lock.acquire('one', MINUTE, unlimited),
    () => backend.replay.claim('one', MINUTE, unlimited),
    () => backend.ping(),
  ]
}

const recovers = (backend: Backend): Promise<void> =>
  vi.waitFor(() => backend.ping(), { timeout: 10_000, interval: 20 })

describe('R32: Redis that is down when the process starts', () => {
  it('crashes nothing, fails every call, and is used as soon as it is there', async () => {
    const redis = await aRedis()
    await redis.kill()
    const backend = connect(redis.url)
    for (const call of calls(backend)) {
      expect((await faultOf(call())).message).toBe('The connection to Redis failed (ECONNREFUSED).')
    }
    expect(backend.states.map(({ kind }) => kind)).toEqual(['down'])
    await redis.restart()
    await recovers(backend)
    const { store, clock } = aStore(backend)
    const ticket = await store.create(aSession(clock.nowMs()))
    expect(await store.reopen(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
  })

  it('is waited for by the first calls, when it is only slow to be connected to', async () => {
    const backend = connect((await aRedis()).url)
    await backend.ping()
    expect(backend.states).toEqual([{ kind: 'ready' }])
  })
})

describe('R32: Redis that fails while it is in use', () => {
  it('by ending: known sessions are served from the cache, everything else fails, and all is well after its restart', async () => {
    const redis = await aRedis({ saveData: true })
    const backend = connect(redis.url)
    await vi.waitFor(() => expect(backend.notices.isHealthy()).toBe(true))
    const { store, clock } = aStore(backend)
    const ticket = await store.create(aSession(clock.nowMs()))
    await redis.kill()
    await vi.waitFor(() => expect(backend.states.at(-1)?.kind).toBe('down'))
    expect(store.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
    for (const call of calls(backend)) await faultOf(call())
    clock.advance(5000)
    await faultOf(Promise.resolve(store.open(tenant, ticket, unlimited)))
    await redis.restart()
    await recovers(backend)
    expect(await store.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
  })

  it('by freezing: every call fails by itself, later ones without waiting, and it is used again when it goes on', async () => {
    const redis = await aRedis()
    const backend = connect(redis.url)
    await backend.ping()
    redis.freeze()
    const first = await Promise.all(calls(backend).map((call) => faultOf(call())))
    expect(first.map(({ message }) => message)).toContain('Redis did not answer in time.')
    await vi.waitFor(() => expect(backend.states.at(-1)?.kind).toBe('down'))
    expect(backend.states.map(({ kind }) => kind).slice(0, 2)).toEqual(['ready', 'down'])
    for (const call of calls(backend)) await faultOf(call())
    redis.resume()
    await recovers(backend)
    expect(await backend.replay.claim('after', MINUTE, unlimited)).toBe(true)
  })

  it('by ending: an attempt to end a session that failed does not end it here alone', async () => {
    const redis = await aRedis({ saveData: true })
    const backend = connect(redis.url)
    const { store, clock } = aStore(backend)
    const ticket = await store.create(aSession(clock.nowMs()))
    const opening = await store.open(tenant, ticket, unlimited)
    if (opening.kind !== 'open') throw new Error('the session is gone')
    await redis.kill()
    await faultOf(store.remove(opening.open, unlimited))
    await redis.restart()
    await recovers(backend)
    expect(await store.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'open' })
    await store.remove(opening.open, unlimited)
    expect(await store.open(tenant, ticket, unlimited)).toMatchObject({ kind: 'none' })
  })

  it('by ending in the middle of many commands: each of them is answered or fails', async () => {
    const redis = await aRedis()
    const backend = connect(redis.url)
    await backend.ping()
    const claims = Promise.allSettled(
      Array.from({ length: 500 }, (_, at) => backend.replay.claim(`id-${at}`, MINUTE, unlimited)),
    )
    await redis.kill()
    for (const outcome of await claims) {
      if (outcome.status === 'rejected') await faultOf(Promise.reject(outcome.reason))
      else expect(outcome.value).toBe(true)
    }
  })

  it('by being restarted between two calls: the next call waits for the new connection', async () => {
    const redis = await aRedis()
    const backend = connect(redis.url, { commandTimeoutMs: 5000, connectTimeoutMs: 5000 })
    await backend.ping()
    const admin = new Redis(redis.port)
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    admin.disconnect()
    await vi.waitFor(() => expect(backend.states.at(-1)?.kind).toBe('connecting'))
    await backend.ping()
    expect(backend.states.map(({ kind }) => kind)).toEqual(['ready', 'connecting', 'ready'])
  })
})

describe('R32: a Redis that became a replica', () => {
  const demoted = async () => {
    const redis = await aRedis()
    const admin = new Redis(redis.port)
    cleanups.push(async () => admin.disconnect())
    const backend = connect(redis.url, { commandTimeoutMs: 2000 })
    await backend.ping()
    await admin.replicaof('127.0.0.1', await freePort())
    return { admin, backend }
  }

  it('fails what it refuses, and is written to again once it is the primary', async () => {
    const { admin, backend } = await demoted()
    const fault = await faultOf(backend.replay.claim('one', MINUTE, unlimited))
    expect(fault.message).toBe('Redis refused the command (READONLY).')
    const { store, clock } = aStore(backend)
    const session = aSession(clock.nowMs())
    const open = {
      id: 'id',
      ticket: `s1.${'A'.repeat(24)}.${'B'.repeat(44)}`,
      version: 1,
      keyId: 'a',
      session,
    }
    await faultOf(store.create(session))
    await admin.replicaof('NO', 'ONE')
    await recovers(backend)
    expect(await backend.replay.claim('one', MINUTE, unlimited)).toBe(true)
    expect(await store.replace(open, session, unlimited)).toBeUndefined()
  })

  it('is connected to anew, where the address may lead to the primary by then', async () => {
    const { admin, backend } = await demoted()
    const claim = backend.replay.claim('one', MINUTE, unlimited)
    await vi.waitFor(() => expect(backend.states.at(-1)?.kind).not.toBe('ready'), { interval: 1 })
    await admin.replicaof('NO', 'ONE')
    expect(await claim).toBe(true)
    expect(backend.states.map(({ kind }) => kind)).toEqual(['ready', 'connecting', 'ready'])
  })
})

describe('R31: the password of Redis', () => {
  const PASSWORD = 'correct-horse-battery'
  const WRONG = 'wrong-staple'

  const passwordFile = async (password: string) => {
    const folder = await temporaryFolder('password')
    cleanups.push(folder.remove)
    const path = join(folder.path, 'password')
    await writeFile(path, `${password}\n`)
    return path
  }

  const urlWith = (redis: RunningRedis, password: string): string =>
    `redis://:${password}@127.0.0.1:${redis.port}`

  it('is taken from its file, line end aside, or from the URL', async () => {
    const redis = await aRedis({ password: PASSWORD })
    await connect(redis.url, { passwordFile: await passwordFile(PASSWORD) }).ping()
    await connect(urlWith(redis, PASSWORD)).ping()
  })

  it('that is wrong or missing is named as the cause, and shown in no fault and no state', async () => {
    const redis = await aRedis({ password: PASSWORD })
    const wrong = connect(urlWith(redis, WRONG))
    const missing = connect(redis.url)
    for (const [backend, code] of [
      [wrong, 'WRONGPASS'],
      [missing, 'NOAUTH'],
    ] as const) {
      for (const call of calls(backend)) {
        const fault = await faultOf(call())
        expect(fault.message).toBe(`Redis refused the username or password (${code}).`)
        const printed = inspect([fault, backend.states], { depth: 20, showHidden: true })
        expect(printed).not.toContain(WRONG)
      }
    }
  })

  it('that is rotated is read from its file again, without a restart', async () => {
    const redis = await aRedis({ password: PASSWORD })
    const path = await passwordFile(WRONG)
    const backend = connect(redis.url, { passwordFile: path })
    await faultOf(backend.ping())
    await writeFile(path, PASSWORD)
    await recovers(backend)
  })

  it('whose file is not there yet is named, nobody is asked without it, and it counts once it is there', async () => {
    const redis = await aRedis()
    const folder = await temporaryFolder('password')
    cleanups.push(folder.remove)
    const path = join(folder.path, 'password')
    const backend = connect(redis.url, { passwordFile: path })
    for (const call of calls(backend)) {
      const { message } = await faultOf(call())
      expect(message).toBe(`sessions.redis.passwordFile cannot be read: ${path}`)
    }
    expect(backend.states.map(({ kind }) => kind)).not.toContain('ready')
    await redis.command('CONFIG', 'SET', 'requirepass', PASSWORD)
    await writeFile(path, PASSWORD)
    await recovers(backend)
  })

  it('never reaches a fault through the arguments of a command that failed', async () => {
    const redis = await aRedis({ password: PASSWORD })
    const admin = new Redis(urlWith(redis, PASSWORD))
    cleanups.push(async () => admin.disconnect())
    const backend = connect(urlWith(redis, PASSWORD))
    await backend.ping()
    await admin.config('SET', 'maxmemory', '1')
    const fault = await faultOf(backend.records.create('key', Buffer.from('SEALED'), MINUTE))
    expect(fault.message).toBe('Redis refused the command (OOM).')
    expect(inspect(fault, { depth: 20, showHidden: true })).not.toContain('SEALED')
  })
})

describe('a Redis URL that cannot be used', () => {
  it('is refused at the start with a sentence that does not show it', () => {
    for (const url of [
      '',
      'http://127.0.0.1',
      'redis://:top-secret@',
      'redis://h/x',
      'redis://h?a=b',
    ]) {
      const open = () => connect(url)
      expect(open).toThrow(Fault)
      expect(open).toThrow(/^sessions\.redis\.url must be/)
      expect(open).not.toThrow(/top-secret/)
    }
  })
})

describe('closing', () => {
  it('ends the connection, and calls after it fail', async () => {
    const redis = await aRedis()
    const admin = new Redis(redis.port)
    cleanups.push(async () => admin.disconnect())
    const backend = connect(redis.url)
    await backend.ping()
    await backend.close()
    expect(
      String(await admin.client('LIST'))
        .trim()
        .split('\n'),
    ).toHaveLength(1)
    expect((await faultOf(backend.ping())).message).toBe('Redis is not connected.')
    expect(backend.states.at(-1)).toEqual({ kind: 'closed' })
  })

  it('does not wait for a Redis that is down or frozen', async () => {
    const redis = await aRedis()
    const frozen = connect(redis.url)
    await frozen.ping()
    redis.freeze()
    await frozen.close()
    redis.resume()
    const down = connect(`redis://127.0.0.1:${await freePort()}`)
    await faultOf(down.ping())
    await down.close()
  })
})
