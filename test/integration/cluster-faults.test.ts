import { readFile } from 'node:fs/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { parse } from 'yaml'
import { startApiProxy } from '../support/parts/api-proxy.ts'
import type { RunningSallyport } from '../support/parts/sallyport.ts'
import { startTcpProxy, type TcpProxy } from '../support/parts/tcp-proxy.ts'
import { SHOP, SHOP_SECRET } from '../support/resource-folder.ts'
import { answerOf, answers, PATIENCE, sentencesOf, useCluster } from '../support/use-cluster.ts'

const cluster = useCluster(['shop'])

/** A route of one public host. */
const route = (name: string): string => `apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: ${name}, namespace: shop }
spec:
  hosts: [${name}.example.com]
  clientRef: { name: shop }
  rules: [{ name: open, match: [{ path: { prefix: /open } }], public: true }]
`

const remove = (name: string): Promise<string> =>
  cluster.apiserver().kubectl('delete', 'protectedroute', '-n', 'shop', name)

const isServed = (sallyport: RunningSallyport, name: string): Promise<void> =>
  answers(sallyport, `${name}.example.com`, 200, '/open')

const isGone = (sallyport: RunningSallyport, name: string): Promise<void> =>
  answers(sallyport, `${name}.example.com`, 404, '/open')

const stalenessOf = async ({ adminUrl }: RunningSallyport): Promise<number> => {
  const text = await (await fetch(`${adminUrl}/metrics`)).text()
  return Number(/^sallyport_resource_staleness_seconds (\S+)$/m.exec(text)?.[1])
}

const proxied = async (): Promise<{ proxy: TcpProxy; sallyport: RunningSallyport }> => {
  await cluster.apply(`${SHOP}---\n${SHOP_SECRET}---\n${route('first')}`)
  const { port, caPem } = cluster.apiserver()
  const proxy = await startTcpProxy(port)
  const by = { server: `https://127.0.0.1:${proxy.port}`, caPem }
  const sallyport = await cluster.startReplica({ by })
  onTestFinished(proxy.stop)
  return { proxy, sallyport }
}

test('R30: connections that break again and again are survived, and what changed meanwhile is seen', async () => {
  const { proxy, sallyport } = await proxied()
  for (const name of ['one', 'two', 'three']) {
    await cluster.apply(route(name))
    proxy.drop()
    await isServed(sallyport, name)
    await remove(name)
    proxy.drop()
    await isGone(sallyport, name)
  }
  expect(await answerOf(sallyport, 'first.example.com', '/open')).toBe(200)
  expect(await sallyport.isReady()).toBe(true)
})

test('R30: a connection that falls silent is noticed, and what changed meanwhile is seen', async () => {
  const { proxy, sallyport } = await proxied()
  expect(await stalenessOf(sallyport)).toBeLessThan(60)
  proxy.stall()
  await cluster.apply(route('silent'))
  await remove('first')
  await vi.waitFor(async () => {
    expect(await stalenessOf(sallyport)).toBeGreaterThan(5)
  }, PATIENCE)
  expect(await answerOf(sallyport, 'first.example.com', '/open')).toBe(200)
  expect(await sallyport.isReady()).toBe(true)
  proxy.resume()
  const longest = { timeout: 75_000, interval: 100 }
  await vi.waitFor(async () => {
    expect(await answerOf(sallyport, 'silent.example.com', '/open')).toBe(200)
  }, longest)
  await isGone(sallyport, 'first')
  expect(await stalenessOf(sallyport)).toBeLessThan(5)
  await remove('silent')
})

test('R30: a version that is too old is followed by another list, and nobody is told of a failure', async () => {
  await cluster.apply(`${SHOP}---\n${SHOP_SECRET}---\n${route('first')}`)
  const proxy = await startApiProxy(cluster.apiserver())
  const sallyport = await cluster.startReplica({
    by: { server: proxy.server, caPem: proxy.caPem() },
  })
  onTestFinished(proxy.stop)
  proxy.answerGone(['identityproviders', 'oidcclients', 'protectedroutes', 'secrets'])
  proxy.drop()
  await vi.waitFor(() => expect(proxy.stillGone()).toEqual([]), PATIENCE)
  await cluster.apply(route('after'))
  await isServed(sallyport, 'after')
  expect(sentencesOf(sallyport).filter((text) => text.includes('410'))).toEqual([])
  await remove('after')
})

test('the API server is followed when its authority and the token of the service account have changed', async () => {
  await cluster.apply(`${SHOP}---\n${SHOP_SECRET}---\n${route('first')}`)
  const proxy = await startApiProxy(cluster.apiserver())
  const way = () => ({ server: proxy.server, caPem: proxy.caPem() })
  const sallyport = await cluster.startReplica({ by: way() })
  onTestFinished(proxy.stop)
  const { resources } = parse(await readFile(sallyport.configFile, 'utf8'))
  const { kubeconfigFile } = resources.kubernetes

  await proxy.renewCertificates()
  proxy.drop()
  await vi.waitFor(() => {
    expect(sentencesOf(sallyport)).toContainEqual(
      expect.stringMatching(/unable to verify the first certificate/),
    )
  }, PATIENCE)
  await cluster.rewrite(kubeconfigFile, way())
  await cluster.apply(route('another-authority'))
  await isServed(sallyport, 'another-authority')

  // A service account that is made anew has another uid: its earlier tokens are refused.
  const { kubectl } = cluster.apiserver()
  await kubectl('delete', 'serviceaccount', '-n', 'sallyport', 'sallyport')
  await kubectl('create', 'serviceaccount', '-n', 'sallyport', 'sallyport')
  proxy.drop()
  await vi.waitFor(() => {
    expect(sentencesOf(sallyport)).toContainEqual(
      expect.stringMatching(/the API server answered 401/),
    )
  }, PATIENCE)
  await cluster.rewrite(kubeconfigFile, way())
  await cluster.apply(route('another-token'))
  await isServed(sallyport, 'another-token')
  expect(await sallyport.isReady()).toBe(true)
})

test('hundreds of Secrets are followed over a few connections, and each of them live', async () => {
  const clients = Array.from({ length: 300 }, (_, index) => index)
  const manifests = clients.map(
    (index) => `apiVersion: sallyport.dev/v1alpha1
kind: OIDCClient
metadata: { name: many-${index}, namespace: shop }
spec: { providerRef: { name: keycloak }, clientId: shop, authentication: { secretRef: { name: many-${index} } } }
`,
  )
  await cluster.apply(`${SHOP}---\n${SHOP_SECRET}---\n${manifests.join('---\n')}`)
  const { port, caPem } = cluster.apiserver()
  const proxy = await startTcpProxy(port)
  const by = { server: `https://127.0.0.1:${proxy.port}`, caPem }
  await cluster.startReplica({ by })
  onTestFinished(proxy.stop)
  const state = { reason: 'SecretNotFound' }
  await cluster.told('oidcclient', 'shop/many-299', 'ResolvedRefs', state)
  expect(proxy.connections()).toBeLessThan(30)
  await cluster.apply(SHOP_SECRET.replace('shop-oidc', 'many-299'))
  await cluster.told('oidcclient', 'shop/many-299', 'ResolvedRefs', { status: 'True' })
  await cluster.told('oidcclient', 'shop/many-0', 'ResolvedRefs', state)
})
