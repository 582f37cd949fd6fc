import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { aCheckRequest, createCheckClient } from '../support/check-client.ts'
import { startHttpListener } from '../support/parts/http-listener.ts'
import { type RunningCollector, startCollector } from '../support/parts/otel-collector.ts'
import { type RunningSallyport, startSallyport } from '../support/parts/sallyport.ts'
import { createCertificates } from '../support/parts/tls.ts'
import { SHOP, SHOP_SECRET } from '../support/resource-folder.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const PATIENTLY = { timeout: 60_000, interval: 50 }

const aCollector = async (
  tls?: Parameters<typeof startCollector>[0],
): Promise<RunningCollector> => {
  const collector = await startCollector(tls)
  onTestFinished(collector.stop)
  return collector
}

/** A host that takes documents of clients, which anybody names. */
const AGENTS = `apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: agents, namespace: shop }
spec:
  hosts: [agents.example.com]
  authenticate: [{ bearer: { providerRef: { name: keycloak } } }]
  protectedResource:
    authorizationServer: { clientRef: { name: shop }, documentHosts: ["*"] }
`

const serving = async (
  endpoint: string,
  environment: Readonly<Record<string, string>> = {},
  fields: Readonly<Record<string, unknown>> = {},
  decisions: 'all' | 'none' = 'all',
): Promise<RunningSallyport> => {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  const sallyport = await startSallyport({
    resources: { 'shop.yaml': SHOP, 'secret.yaml': SHOP_SECRET, 'agents.yaml': AGENTS },
    configuration: {
      tracing: { endpoint, ...fields },
      log: { level: 'info', format: 'json', decisions },
    },
    launch: async (args) => ({
      command: 'env',
      args: [...variables, process.execPath, MAIN, ...args],
    }),
  })
  onTestFinished(async () => void (await sallyport.stop()))
  return sallyport
}

const asking = ({ grpcPort }: RunningSallyport) => {
  const metadata = { traceparent: TRACEPARENT }
  const client = createCheckClient(`127.0.0.1:${grpcPort}`, { metadata })
  return (path: string, headers: Readonly<Record<string, string>> = {}, host?: string) =>
    client.check(
      aCheckRequest({
        path,
        headers,
        ...(host === undefined ? {} : { host }),
      }),
    )
}

const spansCounted = async (
  { adminUrl }: RunningSallyport,
  outcome: 'exported' | 'failed' | 'dropped',
): Promise<number> => {
  const text = await (await fetch(`${adminUrl}/metrics`)).text()
  const found = new RegExp(`^sallyport_trace_spans_total\\{outcome="${outcome}"\\} (\\d+)$`, 'm')
  return Number(found.exec(text)?.[1] ?? 0)
}

const told = (sallyport: RunningSallyport, words: string): number =>
  sallyport.log().filter(({ message }) => String(message).includes(words)).length

/** Long enough that no word of ours holds one by chance. */
const aSecret = fc.stringMatching(/^[A-Za-z0-9_-]{16,40}$/)

test('nothing of what a request says reaches a trace, but for its id of the trace', async () => {
  const collector = await aCollector()
  const sallyport = await serving(collector.url)
  const ask = asking(sallyport)
  const secrets: string[] = []
  const places = fc.constantFrom('assets', 'api', 'page', 'oauth2/callback', 'oauth2/logout')
  await fc.assert(
    fc.asyncProperty(
      fc.record({ place: places, path: aSecret, query: aSecret, cookie: aSecret, token: aSecret }),
      async ({ place, path, query, cookie, token }) => {
        secrets.push(path, query, cookie, token)
        const { status } = await ask(`/${place}/${path}?code=${query}&state=${query}`, {
          cookie: `__Host-sallyport=${cookie}; other=${cookie}`,
          authorization: `Bearer ${token}`,
          'user-agent': token,
          referer: `https://shop.example.com/${path}`,
          'x-request-id': query,
          traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
          tracestate: `vendor=${query}`,
        })
        expect(status?.code === 0).toBe(place === 'assets')
      },
    ),
    { numRuns: 150 },
  )
  const clientId = 'https://client.localhost/the-secret-of-a-client?and=the-secret-of-a-query'
  secrets.push('the-secret-of')
  const document = `/oauth2/authorize?response_type=code&client_id=${encodeURIComponent(clientId)}`
  await ask(document, {}, 'agents.example.com')
  await expect
    .poll(() => collector.spans().filter(({ kind }) => kind === 2).length, PATIENTLY)
    .toBe(151)
  expect(collector.spans().map(({ attributes }) => attributes['url.full'])).toContain(
    'https://client.localhost/',
  )
  const received = collector.received()
  expect(secrets.filter((secret) => received.includes(secret))).toEqual([])
  const decisions = new Set(
    collector.spans().map(({ attributes }) => attributes['sallyport.decision']),
  )
  expect([...decisions]).toEqual(expect.arrayContaining(['allow', 'challenge']))
})

test('a collector that answers nothing costs spans, which are counted, and no check', async () => {
  const collector = await aCollector()
  const soon = { OTEL_EXPORTER_OTLP_TIMEOUT: '500' }
  const sallyport = await serving(collector.url, soon, {}, 'none')
  const ask = asking(sallyport)
  await ask('/assets/1')
  await expect.poll(() => collector.spans().length, PATIENTLY).toBe(1)
  collector.freeze()
  const answers = await Promise.all(Array.from({ length: 3_000 }, () => ask('/assets/1')))
  expect(answers.every(({ status }) => status?.code === 0)).toBe(true)
  expect(await spansCounted(sallyport, 'dropped')).toBeGreaterThan(0)
  await expect.poll(() => told(sallyport, 'does not take spans'), PATIENTLY).toBe(1)
  collector.resume()
  const isTakenAgain = async (): Promise<number> => {
    await ask('/assets/1')
    return told(sallyport, 'takes spans again')
  }
  await expect.poll(isTakenAgain, PATIENTLY).toBe(1)
  expect(await spansCounted(sallyport, 'failed')).toBeGreaterThan(0)
})

test('a collector that is away or answers nonsense costs no check, and is told of once', async () => {
  const answers = [
    { status: 400, body: '<html>a secret of the collector</html>' },
    { status: 200, body: '\u0001nonsense' },
  ]
  let asked = 0
  const listener = await startHttpListener((request, response) => {
    request.resume().on('end', () => {
      const { status = 200, body = '' } = answers[asked] ?? {}
      asked += 1
      response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end(body)
    })
  })
  onTestFinished(listener.takeDown)
  const url = `http://127.0.0.1:${listener.port}/v1/traces`
  const sallyport = await serving(url, { OTEL_EXPORTER_OTLP_TIMEOUT: '500' })
  const ask = asking(sallyport)
  await ask('/assets/1')
  await expect.poll(() => told(sallyport, 'it answers with status 400'), PATIENTLY).toBe(1)
  await ask('/assets/1')
  await expect.poll(() => told(sallyport, 'takes spans again'), PATIENTLY).toBe(1)
  await listener.takeDown()
  expect((await ask('/assets/1')).status?.code).toBe(0)
  await expect.poll(() => told(sallyport, 'ECONNREFUSED'), PATIENTLY).toBe(1)
  expect(sallyport.output()).not.toContain('a secret')
})

test('what is left is sent when the process ends, and one that hangs does not hold it up', async () => {
  const collector = await aCollector()
  const sallyport = await serving(collector.url)
  await asking(sallyport)('/assets/1')
  sallyport.signal('SIGTERM')
  expect((await sallyport.exited()).code).toBe(0)
  expect(collector.spans()).toHaveLength(1)

  // As long as the exporter may try, which is longer than any test may take.
  const patiently = { OTEL_EXPORTER_OTLP_TIMEOUT: '3600000' }
  const other = await serving(collector.url, patiently)
  await asking(other)('/assets/1')
  collector.freeze()
  other.signal('SIGTERM')
  expect((await other.exited()).code).toBe(0)
  expect(told(other, 'Stopped.')).toBe(1)
})

test('a collector of an authority of its own is shown our certificate, and headers of a file', async () => {
  const certificates = await createCertificates(['127.0.0.1', 'sallyport'])
  onTestFinished(certificates.remove)
  const { certFile, keyFile, caFile } = certificates
  const collector = await aCollector({
    cert_file: certFile,
    key_file: keyFile,
    client_ca_file: caFile,
  })
  const shown = {
    OTEL_EXPORTER_OTLP_CERTIFICATE: caFile,
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: certFile,
    OTEL_EXPORTER_OTLP_CLIENT_KEY: keyFile,
  }
  const sallyport = await serving(collector.url, shown, {
    serviceName: 'gate',
    resourceAttributes: ['team=web'],
  })
  await asking(sallyport)('/assets/1')
  await expect.poll(() => collector.spans(), PATIENTLY).toMatchObject([{ service: 'gate' }])
  expect(collector.received()).toContain('"team"')
})

test('of the checks without a trace, one in so many begins one', async () => {
  const collector = await aCollector()
  const sallyport = await serving(collector.url, {}, { oneIn: 10 })
  const client = createCheckClient(`127.0.0.1:${sallyport.grpcPort}`)
  for (let at = 0; at < 50; at += 1) await client.check(aCheckRequest({ path: '/assets/1' }))
  await expect.poll(() => collector.spans().length, PATIENTLY).toBe(5)
  expect(sallyport.decisions().filter((line) => 'spanId' in line)).toHaveLength(5)
})
