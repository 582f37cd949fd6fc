import { readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock, systemRandom } from '../src/app/system.ts'
import { sessionTenant } from '../src/check/session/session-tenant.ts'
import type { Client } from '../src/core/policy/policy.ts'
import type { Session } from '../src/core/session/session.ts'
import { createRedisBackend } from '../src/sessions/redis/backend.ts'
import { createKeys, parseKeys } from '../src/sessions/sealing/keys.ts'
import { createSessionStore } from '../src/sessions/session-store.ts'
import { type RunningRedis, startRedis } from '../test/support/parts/redis.ts'
import { type RunningSallyport, startSallyport } from '../test/support/parts/sallyport.ts'
import { temporaryFolder } from '../test/support/parts/temporary-folder.ts'
import { BROWSER_HEADERS, checkRequest, statusOf } from './check-requests.ts'
import { type LoadResult, load } from './load.ts'
import { cpuMsOf, residentMiBOf } from './process-usage.ts'
import { type RefreshProvider, startRefreshProvider } from './refresh-provider.ts'
import { writeSection } from './write-section.ts'

const SESSIONS = Number(process.env.BENCH_SESSIONS ?? 10_000)
const CHECKS_PER_SESSION = 4
const CONCURRENCY = 64
const HOST = 'app.example.com'
const HOUR_MS = 3_600_000
const HEADROOM_MS = 20_000

const resources = (issuer: string): Record<string, string> => ({
  'all.yaml': `
apiVersion: sallyport.dev/v1alpha1
kind: IdentityProvider
metadata: { name: idp, namespace: bench }
spec: { issuer: "${issuer}" }
---
apiVersion: sallyport.dev/v1alpha1
kind: OIDCClient
metadata: { name: web, namespace: bench }
spec: { providerRef: { name: idp }, clientId: web, authentication: { method: none } }
---
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { name: app, namespace: bench }
spec:
  hosts: [${HOST}]
  clientRef: { name: web }
  rules: [{ name: open, match: [{ path: { prefix: /open } }], public: true }]
`,
})

const groups = Array.from({ length: 20 }, (_, index) => `/departments/shop/team-${index}`)

/** The compiled client's name for itself; a session of any other tenant would be none. */
const tenantOf = (issuer: string): string => {
  const client = { tenant: JSON.stringify(['bench/web', issuer, 'web']), session: { cookie: {} } }
  return sessionTenant(client as Pick<Client, 'tenant' | 'session'>, { host: HOST })
}

const sessionOf = (index: number, issuer: string, nowMs: number, expiresAtMs: number): Session => ({
  tenant: tenantOf(issuer),
  client: 'bench/web',
  host: HOST,
  issuer,
  clientId: 'web',
  subject: `user-${index}`,
  tokens: {
    accessToken: `access.user-${index}.0`.padEnd(1_000, 'x'),
    accessTokenExpiresAtMs: expiresAtMs,
    refreshToken: `user-${index}.0`,
    idToken: 'id'.padEnd(1_200, 'x'),
    claims: { sub: `user-${index}`, email: `user-${index}@example.com`, groups },
    scopes: ['openid', 'profile', 'email'],
  },
  tokensReceivedAtMs: nowMs,
  createdAtMs: nowMs,
  lastSeenAtMs: nowMs,
  absoluteExpiresAtMs: nowMs + 12 * HOUR_MS,
  idleTimeoutMs: HOUR_MS,
})

/**
 * Writes sessions as logins do, all of whose access tokens expire together; gives their tickets.
 */
const createSessions = async (
  redis: RunningRedis,
  keyFile: string,
  issuer: string,
  expiresAtMs: number,
): Promise<readonly string[]> => {
  const parsed = parseKeys([await readFile(keyFile, 'utf8')])
  if (!parsed.ok) throw new Error('The key cannot be read.')
  const timeouts = { commandTimeoutMs: 5_000, connectTimeoutMs: 5_000, totalTimeoutMs: 10_000 }
  const settings = { url: redis.url, ...timeouts }
  const keyPrefix = 'sallyport'
  const backend = createRedisBackend(settings, { random: systemRandom, keyPrefix })
  const store = createSessionStore({
    backend,
    keys: createKeys(parsed.keys),
    clock: systemClock,
    random: systemRandom,
    keyPrefix,
    cache: { maxEntries: 0, maxBytes: 0, ttlMs: 0, outageGraceMs: 0 },
  })
  const tickets: string[] = []
  const nowMs = Date.now()
  for (let from = 0; from < SESSIONS; from += 100) {
    const batch = Array.from({ length: Math.min(100, SESSIONS - from) }, (_, at) =>
      store.create(sessionOf(from + at, issuer, nowMs, expiresAtMs)),
    )
    tickets.push(...(await Promise.all(batch)))
  }
  await store.close()
  await backend.close()
  return tickets
}

/** Every session is asked about at both replicas, again and again, in an order that mixes them. */
const askAbout = async (
  replicas: readonly RunningSallyport[],
  tickets: readonly string[],
): Promise<LoadResult & { readonly seconds: number }> => {
  const startedMs = performance.now()
  const results = await Promise.all(
    replicas.map((replica) =>
      load({
        url: `http://127.0.0.1:${replica.grpcPort}`,
        connections: 4,
        concurrency: CONCURRENCY / replicas.length,
        requests: (SESSIONS * CHECKS_PER_SESSION) / replicas.length,
        request: (n) => {
          const cookie = `__Host-sallyport=${tickets[n % SESSIONS]}`
          return checkRequest(HOST, '/orders', { ...BROWSER_HEADERS, cookie })
        },
        judge: (_, __, body) => {
          const status = statusOf(body)
          if (status !== 200) throw new Error(`A check was answered with ${status}`)
        },
      }),
    ),
  )
  return {
    seconds: (performance.now() - startedMs) / 1_000,
    requestsPerSecond: results.reduce((sum, one) => sum + one.requestsPerSecond, 0),
    p50Ms: Math.max(...results.map(({ p50Ms }) => p50Ms)),
    p99Ms: Math.max(...results.map(({ p99Ms }) => p99Ms)),
  }
}

const startReplica = (redis: RunningRedis, keyFile: string, provider: RefreshProvider) =>
  startSallyport({
    resources: resources(provider.issuer),
    redisUrl: redis.url,
    configuration: {
      keys: { files: [keyFile] },
      sessions: {
        store: 'redis',
        redis: { url: redis.url },
        cache: { maxEntries: SESSIONS * 2, maxBytes: 1_073_741_824, ttl: '60s' },
      },
      outbound: { allowInsecureIssuers: true, allowNetworks: ['127.0.0.0/8'] },
      log: { level: 'info', format: 'json', decisions: 'none' },
    },
  })

const warmUp = async (replica: RunningSallyport): Promise<void> => {
  await load({
    url: `http://127.0.0.1:${replica.grpcPort}`,
    connections: 4,
    concurrency: CONCURRENCY,
    requests: SESSIONS * CHECKS_PER_SESSION,
    request: () => checkRequest(HOST, '/open', BROWSER_HEADERS),
    judge: (_, __, body) => {
      if (statusOf(body) !== 200) throw new Error('A public path was not let through.')
    },
  })
}

const row = (
  name: string,
  { seconds, p50Ms, p99Ms, requestsPerSecond }: Awaited<ReturnType<typeof askAbout>>,
  baseline: number,
): string =>
  `| ${name} | ${seconds.toFixed(1)} s | ${Math.round(requestsPerSecond)} | ${p50Ms.toFixed(1)} ms | ${p99Ms.toFixed(1)} ms | ${(seconds / baseline).toFixed(2)} |`

const measure = async (
  redis: RunningRedis,
  keyFile: string,
  provider: RefreshProvider,
): Promise<string> => {
  const replicas = await Promise.all([1, 2].map(() => startReplica(redis, keyFile, provider)))
  try {
    for (const replica of replicas) await warmUp(replica)
    const before = replicas.map((replica) => residentMiBOf(replica.pid()))
    const expiresAtMs = Date.now() + HEADROOM_MS + SESSIONS * 2
    const tickets = await createSessions(redis, keyFile, provider.issuer, expiresAtMs)
    const fromStore = await askAbout(replicas, tickets)
    const cached = await askAbout(replicas, tickets)
    for (const replica of replicas) await warmUp(replica)
    const after = replicas.map((replica) => residentMiBOf(replica.pid()))
    const grown = after.map((mib, index) => (mib - (before[index] ?? 0)) / SESSIONS)
    const kib = Math.max(...grown) * 1_024
    if (provider.granted() > 0)
      throw new Error('The sessions were due too early: raise HEADROOM_MS.')
    await pause(Math.max(0, expiresAtMs - Date.now()))
    const cpuBeforeMs = replicas.reduce((sum, replica) => sum + cpuMsOf(replica.pid()), 0)
    const storm = await askAbout(replicas, tickets)
    const cpuMs = replicas.reduce((sum, replica) => sum + cpuMsOf(replica.pid()), 0) - cpuBeforeMs
    return [
      `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown CPU'}; ${SESSIONS} sessions, two replicas, ${CHECKS_PER_SESSION} checks a session.`,
      [
        '| every session is asked about | in | checks/s | p50 | p99 | against the cache |',
        '| --- | ---: | ---: | ---: | ---: | ---: |',
        row('from the local caches', cached, cached.seconds),
        row('for the first time, from Redis', fromStore, cached.seconds),
        row('when all access tokens have just expired', storm, cached.seconds),
      ].join('\n'),
      `Calls to the token endpoint in the storm: ${provider.granted()}, refused for reuse: ${provider.refused()}; CPU of both replicas ${((cpuMs * 1_000) / SESSIONS).toFixed(0)} µs a session. Memory of a cached session, tokens of 2.2 KiB and 20 groups in it: ${kib.toFixed(1)} KiB.`,
    ].join('\n\n')
  } finally {
    await Promise.all(replicas.map((replica) => replica.stop()))
  }
}

const main = async (): Promise<void> => {
  const folder = await temporaryFolder('bench-sessions')
  const keyFile = `${folder.path}/key`
  await writeFile(keyFile, Buffer.from(systemRandom.token(32), 'base64url').toString('base64'))
  const redis = await startRedis()
  const provider = await startRefreshProvider()
  try {
    const text = await measure(redis, keyFile, provider)
    process.stdout.write(`${text}\n`)
    if (process.argv.includes('--write')) writeSection('docs/performance.md', 'sessions', text)
  } finally {
    provider.stop()
    await redis.stop()
    await folder.remove()
  }
}

await main()
