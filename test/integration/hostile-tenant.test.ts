import { expect, test, vi } from 'vitest'
import type { KubernetesObject } from '../support/parts/kubernetes-client.ts'
import { SHOP, SHOP_SECRET } from '../support/resource-folder.ts'
import { answerOf, answers, useCluster } from '../support/use-cluster.ts'

const cluster = useCluster(['shop', 'hostile'])

/** As many as one route may name, and routes until there are ten thousand. */
const HOSTS = 64
const ROUTES = 157
const RULES = 64
const CLIENTS = 600
const FLAPS = 300
const AT_ONCE = 16

const hostile = (kind: string, name: string, spec: object): KubernetesObject => ({
  apiVersion: 'sallyport.dev/v1alpha1',
  kind,
  metadata: { namespace: 'hostile', name },
  spec,
})

const bearer = { bearer: { providerRef: { name: 'idp' }, audiences: ['api'] } }

const crowded = (index: number): KubernetesObject =>
  hostile('ProtectedRoute', `crowded-${index}`, {
    hosts: Array.from({ length: HOSTS }, (_, host) => `h-${host}.r-${index}.hostile.example.com`),
    authenticate: [bearer],
    // The first has every list as long as it may be.
    ...(index > 0 ? {} : { rules: Array.from({ length: RULES }, (_, rule) => longRule(rule)) }),
  })

const longRule = (rule: number) => ({
  name: `rule-${rule}`,
  match: Array.from({ length: 16 }, (_, match) => ({ path: { prefix: `/r${rule}/m${match}` } })),
  authorize: Array.from({ length: 16 }, (_, index) => ({ claim: `c${index}`, anyOf: ['a', 'b'] })),
})

const greedy = (index: number): KubernetesObject =>
  hostile('OIDCClient', `greedy-${index}`, {
    providerRef: { name: 'idp' },
    clientId: 'x',
    authentication: { secretRef: { name: `missing-${index}` } },
  })

const each = async <T>(items: readonly T[], task: (item: T) => Promise<void>): Promise<void> => {
  const left = [...items]
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await task(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

test('ten thousand hosts, the longest lists, a flapping object and hundreds of missing Secrets take nothing from others', async () => {
  const { admin } = cluster.apiserver()
  const create = async (object: KubernetesObject): Promise<void> => {
    expect((await admin.create(object)).statusCode).toBe(201)
  }
  await cluster.apply(`${SHOP}---\n${SHOP_SECRET}`)
  await create(hostile('IdentityProvider', 'idp', { issuer: 'https://hostile.example.com' }))
  await each(
    Array.from({ length: ROUTES }, (_, index) => crowded(index)),
    create,
  )
  await each(
    Array.from({ length: CLIENTS }, (_, index) => greedy(index)),
    create,
  )
  const sallyport = await cluster.startReplica()
  expect(await answerOf(sallyport, 'shop.example.com', '/orders')).toBe(401)
  expect(await answerOf(sallyport, 'h-63.r-156.hostile.example.com')).toBe(401)

  // The fair share of writes: whoever comes with two objects is told before the hundreds are.
  await cluster.told('protectedroute', 'shop/shop', 'Programmed', { status: 'True' })

  const flapping = `/apis/sallyport.dev/v1alpha1/namespaces/hostile/protectedroutes/crowded-1`
  const flap = async (): Promise<void> => {
    for (let turn = 0; turn < FLAPS; turn += 1) {
      const body = { spec: { hosts: [`flap-${turn}.hostile.example.com`] } }
      const contentType = 'application/merge-patch+json'
      await admin.call('PATCH', flapping, { body, contentType })
    }
  }
  const edited = SHOP.replace('prefix: /assets', 'prefix: /public')
  await Promise.all([
    flap(),
    cluster.apply(edited).then(() => answers(sallyport, 'shop.example.com', 200, '/public/a.css')),
  ])
  await cluster.told('protectedroute', 'shop/shop', 'Programmed', { observedGeneration: 2 })
  await answers(sallyport, `flap-${FLAPS - 1}.hostile.example.com`, 401)

  // What is beyond a namespace's share is told to its owner, and to nobody else.
  const beyond = async () => {
    const { body } = await admin.list('sallyport.dev/v1alpha1', 'OIDCClient', 'hostile')
    return (body.items ?? []).filter(({ status }) =>
      JSON.stringify(status ?? {}).includes('name more than 500'),
    )
  }
  await vi.waitFor(async () => expect(await beyond()).toHaveLength(CLIENTS - 500), {
    timeout: 60_000,
    interval: 500,
  })
  await cluster.told('oidcclient', 'shop/shop', 'ResolvedRefs', { status: 'True' })
  expect(await sallyport.isReady()).toBe(true)
})
