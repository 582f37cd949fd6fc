import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { aCheckRequest, createCheckClient } from '../support/check-client.ts'
import { type RunningKubeApiserver, startKubeApiserver } from '../support/parts/kube-apiserver.ts'
import { type RunningSallyport, startSallyport } from '../support/parts/sallyport.ts'
import { type TemporaryFolder, temporaryFolder } from '../support/parts/temporary-folder.ts'
import { SHOP, SHOP_SECRET } from '../support/resource-folder.ts'

const PATIENCE = { timeout: 20_000, interval: 50 }

const deployed = (name: string): string =>
  fileURLToPath(new URL(`../../deploy/${name}`, import.meta.url))

let cluster: RunningKubeApiserver
let folder: TemporaryFolder

beforeAll(async () => {
  cluster = await startKubeApiserver()
  folder = await temporaryFolder('cluster')
  const { kubectl } = cluster
  await kubectl('apply', '-f', deployed('crds'))
  for (const namespace of ['sallyport', 'shop']) await kubectl('create', 'namespace', namespace)
  await kubectl('wait', '--for=condition=Established', 'crd', '--all')
  await apply(`${SHOP}---\n${SHOP_SECRET}`)
}, 120_000)

afterAll(async () => {
  await cluster.stop()
  await folder.remove()
}, 60_000)

const apply = async (text: string): Promise<void> => {
  const file = `${folder.path}/applied.yaml`
  await writeFile(file, text)
  await cluster.kubectl('apply', '-f', file)
}

/** A process with the rights of a file in deploy/rbac and no others. */
const startWith = async (
  rbac: string,
  namespaces: readonly string[],
): Promise<RunningSallyport> => {
  await cluster.kubectl('apply', '-f', deployed(`rbac/${rbac}`))
  onTestFinished(async () => void (await cluster.kubectl('delete', '-f', deployed(`rbac/${rbac}`))))
  const token = await cluster.kubectl('create', 'token', 'sallyport', '-n', 'sallyport')
  const kubeconfigFile = `${folder.path}/kubeconfig`
  await writeFile(kubeconfigFile, cluster.kubeconfig(token.trim()))
  const kubernetes = { namespaces, kubeconfigFile }
  const sallyport = await startSallyport({
    configuration: { resources: { source: 'kubernetes', kubernetes } },
  })
  onTestFinished(async () => void (await sallyport.stop()))
  return sallyport
}

const statusOf = async (
  sallyport: RunningSallyport,
  path: string,
  host = 'shop.example.com',
): Promise<number> => {
  const client = createCheckClient(`127.0.0.1:${sallyport.grpcPort}`)
  const response = await client.check(aCheckRequest({ path, host }))
  return 'deniedResponse' in response ? response.deniedResponse.status.code : 200
}

const troublesOf = async ({ adminUrl }: RunningSallyport): Promise<string> =>
  (await fetch(`${adminUrl}/readyz?verbose`)).text()

const becomes = (sallyport: RunningSallyport, host: string, status: number): Promise<void> =>
  vi.waitFor(async () => {
    expect(await statusOf(sallyport, '/assets/app.js', host)).toBe(status)
  }, PATIENCE)

const secondRoute = (host: string): string =>
  SHOP.split('---\n')
    .slice(2)
    .join('')
    .replace('name: shop, namespace', 'name: second, namespace')
    .replace('shop.example.com', host)

test('the rights of deploy/rbac/namespaced.yaml suffice, and what kubectl applies is live', async () => {
  const sallyport = await startWith('namespaced.yaml', ['shop'])
  expect(await statusOf(sallyport, '/assets/app.js')).toBe(200)
  expect(await statusOf(sallyport, '/orders')).toBe(401)
  await apply(secondRoute('second.example.com'))
  await becomes(sallyport, 'second.example.com', 200)
  await cluster.kubectl('delete', 'protectedroute', '-n', 'shop', 'second')
  await becomes(sallyport, 'second.example.com', 404)
  expect(await troublesOf(sallyport)).not.toContain('cannot be')
})

test('R30: a restart of the API server is survived, and what was applied after it is live', async () => {
  const sallyport = await startWith('cluster.yaml', [])
  await cluster.takeDown()
  expect(await statusOf(sallyport, '/assets/app.js')).toBe(200)
  await cluster.bringUp()
  await apply(secondRoute('third.example.com'))
  await becomes(sallyport, 'third.example.com', 200)
}, 90_000)

test('R29: without the right to read a Secret, its hosts are denied, and the log names the right', async () => {
  await apply(`${SHOP.split('---\n')[1]}`.replace('shop-oidc', 'not-permitted'))
  onTestFinished(() => apply(`${SHOP.split('---\n')[1]}`))
  const sallyport = await startWith('namespaced.yaml', ['shop'])
  expect(await statusOf(sallyport, '/orders')).toBe(503)
  const messages = sallyport.log().map(({ message }) => String(message))
  expect(messages).toContainEqual(
    expect.stringMatching(
      /^Secret shop\/not-permitted cannot be read: .*cannot list resource "secrets"/,
    ),
  )
})
