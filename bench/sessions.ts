import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { systemRandom } from '../src/app/system.ts'
import { type RunningRedis, startRedis } from '../test/support/parts/redis.ts'
import { type RunningSallyport, startSallyport } from '../test/support/parts/sallyport.ts'
import { temporaryFolder } from '../test/support/parts/temporary-folder.ts'
import { judgeCheck } from './client/judge.ts'
import { type LoadResult, load } from './client/load.ts'
import { writeSection } from './report/write-section.ts'
import { BROWSER_HEADERS, checkRequest } from './setup/check-requests.ts'
import { manifestText, openBelow, ours } from './setup/manifests.ts'
import { type RefreshProvider, startRefreshProvider } from './setup/refresh-provider.ts'
import { createStoredSessions } from './setup/stored-sessions.ts'
import { cpuMsOf, residentMiBOf } from './subject/process-usage.ts'
import { PATIENT_REDIS } from './subject/product.ts'

const SESSIONS = Number(process.env.BENCH_SESSIONS ?? 10_000)
const CHECKS_PER_SESSION = 4
const CONCURRENCY = 64
const HOST = 'app.example.com'
const HEADROOM_MS = 20_000

const resources = (issuer: string): Record<string, string> => ({
  'all.yaml': manifestText([
    ours('IdentityProvider', 'bench', 'idp', { issuer }),
    ours('OIDCClient', 'bench', 'web', {
      providerRef: { name: 'idp' },
      clientId: 'web',
      authentication: { method: 'none' },
    }),
    ours('ProtectedRoute', 'bench', 'app', {
      hosts: [HOST],
      clientRef: { name: 'web' },
      rules: [openBelow('/open')],
    }),
  ]),
})

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
        judge: judgeCheck({ status: 200 }),
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
        redis: { url: redis.url, ...PATIENT_REDIS },
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
    judge: judgeCheck({ status: 200 }),
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
    const tickets = await createStoredSessions({
      redisUrl: redis.url,
      keyFile,
      count: SESSIONS,
      client: 'bench/web',
      clientId: 'web',
      host: HOST,
      issuer: provider.issuer,
      expiresAtMs,
    })
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
