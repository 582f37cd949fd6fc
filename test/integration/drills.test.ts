import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { parse, stringify } from 'yaml'
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

/** What a resource may name beside a client secret: authorities and credentials, of each kind. */
const NAMING = `apiVersion: sallyport.dev/v1alpha1
kind: IdentityProvider
metadata: { name: inside, namespace: shop }
spec:
  issuer: https://sso.inside.example.com
  tls: { caRef: { name: inside-authority } }
  proxy: { url: "https://proxy.example.com:3128", caRef: { kind: Secret, name: proxy-authority } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: inside-authority, namespace: shop }
data: { ca.crt: of the provider }
---
apiVersion: v1
kind: Secret
metadata: { name: proxy-authority, namespace: shop }
stringData: { ca.crt: of the proxy }
---
apiVersion: sallyport.dev/v1alpha1
kind: OIDCClient
metadata: { name: workload, namespace: shop }
spec:
  providerRef: { name: inside }
  clientId: workload
  authentication: { method: service_account_token, serviceAccountRef: { name: workload } }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: workload, namespace: shop }
---
apiVersion: v1
kind: Secret
metadata: { name: redis-password, namespace: sallyport }
stringData: { password: of Redis }
---
apiVersion: v1
kind: Secret
metadata: { name: grpc-certificate, namespace: sallyport }
type: kubernetes.io/tls
stringData: { tls.crt: of the port, tls.key: its key }
---
apiVersion: v1
kind: Secret
metadata: { name: test-certificate, namespace: sallyport }
stringData: { ca.crt: of the test }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: outbound-authority, namespace: sallyport }
data: { ca.crt: of everybody }
---
apiVersion: v1
kind: Secret
metadata: { name: of-nobody, namespace: shop }
stringData: { key: named by nothing }
`

const VALUES = {
  sessions: {
    store: 'redis',
    redis: { url: 'redis://redis.example.com:6379', existingSecret: 'redis-password' },
  },
  grpc: { tls: { existingSecret: 'grpc-certificate' } },
  test: { tlsSecret: 'test-certificate' },
  extraVolumes: [{ name: 'authority', configMap: { name: 'outbound-authority' } }],
}

const PATIENCE = { timeout: 20_000, interval: 50 }

interface Named {
  readonly kind: string
  readonly type?: string
  readonly data?: object
  readonly metadata: { readonly name: string; readonly namespace: string }
}

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

  /** What a backup has to bring back beside the resources, by kind and name. */
  const namedOf = async () => {
    const releases = '--field-selector=type!=helm.sh/release.v1'
    const secrets = await objectOf('secrets', '-A', releases)
    const others = await objectOf('configmaps,serviceaccounts', '-A')
    const mine = [...secrets.items, ...others.items].filter(
      ({ metadata: { name, namespace } }: Named) =>
        ['shop', 'sallyport'].includes(namespace) &&
        !['sallyport', 'default', 'kube-root-ca.crt', 'of-nobody'].includes(name),
    )
    return mine.map(({ kind, type, data, metadata: { name, namespace } }: Named) => ({
      ...{ kind, type, data, name, namespace },
    }))
  }

  const secretOf = async () => (await objectOf('-n', 'shop', 'secret', 'shop-oidc')).data

  beforeAll(async () => {
    await start()
    await kubectl('create', 'namespace', 'sallyport')
    await kubectl('create', 'namespace', 'shop')
    await writeFile(`${desk.path}/values.yaml`, stringify(VALUES))
    await desk.shell('helm -n sallyport install sallyport charts/sallyport --values values.yaml')
    await writeFile(`${desk.path}/shop.yaml`, [SHOP, SHOP_SECRET, NAMING].join('---\n'))
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
    const all = async () => ({
      specs: await specsOf(),
      named: await namedOf(),
      files: await keyFiles(),
    })
    const before = await all()
    expect(before.named.map(({ name }: { name: string }) => name).toSorted()).toEqual([
      'grpc-certificate',
      'inside-authority',
      'outbound-authority',
      'proxy-authority',
      'redis-password',
      'sallyport-keys',
      'shop-oidc',
      'test-certificate',
      'workload',
    ])
    const backup = await readFile(`${desk.path}/backup/resources.json`, 'utf8')
    expect(backup).not.toMatch(/resourceVersion|managedFields|"status"/)
    await start()
    await desk.drill('restore')
    expect(await all()).toEqual(before)
    await expect(kubectl('-n', 'shop', 'get', 'secret', 'of-nobody')).rejects.toThrow('not found')
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

  it('sessions are gone with an emptied Redis, and back with the copy; other databases stay', async () => {
    const ticket = await signIn(key)
    const variables = { REDIS_URL: redis.url }
    await desk.shell(`redis-cli -u "${redis.url}/1" SET of-others kept`)
    const sallyport = await serving('key')
    expect(await statusOf(sallyport, ticket)).toBe(200)
    await desk.shell('mkdir -p backup')
    await desk.drill('backup-sessions', variables)
    await desk.drill('redis-emptied', variables)
    expect(await desk.shell(`redis-cli -u "${redis.url}/1" GET of-others`)).toBe('kept\n')
    await sallyport.restart()
    expect(await statusOf(sallyport, ticket)).toBe(401)
    const folder = (await redis.command('CONFIG', 'GET', 'dir')).split('\r\n').at(-1)
    await redis.kill()
    await desk.shell(`cp backup/sessions.rdb "${folder}/dump.rdb"`)
    await redis.restart()
    await vi.waitFor(async () => expect(await statusOf(sallyport, ticket)).toBe(200), PATIENCE)
  })
})
