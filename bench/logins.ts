import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { systemRandom } from '../src/app/system.ts'
import { startAll } from '../test/support/parts/part-list.ts'
import { startRedis } from '../test/support/parts/redis.ts'
import { type RunningSallyport, startSallyport } from '../test/support/parts/sallyport.ts'
import { temporaryFolder } from '../test/support/parts/temporary-folder.ts'
import { createCertificates } from '../test/support/parts/tls.ts'
import { createTokenSigner } from '../test/support/token-signer.ts'
import { judgeCheck } from './client/judge.ts'
import { load } from './client/load.ts'
import { markdownTable } from './report/markdown.ts'
import { median } from './report/quartile.ts'
import { writeSection } from './report/write-section.ts'
import { BROWSER_HEADERS, checkRequest } from './setup/check-requests.ts'
import type { LoginWorldData, LoginWorldOrder } from './setup/login-world.ts'
import { core, type Manifest, manifestText, ours } from './setup/manifests.ts'
import { createStoredSessions } from './setup/stored-sessions.ts'
import { PROBE_FLAGS, probe } from './subject/probed.ts'
import { cpuMsOf } from './subject/process-usage.ts'
import { PATIENT_REDIS } from './subject/product.ts'

// What people who sign in at once hold up of those who are signed in. See README.md.

const PEOPLE = 16
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9)
const CHECKS = Number(process.env.BENCH_REQUESTS ?? 2_000)
const PER_SECOND = 500
const PROVIDER_HOST = 'sso.localhost'
const APP = 'app.example.com'
const HOUR_MS = 3_600_000
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** The ways in which people sign in: host of the client → what it does. */
const WAYS = {
  'plain.example.com': 'a secret, nothing pushed or signed',
  'certificate.example.com': 'pushed, by a certificate',
  'signed.example.com': 'the same, an assertion and the request signed by PS256',
} as const

type Way = keyof typeof WAYS

const clientOf = (way: Way): object => {
  const certificateRef = { name: 'certificate' }
  if (way === 'plain.example.com') {
    return { authentication: { secretRef: { name: 'secret' } } }
  }
  if (way === 'certificate.example.com') {
    return {
      authentication: { method: 'tls_client_auth', certificateRef },
      authorizationRequest: { pushed: 'Always' },
    }
  }
  return {
    authentication: {
      method: 'private_key_jwt',
      privateKeyRef: { name: 'key' },
      algorithm: 'PS256',
      certificateRef,
    },
    senderConstrained: 'MutualTLS',
    authorizationRequest: { pushed: 'Always', signed: 'Always' },
  }
}

const client = (name: string, host: string, spec: object): readonly Manifest[] => [
  ours('OIDCClient', 'bench', name, { providerRef: { name: 'idp' }, clientId: name, ...spec }),
  ours('ProtectedRoute', 'bench', name, {
    hosts: [host],
    clientRef: { name },
    upstream: { authorization: 'Remove' },
  }),
]

interface Shown {
  readonly issuer: string
  readonly caPem: string
  readonly certPem: string
  readonly keyPem: string
}

const resources = ({ issuer, caPem, certPem, keyPem }: Shown): Record<string, string> => ({
  'all.yaml': manifestText([
    core('ConfigMap', 'bench', 'ca', { data: { 'ca.crt': caPem } }),
    core('Secret', 'bench', 'secret', { stringData: { 'client-secret': 'bench-secret' } }),
    core('Secret', 'bench', 'certificate', {
      stringData: { 'tls.crt': certPem, 'tls.key': keyPem },
    }),
    core('Secret', 'bench', 'key', {
      stringData: { 'tls.key': createTokenSigner('bench', 'PS256').privatePem },
    }),
    ours('IdentityProvider', 'bench', 'idp', {
      issuer,
      tls: { caRef: { kind: 'ConfigMap', name: 'ca' } },
    }),
    ...client('web', APP, clientOf('plain.example.com')),
    ...(Object.keys(WAYS) as Way[]).flatMap((way) =>
      client(way.split('.', 1)[0] ?? way, way, clientOf(way)),
    ),
  ]),
})

/** The provider and the people, in a thread of their own. */
const startWorld = async (data: LoginWorldData) => {
  const worker = new Worker(new URL('setup/login-world.ts', import.meta.url), { workerData: data })
  worker.on('error', (error) => {
    throw error
  })
  const [issuer]: readonly string[] = await once(worker, 'message')
  if (issuer === undefined) throw new Error('The provider did not start.')
  const tell = (order: LoginWorldOrder): void => worker.postMessage(order)
  return {
    issuer,
    begin: (running: RunningSallyport, host: string): void =>
      tell({ order: 'begin', url: urlOf(running), host, people: PEOPLE }),
    end: async (): Promise<number> => {
      tell({ order: 'end' })
      const [logins = 0]: readonly number[] = await once(worker, 'message')
      return logins
    },
    stop: async () => void (await worker.terminate()),
  }
}

type World = Awaited<ReturnType<typeof startWorld>>

const urlOf = ({ grpcPort }: RunningSallyport): string => `http://127.0.0.1:${grpcPort}`

interface Turn {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly longestBlockMs: number
  readonly loginsPerSecond: number
  /** Of the process that is asked, with its checks. */
  readonly cpuMs: number
  readonly logins: number
}

/** Sessions are asked about while people sign in at a process, this one or another; or nowhere. */
const takeTurn = async (
  asked: RunningSallyport,
  tickets: readonly string[],
  logins?: { readonly world: World; readonly at: RunningSallyport; readonly host: string },
): Promise<Turn> => {
  await probe(asked)
  const cpuBeforeMs = cpuMsOf(asked.pid())
  const startedMs = performance.now()
  logins?.world.begin(logins.at, logins.host)
  const { p50Ms, p99Ms } = await load({
    url: urlOf(asked),
    connections: 4,
    concurrency: 64,
    requests: CHECKS,
    ratePerSecond: PER_SECOND,
    request: (n) => {
      const cookie = `__Host-sallyport=${tickets[n % tickets.length]}`
      return checkRequest(APP, '/orders', { ...BROWSER_HEADERS, cookie })
    },
    judge: judgeCheck({ status: 200 }),
  })
  const count = (await logins?.world.end()) ?? 0
  const cpuMs = cpuMsOf(asked.pid()) - cpuBeforeMs
  const loginsPerSecond = count / ((performance.now() - startedMs) / 1_000)
  const { longestBlockMs } = await probe(asked)
  return { p50Ms, p99Ms, longestBlockMs, loginsPerSecond, cpuMs, logins: count }
}

const ms = (value: number): string => `${value.toFixed(1)} ms`

const medianOf = (turns: readonly Turn[], field: keyof Turn): number =>
  median(turns.map((turn) => turn[field]))

const cellOf = (turns: readonly Turn[]): string =>
  `${(['p50Ms', 'p99Ms'] as const).map((field) => ms(medianOf(turns, field))).join(' / ')}; ${ms(medianOf(turns, 'longestBlockMs'))}`

const measure = async (
  world: World,
  [asked, other]: readonly [RunningSallyport, RunningSallyport],
  tickets: readonly string[],
): Promise<string> => {
  const rows: string[][] = []
  for (const host of Object.keys(WAYS) as Way[]) {
    for (const at of [asked, other]) await takeTurn(at, tickets, { world, at, host })
    const turns: Record<'alone' | 'elsewhere' | 'here', Turn[]> = {
      alone: [],
      elsewhere: [],
      here: [],
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      turns.alone.push(await takeTurn(asked, tickets))
      turns.elsewhere.push(await takeTurn(asked, tickets, { world, at: other, host }))
      turns.here.push(await takeTurn(asked, tickets, { world, at: asked, host }))
    }
    const { alone, elsewhere, here } = turns
    const cpuOfLogins = medianOf(here, 'cpuMs') - medianOf(elsewhere, 'cpuMs')
    const ratio = medianOf(here, 'p99Ms') / medianOf(elsewhere, 'p99Ms')
    rows.push([
      WAYS[host],
      `${medianOf(here, 'loginsPerSecond').toFixed(0)}/s`,
      ms(cpuOfLogins / medianOf(here, 'logins')),
      ...[alone, elsewhere, here].map(cellOf),
      ratio.toFixed(2),
    ])
    process.stdout.write(`${rows.at(-1)?.join('  ')}\n`)
  }
  return markdownTable(
    [
      'people sign in by',
      'logins',
      'CPU of a login',
      'nobody does',
      'at another process',
      'at this one',
      'p99, to another process',
    ],
    rows,
  )
}

const measured = await startAll(async (add) => {
  const folder = await temporaryFolder('bench-logins')
  await add(Promise.resolve({ stop: folder.remove }))
  const keyFile = `${folder.path}/key`
  await writeFile(keyFile, Buffer.from(systemRandom.token(32), 'base64url').toString('base64'))
  const server = await createCertificates([PROVIDER_HOST])
  await add(Promise.resolve({ stop: server.remove }))
  const own = await createCertificates(['bench'])
  await add(Promise.resolve({ stop: own.remove }))
  const { certPem: cert, keyPem: key, caPem } = server
  const world = await add(startWorld({ cert, key, ca: own.caPem, host: PROVIDER_HOST }))
  const redis = await add(startRedis())
  const start = () =>
    startSallyport({
      launch: async (args) => ({
        command: process.execPath,
        args: [...PROBE_FLAGS, MAIN, ...args],
      }),
      resources: resources({
        issuer: world.issuer,
        caPem,
        certPem: own.certPem,
        keyPem: own.keyPem,
      }),
      redisUrl: redis.url,
      configuration: {
        keys: { files: [keyFile] },
        sessions: {
          store: 'redis',
          redis: { url: redis.url, ...PATIENT_REDIS },
          cache: { ttl: '60s' },
        },
        outbound: { allowNetworks: ['127.0.0.0/8', '::1/128'] },
        log: { level: 'info', format: 'json', decisions: 'none' },
      },
    })
  const asked = await add(start())
  const other = await add(start())
  const tickets = await createStoredSessions({
    redisUrl: redis.url,
    keyFile,
    count: 100,
    client: 'bench/web',
    clientId: 'web',
    host: APP,
    issuer: world.issuer,
    expiresAtMs: Date.now() + HOUR_MS,
  })
  const table = await measure(world, [asked, other], tickets)
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU'
  const head = `Node ${process.versions.node}, ${cpus().length} × ${model}; ${PEOPLE} people, ${ROUNDS} rounds of ${CHECKS} checks at ${PER_SECOND}/s. p50 / p99 of a cached session; the longest block of the event loop; medians.`
  return { text: `${head}\n\n${table}` }
})
process.stdout.write(`${measured.text}\n`)
if (process.argv.includes('--write')) writeSection('docs/performance.md', 'logins', measured.text)
await measured.stop()
