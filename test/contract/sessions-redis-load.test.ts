import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { RedisBackend } from '../../src/sessions/redis/backend.ts'
import type { RedisSettings } from '../../src/sessions/redis/connection/settings.ts'
import { freePort } from '../support/parts/free-port.ts'
import { type RedisOptions, type RunningRedis, startRedis } from '../support/parts/redis.ts'
import { startCluster } from '../support/parts/redis-cluster.ts'
import { startSentinels } from '../support/parts/redis-sentinel.ts'
import { temporaryFolder } from '../support/parts/temporary-folder.ts'
import { connectTo } from '../support/redis-under-test.ts'
import { createSessionLoad } from '../support/session-load.ts'

const TIMES = { commandTimeoutMs: 2_000, connectTimeoutMs: 2_000, totalTimeoutMs: 4_000 }
const PATIENTLY = { timeout: 20_000, interval: 20 }
const UNAVAILABLE = 'session_store_unavailable'

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const kept = <T extends { readonly stop: () => Promise<unknown> }>(part: T): T => {
  cleanups.push(part.stop)
  return part
}

/** Two replicas that are connected. */
const replicasAt = async (settings: Partial<RedisSettings>): Promise<RedisBackend[]> => {
  const backends = [connectTo(settings), connectTo(settings)] as RedisBackend[]
  cleanups.push(() => Promise.all(backends.map((backend) => backend.close())))
  for (const { notices } of backends) {
    await vi.waitFor(() => expect(notices.isHealthy()).toBe(true), PATIENTLY)
  }
  return backends
}

describe('R32: under mixed load, one Redis', () => {
  const one = async (options: RedisOptions = {}) => {
    const redis = kept(await startRedis({ saveData: true, ...options }))
    const load = await createSessionLoad(await replicasAt({ url: redis.url, ...TIMES }))
    load.begin()
    await load.goesOn()
    expect(load.failures()).toEqual([])
    return { redis, load }
  }

  const failing = (load: { failures: () => readonly string[] }) =>
    vi.waitFor(() => expect(load.failures()).toEqual([UNAVAILABLE]), PATIENTLY)

  it('that is stopped and started again loses no session and brings none back', async () => {
    const { redis, load } = await one()
    await redis.kill()
    await failing(load)
    await redis.restart()
    await load.goesOn()
    expect(await load.end()).toEqual([])
    expect(load.failures()).toEqual([UNAVAILABLE])
  })

  it('that freezes and goes on loses no session and brings none back', async () => {
    const { redis, load } = await one()
    redis.freeze()
    await failing(load)
    redis.resume()
    await load.goesOn()
    expect(await load.end()).toEqual([])
    expect(load.failures()).toEqual([UNAVAILABLE])
  })

  it('that is a replica for a while (READONLY) loses no session and brings none back', async () => {
    const { redis, load } = await one()
    await redis.command('REPLICAOF', '127.0.0.1', String(await freePort()))
    await failing(load)
    await redis.command('REPLICAOF', 'NO', 'ONE')
    await load.goesOn()
    expect(await load.end()).toEqual([])
    expect(load.failures()).toEqual([UNAVAILABLE])
  })
})

it('R32: under mixed load, a password that is rotated fails nothing, and new connections show the new one', async () => {
  const folder = await temporaryFolder('load')
  cleanups.push(folder.remove)
  const [usernameFile, passwordFile] = [join(folder.path, 'name'), join(folder.path, 'password')]
  await writeFile(usernameFile, 'sallyport')
  await writeFile(passwordFile, 'first')
  const redis = kept(
    await startRedis({
      args: ['--user', 'sallyport', 'on', '>first', '~test:*', '&test:*', '+@all'],
    }),
  )
  const backends = await replicasAt({ url: redis.url, usernameFile, passwordFile, ...TIMES })
  const load = await createSessionLoad(backends)
  load.begin()
  await load.goesOn()
  await redis.command('ACL', 'SETUSER', 'sallyport', '>second')
  await writeFile(passwordFile, 'second')
  for (const backend of backends) backend.credentialsChanged()
  await load.goesOn()
  await redis.command('ACL', 'SETUSER', 'sallyport', '<first')
  await load.goesOn()
  expect(load.failures()).toEqual([])
  await redis.command('CLIENT', 'KILL', 'USER', 'sallyport')
  await load.goesOn()
  expect(await load.end()).toEqual([])
  expect(load.failures().filter((failure) => failure !== UNAVAILABLE)).toEqual([])
})

it('R32: under mixed load, another primary by Sentinel loses no session that both had', async () => {
  const sentinels = kept(await startSentinels({ failsOver: true }))
  const { addresses, primaryName, servers } = sentinels
  const backends = await replicasAt({ sentinel: { addresses, primaryName }, ...TIMES })
  const load = await createSessionLoad(backends, { mayLoseWrites: true })
  await vi.waitFor(async () => {
    const [one, two] = await Promise.all(servers.map((server) => server.command('DBSIZE')))
    expect(one).toBe(two)
  }, PATIENTLY)
  load.begin()
  await load.goesOn()
  const lost = await sentinels.primary()
  await lost.kill()
  await vi.waitFor(() => expect(load.failures()).toEqual([UNAVAILABLE]), PATIENTLY)
  await load.goesOn()
  expect(await sentinels.primary()).not.toBe(lost)
  expect(await load.end()).toEqual([])
  expect(load.failures()).toEqual([UNAVAILABLE])
})

it('R32: under mixed load, slots of a cluster that move fail nothing', async () => {
  const cluster = kept(await startCluster())
  const backends = await replicasAt({ cluster: { addresses: cluster.addresses }, ...TIMES })
  const load = await createSessionLoad(backends)
  load.begin()
  await load.goesOn()
  const [from, to] = cluster.nodes as readonly [RunningRedis, RunningRedis]
  const namesIn = (reply: string): readonly string[] =>
    reply.split('\r\n').filter((line) => line.startsWith('test:'))
  const keys = namesIn(await from.command('KEYS', 'test:*')).slice(0, 5)
  expect(keys).not.toEqual([])
  for (const slot of new Set(await Promise.all(keys.map((key) => cluster.slotOf(key))))) {
    const number = String(slot)
    await to.command('CLUSTER', 'SETSLOT', number, 'IMPORTING', await cluster.idOf(from))
    await from.command('CLUSTER', 'SETSLOT', number, 'MIGRATING', await cluster.idOf(to))
    for (;;) {
      const left = namesIn(await from.command('CLUSTER', 'GETKEYSINSLOT', number, '100'))
      if (left.length === 0) break
      for (const key of left) {
        await from.command('MIGRATE', '127.0.0.1', String(to.port), key, '0', '5000')
      }
    }
    for (const node of [to, from, ...cluster.nodes]) {
      await node.command('CLUSTER', 'SETSLOT', number, 'NODE', await cluster.idOf(to))
    }
    expect(await cluster.ownerOf(slot)).toBe(to)
  }
  await load.goesOn()
  expect(await load.end()).toEqual([])
  expect(load.failures()).toEqual([])
})
