import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { parse } from 'yaml'
import { systemClock, systemRandom } from '../../src/app/system.ts'
import { createKeys, parseKeys } from '../../src/sessions/sealing/keys.ts'
import { createSessionStore } from '../../src/sessions/session-store.ts'
import { aSession } from '../support/builders.ts'
import { aCheckRequest, createCheckClient } from '../support/check-client.ts'
import { createDesk, type Desk } from '../support/desk.ts'
import { type RunningKubeApiserver, startKubeApiserver } from '../support/parts/kube-apiserver.ts'
import { type RunningRedis, startRedis } from '../support/parts/redis.ts'
import { type RunningSallyport, startSallyport } from '../support/parts/sallyport.ts'
import { connectTo } from '../support/redis-under-test.ts'
import { SHOP, SHOP_SECRET } from '../support/resource-folder.ts'

const PATIENCE = { timeout: 20_000, interval: 50 }

let desk: Desk

beforeAll(async () => {
  desk = await createDesk()
})
afterAll(() => desk.remove())

describe('drills with a cluster', () => {
  const clusters: RunningKubeApiserver[] = []
  afterAll(async () => {
    for (const cluster of clusters) await cluster.stop()
  })

  const start = async (): Promise<RunningKubeApiserver> => {
    for (const cluster of clusters.splice(0)) await cluster.stop()
    const cluster = await startKubeApiserver()
    clusters.push(cluster)
    await desk.use(cluster.kubeconfig())
    return cluster
  }

  const kubectl = (...words: readonly string[]): Promise<string> => {
    const [cluster] = clusters
    if (cluster === undefined) throw new Error('There is no cluster.')
    return cluster.kubectl(...words)
  }

  const objectOf = async (...words: readonly string[]) =>
    JSON.parse(await kubectl('get', ...words, '-o', 'json'))

  const keyNames = async (): Promise<readonly string[]> => {
    const { data } = await objectOf('-n', 'sallyport', 'secret', 'sallyport-keys')
    return Object.keys(data).toSorted()
  }

  const keyFiles = async (): Promise<readonly string[]> => {
    const { data } = await objectOf('-n', 'sallyport', 'configmap', 'sallyport')
    return parse(data['sallyport.yaml']).keys.files
  }

  const specsOf = async () => {
    const { items } = await objectOf('identityproviders,oidcclients,protectedroutes', '-A')
    return items.map(({ kind, spec }: { kind: string; spec: object }) => [kind, spec])
  }

  const secretOf = async () => (await objectOf('-n', 'shop', 'secret', 'shop-oidc')).data

  beforeAll(async () => {
    await start()
    await kubectl('create', 'namespace', 'sallyport')
    await kubectl('create', 'namespace', 'shop')
    const store = 'sessions.store=redis,sessions.redis.url=redis://redis.example.com:6379'
    await desk.shell(`helm -n sallyport install sallyport charts/sallyport --set ${store}`)
    await writeFile(`${desk.path}/shop.yaml`, `${SHOP}---\n${SHOP_SECRET}`)
    await kubectl('apply', '-f', `${desk.path}/shop.yaml`)
  })

  it('a key is learned, used and forgotten, and what was rolled back is as it was before', async () => {
    const at = (name: string): string => `/etc/sallyport/keys/${name}`
    await desk.drill('key-learned')
    expect([await keyNames(), await keyFiles()]).toEqual([['key', 'next'], ['key', 'next'].map(at)])
    await desk.drill('key-used')
    expect([await keyNames(), await keyFiles()]).toEqual([['key', 'next'], ['next', 'key'].map(at)])
    const { data } = await objectOf('-n', 'sallyport', 'secret', 'sallyport-keys')
    await desk.drill('key-forgotten')
    expect([await keyNames(), await keyFiles()]).toEqual([['next'], ['next'].map(at)])
    const history = await desk.drill('rollback')
    expect(history).toContain('Rollback was a success')
    expect((await objectOf('-n', 'sallyport', 'secret', 'sallyport-keys')).data).toEqual(data)
    expect(await keyFiles()).toEqual(['next', 'key'].map(at))
  })

  it('a new secret of a client takes the place of the old one', async () => {
    await desk.drill('client-secret', { NEW_SECRET: 'battery staple' })
    const { 'client-secret': secret } = await secretOf()
    expect(Buffer.from(secret, 'base64').toString()).toBe('battery staple')
  })

  it('what was backed up is all there after a restore into an empty cluster, and nothing else is', async () => {
    await desk.drill('backup')
    const before = {
      specs: await specsOf(),
      secret: await secretOf(),
      keys: (await objectOf('-n', 'sallyport', 'secret', 'sallyport-keys')).data,
      files: await keyFiles(),
    }
    const backup = await readFile(`${desk.path}/backup/resources.json`, 'utf8')
    expect(backup).not.toMatch(/resourceVersion|managedFields|"status"/)
    await start()
    await desk.drill('restore')
    expect({
      specs: await specsOf(),
      secret: await secretOf(),
      keys: (await objectOf('-n', 'sallyport', 'secret', 'sallyport-keys')).data,
      files: await keyFiles(),
    }).toEqual(before)
  })
})

describe('drills with Redis', () => {
  const [key, next] = [7, 8].map((byte) => Buffer.alloc(32, byte).toString('base64'))
  let redis: RunningRedis

  beforeAll(async () => {
    redis = await startRedis()
    await writeFile(`${desk.path}/key`, `${key}`)
    await writeFile(`${desk.path}/next`, `${next}`)
  })
  afterAll(() => redis.stop())

  /** A replica with these keys, the first of which seals. */
  const serving = async (...names: readonly string[]): Promise<RunningSallyport> => {
    const sallyport = await startSallyport({
      resources: { 'shop.yaml': SHOP, 'secret.yaml': SHOP_SECRET },
      redisUrl: redis.url,
      configuration: { keys: { files: names.map((name) => `${desk.path}/${name}`) } },
    })
    onTestFinished(async () => void (await sallyport.stop()))
    return sallyport
  }

  const signIn = async (...texts: readonly (string | undefined)[]): Promise<string> => {
    const parsed = parseKeys(texts.map(String))
    if (!parsed.ok) throw new Error('The keys are good.')
    const backend = connectTo({ url: redis.url })
    const cache = { maxEntries: 0, maxBytes: 0, ttlMs: 0, outageGraceMs: 0 }
    const shared = { clock: systemClock, random: systemRandom, keyPrefix: 'sallyport' }
    const store = createSessionStore({ ...shared, backend, keys: createKeys(parsed.keys), cache })
    const issuer = 'https://sso.example.com/realms/shop'
    const tenant = `${JSON.stringify(['shop/shop', issuer, 'shop'])} shop.example.com`
    const ticket = await store.create(aSession(Date.now(), { tenant, issuer }))
    await store.close()
    await backend.close()
    return ticket
  }

  const statusOf = async ({ grpcPort }: RunningSallyport, ticket: string): Promise<number> => {
    const headers = { cookie: `__Host-sallyport=${ticket}` }
    const client = createCheckClient(`127.0.0.1:${grpcPort}`)
    const answer = await client.check(aCheckRequest({ path: '/orders', headers }))
    return 'deniedResponse' in answer ? answer.deniedResponse.status.code : 200
  }

  it('a session outlives the change of keys until its own key is forgotten', async () => {
    const ticket = await signIn(key)
    expect(await statusOf(await serving('key', 'next'), ticket)).toBe(200)
    expect(await statusOf(await serving('next', 'key'), ticket)).toBe(200)
    const later = await signIn(next, key)
    const last = await serving('next')
    expect([await statusOf(last, ticket), await statusOf(last, later)]).toEqual([401, 200])
  })

  it('sessions are gone with an emptied Redis, and back with the copy', async () => {
    const ticket = await signIn(key)
    const variables = { REDIS_URL: redis.url }
    const sallyport = await serving('key')
    expect(await statusOf(sallyport, ticket)).toBe(200)
    await desk.shell('mkdir -p backup')
    await desk.drill('backup-sessions', variables)
    await desk.drill('redis-emptied', variables)
    await sallyport.restart()
    expect(await statusOf(sallyport, ticket)).toBe(401)
    const folder = (await redis.command('CONFIG', 'GET', 'dir')).split('\r\n').at(-1)
    await redis.kill()
    await desk.shell(`cp backup/sessions.rdb "${folder}/dump.rdb"`)
    await redis.restart()
    await vi.waitFor(async () => expect(await statusOf(sallyport, ticket)).toBe(200), PATIENCE)
  })
})
