import { expect, test } from 'vitest'
import { aCheckRequest, createCheckClient } from '../support/check-client.ts'
import { SHOP, SHOP_SECRET } from '../support/resource-folder.ts'
import { answers, useCluster } from '../support/use-cluster.ts'

const cluster = useCluster(['shop', 'flood'])

const UPDATES = 5_000
const ROUTES = 100
const AT_ONCE = 20

const route = (index: number) => ({
  apiVersion: 'sallyport.dev/v1alpha1',
  kind: 'ProtectedRoute',
  metadata: { namespace: 'flood', name: `route-${index}` },
  spec: {
    hosts: [`route-${index}.example.com`],
    authenticate: [{ bearer: { providerRef: { name: 'idp' }, audiences: ['api'] } }],
  },
})

const idp = {
  apiVersion: 'sallyport.dev/v1alpha1',
  kind: 'IdentityProvider',
  metadata: { namespace: 'flood', name: 'idp' },
  spec: { issuer: 'https://sso.example.com' },
}

const open = (prefix: string) => ({
  rules: [{ name: 'open', match: [{ path: { prefix } }], public: true }],
})

test('five thousand updates change no answer but their own, and the last of them is live', async () => {
  const { admin } = cluster.apiserver()
  await cluster.apply(`${SHOP}---\n${SHOP_SECRET}`)
  for (const object of [idp, ...Array.from({ length: ROUTES }, (_, index) => route(index))]) {
    expect((await admin.create(object)).statusCode).toBe(201)
  }
  const sallyport = await cluster.startReplica()
  let next = 0
  const update = async (): Promise<void> => {
    while (next < UPDATES) {
      const number = next
      next += 1
      const name = `route-${number % ROUTES}`
      const path = `/apis/sallyport.dev/v1alpha1/namespaces/flood/protectedroutes/${name}`
      const body = { spec: open(`/update-${number}`) }
      const answer = await admin.call('PATCH', path, {
        body,
        contentType: 'application/merge-patch+json',
      })
      expect(answer.statusCode).toBe(200)
    }
  }
  const client = createCheckClient(`127.0.0.1:${sallyport.grpcPort}`)
  const codes = new Map<number, number>()
  const check = async (): Promise<void> => {
    while (next < UPDATES) {
      for (const [host, path] of [
        ['shop.example.com', '/orders'],
        [`route-${next % ROUTES}.example.com`, '/private'],
      ]) {
        const response = await client.check(aCheckRequest({ host, path }))
        const code = 'deniedResponse' in response ? response.deniedResponse.status.code : 200
        codes.set(code, (codes.get(code) ?? 0) + 1)
      }
    }
  }
  await Promise.all([...Array.from({ length: AT_ONCE }, update), check()])
  expect([...codes.keys()]).toEqual([401])
  expect(codes.get(401)).toBeGreaterThan(100)
  const last = UPDATES - 1
  await answers(sallyport, `route-${last % ROUTES}.example.com`, 200, `/update-${last}`)
  await answers(sallyport, `route-${last % ROUTES}.example.com`, 401, `/update-${last - ROUTES}`)
  await cluster.told('protectedroute', `flood/route-${last % ROUTES}`, 'Programmed', {
    status: 'True',
    observedGeneration: 1 + UPDATES / ROUTES,
  })
})
