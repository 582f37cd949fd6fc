import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningRedis, startRedis } from '../support/parts/redis.ts'
import { type RunningCluster, startCluster } from '../support/parts/redis-cluster.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/parts/temporary-folder.ts'
import { type Certificates, createCertificates } from '../support/parts/tls.ts'
import { connectTo, redisUnderTest } from '../support/redis-under-test.ts'
import { directoryContract } from './directory.contract.ts'
import { type BackendUnderTest, backendContract } from './sessions.contract.ts'

/** What docs/operations.md says that the user needs, and nothing else. */
const [, SAID = ''] =
  /with `sallyport` for `keyPrefix`: `([^`]+)`/.exec(
    readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8'),
  ) ?? []
const RIGHTS = SAID.replaceAll('sallyport:', 'test:')

const ADMIN_PASSWORD = 'of-the-administrator'

let folder: TemporaryFolder
let certificates: Certificates
let redis: RunningRedis
let cluster: RunningCluster

const file = (name: string): string => join(folder.path, name)
const tls = () => ({
  caFile: certificates.caFile,
  certFile: certificates.certFile,
  keyFile: certificates.keyFile,
})
const login = () => ({ usernameFile: file('username'), passwordFile: file('password') })

beforeAll(async () => {
  folder = await temporaryFolder('login')
  certificates = await createCertificates(['127.0.0.1'])
  await writeFile(file('username'), 'sallyport\n')
  await writeFile(file('password'), 'correct-horse\n')
  const user = ['--user', ...`sallyport on >correct-horse ${RIGHTS}`.split(' ')]
  const options = { password: ADMIN_PASSWORD, tls: certificates, args: user }
  redis = await startRedis(options)
  cluster = await startCluster(options)
})
afterAll(async () => {
  await redis.stop()
  await cluster.stop()
  await certificates.remove()
  await folder.remove()
})

const start = (): Promise<BackendUnderTest> =>
  redisUnderTest(
    { url: `rediss://127.0.0.1:${redis.tlsPort}/0`, ...login(), tls: tls() },
    [redis],
    ADMIN_PASSWORD,
  )

backendContract('Redis by TLS, as a user with few rights', start)
directoryContract('Redis by TLS, as a user with few rights', start)

backendContract('Redis by its socket', () =>
  redisUnderTest({ url: `unix://${redis.socketPath}`, ...login() }, [redis], ADMIN_PASSWORD),
)

backendContract('a Redis Cluster by TLS, as a user with few rights', () =>
  redisUnderTest(
    { cluster: { addresses: cluster.addresses }, ...login(), tls: tls() },
    cluster.nodes,
    ADMIN_PASSWORD,
  ),
)

describe('A17: the clock of Redis', () => {
  it.each([
    ['one server', () => ({ url: `rediss://127.0.0.1:${redis.tlsPort}/0` })],
    ['a cluster', () => ({ cluster: { addresses: cluster.addresses } })],
  ])('%s is compared with ours, by the rights that are documented', async (_, place) => {
    const backend = connectTo({ ...place(), ...login(), tls: tls() })
    const hour = 3_600_000
    const aheadMs = await backend.clockAheadMs({ nowMs: () => Date.now() - hour })
    await backend.close()
    expect(Math.abs(aheadMs - hour)).toBeLessThan(60_000)
  })
})

describe('the database of the settings', () => {
  it('is the one that is used, whatever the place says', async () => {
    const inDatabase = async (settings: Parameters<typeof connectTo>[0]): Promise<string> => {
      const backend = connectTo({ ...settings, passwordFile: file('administrator') })
      await backend.records.create('test:database', Buffer.from('here'), 60_000)
      const keys = await redis.command('INFO', 'keyspace')
      await backend.records.remove('test:database')
      await backend.close()
      return /db\d+/.exec(keys)?.[0] ?? ''
    }
    await writeFile(file('administrator'), ADMIN_PASSWORD)
    await redis.command('FLUSHALL')
    expect(await inDatabase({ url: `redis://127.0.0.1:${redis.port}/3` })).toBe('db3')
    expect(await inDatabase({ url: redis.url, database: 4 })).toBe('db4')
    expect(await inDatabase({ url: `unix://${redis.socketPath}`, database: 5 })).toBe('db5')
  })
})
