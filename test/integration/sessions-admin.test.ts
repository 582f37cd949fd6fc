import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { systemClock, systemRandom } from '../../src/app/system.ts'
import { createBeginSession } from '../../src/check/login/session-limit.ts'
import type { Session } from '../../src/core/session/session.ts'
import { createRedisBackend } from '../../src/sessions/redis/backend.ts'
import { createKeys, parseKeys } from '../../src/sessions/sealing/keys.ts'
import { createSessionDirectory } from '../../src/sessions/session-directory.ts'
import { createSessionStore } from '../../src/sessions/session-store.ts'
import { aClient, aSession } from '../support/builders.ts'
import { aCheckRequest, createCheckClient } from '../support/check-client.ts'
import { fakePorts, unlimited } from '../support/check-ports.ts'
import { freePorts } from '../support/parts/free-port.ts'
import { type RunningRedis, startRedis } from '../support/parts/redis.ts'
import { type RunningSallyport, startSallyport } from '../support/parts/sallyport.ts'
import { temporaryFolder } from '../support/parts/temporary-folder.ts'
import { createCertificates } from '../support/parts/tls.ts'
import { SHOP, SHOP_SECRET } from '../support/resource-folder.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const ISSUER = 'https://sso.example.com/realms/shop'
const TENANT = `${JSON.stringify(['shop/shop', ISSUER, 'shop'])} shop.example.com`
const TOKEN = 'correct-horse-battery-staple-0001'
const PATIENCE = { timeout: 10_000, interval: 20 }

/** A session that is ended is gone on every replica after this. */
const EVERYWHERE = { timeout: 1_000, interval: 10 }

const KEY = randomBytes(32).toString('base64')

let redis: RunningRedis
let folder: Awaited<ReturnType<typeof temporaryFolder>>

beforeAll(async () => {
  redis = await startRedis()
  folder = await temporaryFolder('admin')
  writeFileSync(`${folder.path}/key`, KEY)
})
afterAll(async () => {
  await redis.stop()
  await folder.remove()
})

/** What the processes share, as one more replica, to sign people in without a provider. */
const aReplica = () => {
  const parsed = parseKeys([KEY])
  if (!parsed.ok) throw new Error('the key is good')
  const settings = {
    url: redis.url,
    commandTimeoutMs: 2000,
    connectTimeoutMs: 2000,
    totalTimeoutMs: 4000,
  }
  const backend = createRedisBackend(settings, { random: systemRandom, keyPrefix: 'sallyport' })
  const deps = {
    backend,
    keys: createKeys(parsed.keys),
    clock: systemClock,
    random: systemRandom,
    keyPrefix: 'sallyport',
    cache: { maxEntries: 0, maxBytes: 0, ttlMs: 0, outageGraceMs: 0 },
  }
  const store = createSessionStore(deps)
  onTestFinished(async () => {
    await store.close()
    await backend.close()
  })
  const session = (changes: Partial<Session> = {}): Session => {
    const nowMs = Date.now()
    const { tokens, ...rest } = aSession(nowMs, { tenant: TENANT, issuer: ISSUER })
    const lasting = { ...tokens, accessTokenExpiresAtMs: nowMs + 3_600_000 }
    return { ...rest, tokens: lasting, ...changes }
  }
  return {
    backend,
    directory: createSessionDirectory(deps),
    store,
    session,
    login: (changes: Partial<Session> = {}) => store.create(session(changes)),
  }
}

const start = async (adminApi: object, resources: string = SHOP): Promise<RunningSallyport> => {
  const sallyport = await startSallyport({
    resources: { 'shop.yaml': resources, 'secret.yaml': SHOP_SECRET },
    redisUrl: redis.url,
    configuration: { keys: { files: [`${folder.path}/key`] }, adminApi },
  })
  onTestFinished(async () => void (await sallyport.stop()))
  return sallyport
}

const withTokens = async (lines = `alice ${TOKEN}`) => {
  const [port = 0] = await freePorts(1)
  const tokenFile = `${folder.path}/tokens-${port}`
  writeFileSync(tokenFile, `${lines}\n`)
  return { listen: `127.0.0.1:${port}`, tokenFile }
}

const statusOf = async ({ grpcPort }: RunningSallyport, ticket: string): Promise<number> => {
  const headers = { cookie: `__Host-sallyport=${ticket}` }
  const client = createCheckClient(`127.0.0.1:${grpcPort}`)
  const response = await client.check(aCheckRequest({ path: '/orders', headers }))
  return 'deniedResponse' in response ? response.deniedResponse.status.code : 200
}

/** The command line as a process of its own. */
const sallyport = (...argv: readonly string[]) =>
  new Promise<{ readonly code: number; readonly out: string; readonly err: string }>((resolve) =>
    execFile(process.execPath, [MAIN, 'sessions', ...argv], (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    ),
  )

const auditOf = (process: RunningSallyport) => process.log().filter(({ audit }) => audit === true)

test('sessions that are revoked by the command line are over on every replica within a second', async () => {
  const api = await withTokens()
  const [a, b] = [await start(api), await start({})]
  const { login } = aReplica()
  const alice = await login({ address: '192.0.2.7' })
  const bob = await login({ subject: 'bob' })
  for (const one of [a, b]) {
    for (const ticket of [alice, bob]) expect(await statusOf(one, ticket)).toBe(200)
  }
  const connection = ['--server', `http://${api.listen}`, '--token-file', api.tokenFile]
  const listed = await sallyport('list', ...connection, '-o', 'json')
  expect(listed.err).toBe('')
  const { sessions } = JSON.parse(listed.out)
  expect(sessions.map(({ subject }: { subject: string }) => subject).sort()).toEqual([
    'alice',
    'bob',
  ])
  const ended = await sallyport('revoke', '--subject', 'alice', ...connection)
  expect(ended).toEqual({ code: 0, out: 'Ended 1 session.\n', err: '' })
  expect(await statusOf(a, alice)).toBe(401)
  await vi.waitFor(async () => expect(await statusOf(b, alice)).toBe(401), EVERYWHERE)
  for (const one of [a, b]) expect(await statusOf(one, bob)).toBe(200)
  expect((await sallyport('revoke', '--everything', '--yes', ...connection)).out).toBe(
    'Ended 1 session.\n',
  )
  for (const one of [a, b]) {
    await vi.waitFor(async () => expect(await statusOf(one, bob)).toBe(401), EVERYWHERE)
  }

  await vi.waitFor(() => expect(auditOf(a)).toHaveLength(3), PATIENCE)
  expect(auditOf(a)).toMatchObject([
    { who: 'alice', action: 'list', outcome: 'done', count: 2, remoteAddress: '127.0.0.1' },
    { who: 'alice', action: 'end', outcome: 'done', count: 1, subjectHash: expect.any(String) },
    { who: 'alice', action: 'end', outcome: 'done', count: 1, everything: true },
  ])
  const metrics = await (await fetch(`${a.adminUrl}/metrics`)).text()
  expect(metrics).toContain('sallyport_sessions_ended_total{cause="admin"} 2')
  const dump = await redis.command('KEYS', '*')
  for (const secret of [TOKEN, alice, bob, ...alice.split('.').slice(1)]) {
    expect(a.output() + listed.out + dump).not.toContain(secret)
  }
  expect(JSON.stringify(auditOf(a))).not.toMatch(/"(?:bob|subject)"/)
})

test('wrong credentials are 401 and a line of audit; tokens change while the process runs', async () => {
  const api = await withTokens()
  const process = await start(api)
  const ask = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    return (await fetch(`http://${api.listen}/v1/sessions`, { headers })).status
  }
  const next = 'the-next-token-that-alice-will-use'
  expect(await ask(TOKEN)).toBe(200)
  expect(await ask(next)).toBe(401)
  await vi.waitFor(() => expect(auditOf(process)).toHaveLength(2), PATIENCE)
  expect(auditOf(process)[1]).toMatchObject({ outcome: 'unauthorized', status: 401 })
  writeFileSync(api.tokenFile, `alice ${TOKEN}\nalice-next ${next}\n`)
  await vi.waitFor(async () => expect(await ask(next)).toBe(200), {
    timeout: 10_000,
    interval: 2000,
  })
  writeFileSync(api.tokenFile, `alice-next ${next}\nbob short\n`)
  await vi.waitFor(
    () => expect(process.output()).toContain('line 2 must hold a token of 32 to 512'),
    PATIENCE,
  )
  expect(await ask(TOKEN)).toBe(401)
  expect(await ask(next)).toBe(200)
  expect(process.output()).not.toContain(next)
})

test('without a good token file the process does not start, and says why', async () => {
  const api = await withTokens('alice short')
  await expect(start(api)).rejects.toThrow(
    /adminApi\.tokenFile: .*: line 1 must hold a token of 32 to 512/,
  )
})

test('client certificates over TLS do instead of tokens', async () => {
  const certificates = await createCertificates(['127.0.0.1'])
  onTestFinished(certificates.remove)
  const [port = 0] = await freePorts(1)
  const { caFile, certFile, keyFile } = certificates
  await start({ listen: `127.0.0.1:${port}`, tls: { certFile, keyFile, clientCaFile: caFile } })
  const trusting = ['--server', `https://127.0.0.1:${port}`, '--ca-file', caFile]
  const shown = ['--cert-file', certFile, '--key-file', keyFile]
  expect((await sallyport('list', ...trusting, ...shown)).code).toBe(0)
  const without = await sallyport('list', ...trusting)
  expect(without).toMatchObject({ code: 1, err: expect.stringContaining('credentials') })
  const mistrusting = await sallyport('list', '--server', `https://127.0.0.1:${port}`, ...shown)
  expect(mistrusting).toMatchObject({ code: 1, err: expect.stringContaining('by --ca-file') })
  const plain = await sallyport('list', '--server', `http://127.0.0.1:${port}`)
  expect(plain).toMatchObject({ code: 1, err: expect.stringContaining('write https://') })
})

test('a client that is slow with its headers is given up', async () => {
  const api = await withTokens()
  await start(api)
  const socket = connect(Number(api.listen.split(':')[1]), '127.0.0.1')
  let answer = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    answer += chunk
  })
  socket.write('GET /v1/sessions HTTP/1.1\r\nhost: a\r\n')
  await once(socket, 'close')
  expect(answer).toMatch(/^HTTP\/1\.1 408 /)
})

test('sallyport.dev/revoke-before ends every older session, and leaves nothing of them in the store', async () => {
  const process = await start({})
  const { login, directory } = aReplica()
  const old = await login()
  expect(await statusOf(process, old)).toBe(200)
  const time = new Date(Date.now() + 1).toISOString()
  const annotated = SHOP.replace(
    'kind: OIDCClient\nmetadata: { name: shop, namespace: shop }',
    `kind: OIDCClient\nmetadata: { name: shop, namespace: shop, annotations: { sallyport.dev/revoke-before: "${time}" } }`,
  )
  await process.writeResource('shop.yaml', annotated)
  await vi.waitFor(async () => expect(await statusOf(process, old)).toBe(401), PATIENCE)
  expect(await statusOf(process, await login())).toBe(200)
  const client = { client: 'shop/shop' }
  await vi.waitFor(
    async () =>
      expect((await directory.list(client, { limit: 10 }, unlimited)).entries).toHaveLength(1),
    PATIENCE,
  )
  await process.writeResource('shop.yaml', annotated.replace(time, 'yesterday'))
  await vi.waitFor(
    () => expect(process.output()).toContain('The time \\"yesterday\\" is not one of RFC 3339'),
    PATIENCE,
  )
  expect(await statusOf(process, await login())).toBe(200)
})

test('session.maxPerSubject holds over replicas: of many logins at once exactly so many stay', async () => {
  const replicas = [aReplica(), aReplica(), aReplica()]
  const client = aClient({ session: { ...aClient().session, maxPerSubject: 3 } })
  const begins = replicas.map(({ backend, store, directory }) =>
    createBeginSession({
      ...fakePorts(),
      lock: backend.lock,
      sessions: store,
      directory,
      clock: systemClock,
    }),
  )
  await Promise.all(
    Array.from({ length: 12 }, (_, at) => {
      const session = replicas[0]?.session({ subject: 'carol' })
      const begin = begins[at % begins.length]
      if (begin === undefined || session === undefined) throw new Error('there are replicas')
      return begin(client, session, unlimited)
    }),
  )
  const left = await replicas[0]?.directory.list({ subject: 'carol' }, { limit: 100 }, unlimited)
  expect(left?.entries).toHaveLength(3)
})
