import { Redis } from 'ioredis'
import type { Backend } from '../../src/sessions/backend/backend.ts'
import { createRedisBackend, type RedisBackend } from '../../src/sessions/redis/backend.ts'
import type { RedisSettings } from '../../src/sessions/redis/connection/settings.ts'
import type { BackendUnderTest } from '../contract/sessions.contract.ts'
import type { RunningRedis } from './parts/redis.ts'
import { patient } from './patience.ts'
import { seededRandom } from './seeded-random.ts'

/** Times that no test waits for. */
export const PATIENT = {
  commandTimeoutMs: patient(5_000),
  connectTimeoutMs: patient(5_000),
  totalTimeoutMs: patient(10_000),
}

let replicas = 0

/** One more replica at a Redis. */
export const connectTo = (settings: Partial<RedisSettings>): RedisBackend => {
  replicas += 1
  const random = seededRandom(`replica ${replicas}`)
  return createRedisBackend({ ...PATIENT, ...settings }, { random, keyPrefix: 'test' })
}

/** Replicas follow, and take no commands. */
const primariesOf = async (admins: readonly Redis[]): Promise<readonly Redis[]> => {
  const infos = await Promise.all(admins.map((admin) => admin.info('replication')))
  return admins.filter((_, at) => infos[at]?.includes('role:master'))
}

const endLifetimesAt = async (admin: Redis): Promise<void> => {
  for (const key of await admin.keys('*')) {
    if ((await admin.pttl(key)) > 0) await admin.pexpireat(key, 1)
  }
}

/** Empties the servers, which are reached without TLS, for a suite that connects by `settings`. */
export const redisUnderTest = async (
  settings: Partial<RedisSettings>,
  servers: readonly RunningRedis[],
  password?: string,
): Promise<BackendUnderTest> => {
  const login = password === undefined ? {} : { password }
  const admins = servers.map(({ port }) => new Redis({ port, ...login }))
  const primaries = await primariesOf(admins)
  await Promise.all(primaries.map((admin) => admin.flushall()))
  const open: Backend[] = []
  return {
    replica: () => {
      const backend = connectTo(settings)
      open.push(backend)
      return backend
    },
    endLifetimes: async () => {
      await Promise.all(primaries.map(endLifetimesAt))
    },
    stop: async () => {
      await Promise.all(open.map((backend) => backend.close()))
      for (const admin of admins) admin.disconnect()
    },
  }
}
