import { cpus } from 'node:os'
import { dirname } from 'node:path'
import { startChildProcess, waitUntilReady } from '../test/support/parts/child-process.ts'
import { freePort } from '../test/support/parts/free-port.ts'
import { createHttpBrowser } from '../test/support/parts/http-browser.ts'
import { startSallyport } from '../test/support/parts/sallyport.ts'
import { type Stack, startStack } from '../test/support/parts/stack.ts'
import type { WireRequest } from './client/connection.ts'
import { judgeCheck, judgeHttp } from './client/judge.ts'
import { type LoadOptions, load } from './client/load.ts'
import { writeSection } from './report/write-section.ts'
import { startTokenIssuer, type TokenIssuer } from './setup/access-tokens.ts'
import { BROWSER_HEADERS, checkRequest, gatewayRequest } from './setup/check-requests.ts'
import { cpuMsOf, residentMiBOf } from './subject/process-usage.ts'

/** Requests of one measurement at full speed, and of the one at half of that rate. */
const REQUESTS = Number(process.env.BENCH_REQUESTS ?? 30_000)
const CONCURRENCY = 64
const CONNECTIONS = 4
const AUDIENCE = 'https://api.example.test'

interface Target {
  readonly pid: number
  readonly url: string
  readonly tls?: LoadOptions['tls']
  /** Several requests that are alike, or as many as are sent. */
  readonly requests: readonly WireRequest[]
  readonly expected: number
}

interface Row {
  readonly name: string
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly cpuMicroseconds: number
  readonly residentMiB: number
}

const nth = (requests: readonly WireRequest[], n: number): WireRequest => {
  const request = requests[n % requests.length]
  if (request === undefined) throw new Error('There is nothing to send.')
  return request
}

const judgeFor = ({ tls, expected: status }: Target): LoadOptions['judge'] => {
  const reasons: Readonly<Record<number, string>> = { 302: 'login_required', 401: 'token_required' }
  const reason = reasons[status]
  const expected = { status, ...(reason === undefined ? {} : { reason }) }
  return tls === undefined ? judgeCheck(expected) : judgeHttp(expected)
}

const run = (target: Target, requests: number, offset: number, ratePerSecond?: number) =>
  load({
    url: target.url,
    ...(target.tls === undefined ? {} : { tls: target.tls }),
    connections: CONNECTIONS,
    concurrency: CONCURRENCY,
    requests,
    request: (n) => nth(target.requests, n + offset),
    judge: judgeFor(target),
    ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
  })

/** Warm-up, then full speed for rate and CPU, then half that rate for the latencies. */
const measure = async (name: string, target: Target): Promise<Row> => {
  const warm = Math.floor(REQUESTS / 5)
  await run(target, warm, 0)
  const beforeMs = cpuMsOf(target.pid)
  const full = await run(target, REQUESTS, warm)
  const cpuMicroseconds = ((cpuMsOf(target.pid) - beforeMs) * 1000) / REQUESTS
  const half = await run(target, warm, warm + REQUESTS, full.requestsPerSecond / 2)
  const row: Row = {
    name,
    requestsPerSecond: full.requestsPerSecond,
    p50Ms: half.p50Ms,
    p99Ms: half.p99Ms,
    cpuMicroseconds,
    residentMiB: residentMiBOf(target.pid),
  }
  process.stderr.write(`${name}: ${Math.round(row.cpuMicroseconds)} µs\n`)
  return row
}

const resources = (issuer: string, caPem: string, tokens: TokenIssuer): Record<string, string> => ({
  'all.yaml': `
apiVersion: sallyport.dev/v1alpha1
kind: IdentityProvider
metadata: { name: idp, namespace: bench }
spec: { issuer: "${issuer}", tls: { caRef: { name: ca } } }
---
apiVersion: sallyport.dev/v1alpha1
kind: IdentityProvider
metadata: { name: tokens, namespace: bench }
spec: { issuer: "${tokens.issuer}", discovery: Disabled, endpoints: { authorization: "${tokens.issuer}/a", token: "${tokens.issuer}/t", jwks: "${tokens.jwksUrl}" } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: ca, namespace: bench }
data: { ca.crt: ${JSON.stringify(caPem)} }
---
apiVersion: v1
kind: Secret
metadata: { name: web, namespace: bench }
stringData: { client-secret: sallyport-secret }
---
apiVersion: sallyport.dev/v1alpha1
kind: OIDCClient
metadata: { name: web, namespace: bench }
spec: { providerRef: { name: idp }, clientId: sallyport, authentication: { secretRef: { name: web } }, resources: ["${AUDIENCE}"] }
---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: app, namespace: bench }
spec:
  hosts: [app.localhost]
  clientRef: { name: web }
  rules:
  - { name: assets, match: [{ path: { prefix: /assets } }], public: true }
  - name: api
    match: [{ path: { prefix: /api } }]
    authenticate: [{ bearer: { providerRef: { name: tokens }, audiences: ["${AUDIENCE}"] } }]
    authorize: [{ scopes: ["orders:read"] }]
`,
})

const signIn = async (stack: Stack): Promise<string> => {
  const browser = createHttpBrowser({ caPem: stack.caPem })
  try {
    const form = await browser.open(stack.url('app.localhost'))
    await browser.submit(form, { login: 'alice', password: 'alice-password' })
    const cookie = browser.jar.headerFor(new URL(stack.url('app.localhost')))
    if (cookie === undefined) throw new Error('The sign-in left no session.')
    return cookie
  } finally {
    await browser.close()
  }
}

const startNoOp = async () => {
  const port = await freePort()
  const child = await startChildProcess({
    name: 'The no-op server',
    command: process.execPath,
    args: [new URL('subject/no-op-server.ts', import.meta.url).pathname, `127.0.0.1:${port}`],
  })
  await waitUntilReady('The no-op server', child, async () => child.output().includes('listening'))
  return { url: `http://127.0.0.1:${port}`, child }
}

/** The same keys and store as the stack's own process, and no local cache. */
const startUncached = async (stack: Stack, files: Record<string, string>) =>
  startSallyport({
    resources: files,
    ...(stack.redis === undefined ? {} : { redisUrl: stack.redis.url }),
    configuration: {
      keys: { files: [`${dirname(stack.sallyport.configFile)}/key`] },
      sessions: {
        store: 'redis',
        redis: { url: stack.redis?.url },
        cache: { maxEntries: 0, ttl: '5s' },
      },
      ...configuration,
    },
  })

const configuration = {
  outbound: { allowInsecureIssuers: true, allowNetworks: ['127.0.0.0/8', '::1/128'] },
  log: { level: 'info', format: 'json', decisions: 'all' },
}

const overGrpc = async (
  stack: Stack,
  cookie: string,
  tokens: TokenIssuer,
  files: Record<string, string>,
) => {
  const authority = `app.localhost:${stack.port}`
  const check = (path: string, headers: Record<string, string> = {}) =>
    checkRequest(authority, path, { ...BROWSER_HEADERS, ...headers })
  const url = `http://127.0.0.1:${stack.sallyport.grpcPort}`
  const own = { pid: stack.sallyport.pid(), url }
  const noOp = await startNoOp()
  const uncached = await startUncached(stack, files)
  const seen = { authorization: `Bearer ${tokens.issue()}` }
  process.stderr.write('signing tokens\n')
  const unseen = Array.from({ length: Math.ceil(REQUESTS * 1.4) }, () =>
    check('/api/orders', { authorization: `Bearer ${tokens.issue()}` }),
  )
  const session = check('/orders?id=7', { cookie })
  const scenarios: [string, Target][] = [
    [
      'no-op on grpc-js',
      { pid: noOp.child.pid, url: noOp.url, requests: [session], expected: 200 },
    ],
    ['public path', { ...own, requests: [check('/assets/app.css')], expected: 200 }],
    ['session, local cache', { ...own, requests: [session], expected: 200 }],
    [
      'session, Redis',
      {
        pid: uncached.pid(),
        url: `http://127.0.0.1:${uncached.grpcPort}`,
        requests: [session],
        expected: 200,
      },
    ],
    ['JWT seen before', { ...own, requests: [check('/api/orders', seen)], expected: 200 }],
    ['JWT never seen (RS256)', { ...own, requests: unseen, expected: 200 }],
    ['redirect to the provider', { ...own, requests: [check('/orders')], expected: 302 }],
    ['refused (401)', { ...own, requests: [check('/api/orders')], expected: 401 }],
  ]
  const rows: Row[] = []
  try {
    for (const [name, target] of scenarios) rows.push(await measure(name, target))
  } finally {
    await noOp.child.stop()
    await uncached.stop()
  }
  return rows
}

const throughEnvoy = async (stack: Stack, cookie: string, tokens: TokenIssuer) => {
  const get = (path: string, headers: Record<string, string> = {}): WireRequest =>
    gatewayRequest(`app.localhost:${stack.port}`, path, { ...BROWSER_HEADERS, ...headers })
  const target = {
    pid: stack.sallyport.pid(),
    url: `https://127.0.0.1:${stack.port}`,
    tls: { ca: stack.caPem, servername: 'app.localhost' },
  }
  const authorization = `Bearer ${tokens.issue()}`
  const scenarios: [string, Target][] = [
    ['public path', { ...target, requests: [get('/assets/a.css')], expected: 200 }],
    ['session, local cache', { ...target, requests: [get('/orders', { cookie })], expected: 200 }],
    ['JWT seen before', { ...target, requests: [get('/api/x', { authorization })], expected: 200 }],
    ['redirect to the provider', { ...target, requests: [get('/orders')], expected: 302 }],
    ['refused (401)', { ...target, requests: [get('/api/x')], expected: 401 }],
  ]
  const rows: Row[] = []
  for (const [name, one] of scenarios) rows.push(await measure(name, one))
  return rows
}

const table = (rows: readonly Row[], baseline: Row): string => {
  const head =
    '| check | requests/s | p50 at half load | p99 at half load | CPU per check | against the no-op | resident |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |'
  const lines = rows.map(
    (row) =>
      `| ${row.name} | ${Math.round(row.requestsPerSecond)} | ${row.p50Ms.toFixed(1)} ms | ${row.p99Ms.toFixed(1)} ms | ${Math.round(row.cpuMicroseconds)} µs | ${(row.cpuMicroseconds / baseline.cpuMicroseconds).toFixed(2)} | ${Math.round(row.residentMiB)} MiB |`,
  )
  return [head, ...lines].join('\n')
}

const main = async (): Promise<void> => {
  const tokens = await startTokenIssuer(AUDIENCE)
  let files: Record<string, string> = {}
  const stack = await startStack({
    resources: ({ issuer, caPem }) => {
      files = resources(issuer, caPem, tokens)
      return files
    },
    sallyport: { configuration },
    oidcProvider: { accessTokenLifetimeSeconds: 3600 },
  })
  try {
    const cookie = await signIn(stack)
    const grpc = await overGrpc(stack, cookie, tokens, files)
    const [baseline] = grpc
    if (baseline === undefined) throw new Error('Nothing was measured.')
    const envoy = await throughEnvoy(stack, cookie, tokens)
    const text = [
      `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${REQUESTS} requests a row.`,
      '### On the gRPC port',
      table(grpc, baseline),
      '### Through Envoy with TLS (CPU is that of Sallyport alone)',
      table(envoy, baseline),
    ].join('\n\n')
    process.stdout.write(`${text}\n`)
    if (process.argv.includes('--write')) writeSection('docs/performance.md', 'table', text)
  } finally {
    await stack.stop()
    tokens.stop()
  }
}

await main()
