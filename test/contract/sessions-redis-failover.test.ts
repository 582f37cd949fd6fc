import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Backend } from '../../src/sessions/backend/backend.ts'
import type { Heard } from '../../src/sessions/backend/notices.ts'
import { openCluster } from '../../src/sessions/redis/connection/client.ts'
import { connectNodes } from '../../src/sessions/redis/connection/cluster-nodes.ts'
import { createRedisLogin } from '../../src/sessions/redis/connection/login.ts'
import { unlimited } from '../support/check-ports.ts'
import type { RunningRedis } from '../support/parts/redis.ts'
import { type RunningCluster, startCluster } from '../support/parts/redis-cluster.ts'
import { type RunningSentinels, startSentinels } from '../support/parts/redis-sentinel.ts'
import { connectTo } from '../support/redis-under-test.ts'

const MINUTE = 60_000
const TIMES = { commandTimeoutMs: 500, connectTimeoutMs: 500, totalTimeoutMs: 1_000 }
const PATIENTLY = { timeout: 25_000, interval: 20 }

/** Hears what another replica says. */
const listening = (backend: Backend) => {
  const heard: Heard[] = []
  backend.notices.subscribe((one) => void heard.push(one))
  const isHeard = (kind: Heard['kind']): boolean => heard.some((one) => one.kind === kind)
  return { heard, isHeard }
}

const hearing = (backend: Backend) =>
  vi.waitFor(() => expect(backend.notices.isHealthy()).toBe(true), PATIENTLY)

describe('R32: a primary that is lost, and another that the Sentinels choose', () => {
  let sentinels: RunningSentinels
  beforeAll(async () => {
    sentinels = await startSentinels({ failsOver: true })
  })
  afterAll(() => sentinels.stop())

  it('is written to as soon as it is chosen, and notices are heard again', async () => {
    const { addresses, primaryName } = sentinels
    const settings = { sentinel: { addresses, primaryName }, ...TIMES }
    const [backend, other] = [connectTo(settings), connectTo(settings)]
    await Promise.all([hearing(backend), hearing(other)])
    const { isHeard } = listening(backend)
    expect(await backend.replay.claim('before', MINUTE, unlimited)).toBe(true)

    const lost = await sentinels.primary()
    await lost.kill()
    await vi.waitFor(() => expect(isHeard('lost')).toBe(true), PATIENTLY)
    await vi.waitFor(() => backend.replay.claim('after', MINUTE, unlimited), PATIENTLY)
    expect(await sentinels.primary()).not.toBe(lost)
    await vi.waitFor(() => expect(isHeard('restored')).toBe(true), PATIENTLY)
    await hearing(other)
    await other.notices.publish({ kind: 'ended', ids: ['one'] })
    await vi.waitFor(() => expect(isHeard('ended')).toBe(true), PATIENTLY)
    await Promise.all([backend.close(), other.close()])
  })
})

describe('R32: a Redis Cluster that changes', () => {
  let cluster: RunningCluster
  let backend: Backend
  beforeAll(async () => {
    cluster = await startCluster({ withReplica: true, failsOver: true })
    backend = connectTo({ cluster: { addresses: cluster.addresses }, ...TIMES })
    await hearing(backend)
  })
  afterAll(async () => {
    await backend.close()
    await cluster.stop()
  })

  /** A key of the node at this place. */
  const keyOn = async (node: RunningRedis): Promise<string> => {
    for (let at = 0; ; at += 1) {
      const key = `test:key-${at}`
      if ((await cluster.ownerOf(await cluster.slotOf(key))) === node) return key
    }
  }

  const nodeAt = (at: number): RunningRedis => {
    const node = cluster.nodes[at]
    if (node === undefined) throw new Error('There is no such node.')
    return node
  }

  it('by moving a slot: reads and writes follow while it moves (ASK) and after (MOVED)', async () => {
    const [from, to] = [nodeAt(1), nodeAt(2)]
    const key = await keyOn(from)
    const slot = String(await cluster.slotOf(key))
    const record = (version: number) => Buffer.from([1, 0, 0, 0, version, 7])
    await backend.records.create(key, record(1), MINUTE)

    const [fromId, toId] = [await cluster.idOf(from), await cluster.idOf(to)]
    await to.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId)
    await from.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId)
    await from.command('MIGRATE', '127.0.0.1', String(to.port), key, '0', '5000')
    expect(await backend.records.read(key)).toEqual(record(1))
    expect(await backend.records.replace(key, 1, record(2), MINUTE)).toBe(true)

    for (const node of cluster.nodes) {
      await node.command('CLUSTER', 'SETSLOT', slot, 'NODE', toId)
    }
    expect(await cluster.ownerOf(Number(slot))).toBe(to)
    expect(await backend.records.read(key)).toEqual(record(2))
    expect(await backend.records.replace(key, 1, record(9), MINUTE)).toBe(false)
    expect(await backend.records.replace(key, 2, record(3), MINUTE)).toBe(true)
  })

  it('by a node that freezes: it costs a time-out once, the others nothing, and it is used again', async () => {
    const [frozen, other] = [nodeAt(1), nodeAt(2)]
    const [lostKey, key] = [await keyOn(frozen), await keyOn(other)]
    frozen.freeze()
    const fault = { code: 'session_store_unavailable' }
    await expect(backend.records.read(lostKey)).rejects.toMatchObject(fault)
    await vi.waitFor(async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 100 }, () => backend.records.read(lostKey)),
      )
      const messages = outcomes.map((one) => one.status === 'rejected' && one.reason.message)
      const atOnce = messages.filter((message) => message === 'Redis is not connected.')
      expect(atOnce.length).toBeGreaterThan(90)
    }, PATIENTLY)
    expect(await backend.records.read(key)).toBeUndefined()
    frozen.resume()
    await vi.waitFor(() => backend.records.read(lostKey), PATIENTLY)
    await hearing(backend)
  })

  it('by an error of a node that is well: it is used on', async () => {
    const settings = { ...TIMES, cluster: { addresses: cluster.addresses } }
    const login = createRedisLogin(settings)
    const client = openCluster(settings, login)
    await client.connect()
    await connectNodes(client)
    const key = await keyOn(nodeAt(2))
    const owner = client.slots[await cluster.slotOf(key)]?.[0]
    client.emit('node error', new Error('asked for its slots in vain'), owner)
    for (let at = 0; at < 20; at += 1) expect(await client.get(key)).toBeNull()
    client.disconnect()
  })

  it('by a node that is lost: its replica takes its slots over', async () => {
    const lost = nodeAt(0)
    const key = await keyOn(lost)
    expect(await backend.records.create(key, Buffer.from('kept'), MINUTE)).toBe(true)
    await vi.waitFor(async () => {
      const info = await lost.command('INFO', 'replication')
      const offset = /master_repl_offset:(\d+)/.exec(info)?.[1]
      expect(info).toContain(`offset=${offset},`)
    }, PATIENTLY)
    await lost.kill()
    await vi.waitFor(
      async () => expect((await backend.records.read(key))?.toString()).toBe('kept'),
      PATIENTLY,
    )
    await hearing(backend)
  })
})
