import { expect, onTestFinished, test, vi } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { aCheckRequest, createCheckClient } from '../support/check-client.ts'
import { type FakeKubeApi, startFakeKubeApi } from '../support/fake-kube-api.ts'
import { type RunningSallyport, startSallyport } from '../support/parts/sallyport.ts'
import { SHOP, SHOP_SECRET } from '../support/resource-folder.ts'

const PATIENCE = { timeout: 10_000, interval: 20 }

const startApi = async (): Promise<FakeKubeApi> => {
  const api = await startFakeKubeApi()
  onTestFinished(() => api.stop())
  for (const document of parseAllDocuments(`${SHOP}---\n${SHOP_SECRET}`)) api.put(document.toJS())
  return api
}

const start = async ({ kubeconfigFile }: FakeKubeApi): Promise<RunningSallyport> => {
  const sallyport = await startSallyport({
    configuration: { resources: { source: 'kubernetes', kubernetes: { kubeconfigFile } } },
  })
  onTestFinished(async () => void (await sallyport.stop()))
  return sallyport
}

const statusOf = async (sallyport: RunningSallyport, path: string): Promise<number> => {
  const client = createCheckClient(`127.0.0.1:${sallyport.grpcPort}`)
  const response = await client.check(aCheckRequest({ path }))
  return 'deniedResponse' in response ? response.deniedResponse.status.code : 200
}

const readyStatus = async (sallyport: RunningSallyport): Promise<number> =>
  (await fetch(`${sallyport.adminUrl}/readyz`)).status

test('checks are answered by what the API server holds, and a change is live without a restart', async () => {
  const api = await startApi()
  const sallyport = await start(api)
  expect(await statusOf(sallyport, '/assets/app.js')).toBe(200)
  expect(await statusOf(sallyport, '/orders')).toBe(401)
  api.remove('ProtectedRoute', 'shop/shop')
  await vi.waitFor(async () => expect(await statusOf(sallyport, '/orders')).toBe(404), PATIENCE)
})

test('R30: the process serves on, and stays ready, while the API server is away', async () => {
  const api = await startApi()
  const sallyport = await start(api)
  await api.takeDown()
  const isTold = () =>
    sallyport.log().some(({ message }) => String(message).startsWith('The API server cannot'))
  await vi.waitFor(() => expect(isTold()).toBe(true), PATIENCE)
  expect(await statusOf(sallyport, '/assets/app.js')).toBe(200)
  expect(await readyStatus(sallyport)).toBe(200)
  await api.bringUp()
})
