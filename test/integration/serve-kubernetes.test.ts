import { beforeAll, expect, onTestFinished, test } from 'vitest'
import type { RunningSallyport } from '../support/parts/sallyport.ts'
import { SHOP, SHOP_SECRET } from '../support/resource-folder.ts'
import { answerOf, answers, sentencesOf, useCluster } from '../support/use-cluster.ts'

const cluster = useCluster(['shop'])

beforeAll(() => cluster.apply(`${SHOP}---\n${SHOP_SECRET}`))

const SHOP_HOST = 'shop.example.com'

const troublesOf = async ({ adminUrl }: RunningSallyport): Promise<string> =>
  (await fetch(`${adminUrl}/readyz?verbose`)).text()

const secondRoute = (host: string): string =>
  SHOP.split('---\n')
    .slice(2)
    .join('')
    .replace('name: shop, namespace', 'name: second, namespace')
    .replace(SHOP_HOST, host)

const namespaced = { rbac: 'namespaced.yaml', namespaces: ['shop'] } as const

test('the rights of deploy/rbac/namespaced.yaml suffice, and what kubectl applies is live', async () => {
  const sallyport = await cluster.startReplica(namespaced)
  expect(await answerOf(sallyport, SHOP_HOST, '/assets/app.js')).toBe(200)
  expect(await answerOf(sallyport, SHOP_HOST, '/orders')).toBe(401)
  await cluster.apply(secondRoute('second.example.com'))
  await answers(sallyport, 'second.example.com', 200, '/assets/app.js')
  await cluster.told('protectedroute', 'shop/second', 'Programmed', { status: 'True' })
  await cluster.apiserver().kubectl('delete', 'protectedroute', '-n', 'shop', 'second')
  await answers(sallyport, 'second.example.com', 404)
  expect(await troublesOf(sallyport)).not.toMatch(/cannot be (?:read|written|created|updated)/)
})

test('R30: a restart of the API server is survived, and what was applied after it is live', async () => {
  const sallyport = await cluster.startReplica()
  await cluster.apiserver().takeDown()
  expect(await answerOf(sallyport, SHOP_HOST, '/assets/app.js')).toBe(200)
  await cluster.apiserver().bringUp()
  await cluster.apply(secondRoute('third.example.com'))
  await answers(sallyport, 'third.example.com', 200, '/assets/app.js')
  expect(await sallyport.isReady()).toBe(true)
})

test('R29: without the right to read a Secret, its hosts are denied, and the log names the right', async () => {
  const client = SHOP.split('---\n')[1] ?? ''
  await cluster.apply(client.replace('shop-oidc', 'not-permitted'))
  onTestFinished(() => cluster.apply(client))
  const sallyport = await cluster.startReplica(namespaced)
  expect(await answerOf(sallyport, SHOP_HOST, '/orders')).toBe(503)
  expect(sentencesOf(sallyport)).toContainEqual(
    expect.stringMatching(
      /^Secret shop\/not-permitted cannot be read: .*cannot list resource "secrets".*; grant list and watch on secrets in the namespace shop\.$/,
    ),
  )
  await cluster.told('oidcclient', 'shop/shop', 'ResolvedRefs', { reason: 'SecretNotReadable' })
})
