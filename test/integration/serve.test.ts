import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { expect, onTestFinished, test, vi } from 'vitest'
import { aCheckRequest, createCheckClient } from '../support/check-client.ts'
import { freePort } from '../support/parts/free-port.ts'
import { startRedis } from '../support/parts/redis.ts'
import {
  type RunningSallyport,
  type SallyportOptions,
  startSallyport,
} from '../support/parts/sallyport.ts'
import { temporaryFolder } from '../support/parts/temporary-folder.ts'
import { SHOP, SHOP_SECRET } from '../support/resource-folder.ts'

const RESOURCES = { 'shop.yaml': SHOP, 'secret.yaml': SHOP_SECRET }
const PATIENCE = { timeout: 10_000, interval: 20 }

const start = async (options: SallyportOptions = {}): Promise<RunningSallyport> => {
  const sallyport = await startSallyport({ resources: RESOURCES, ...options })
  onTestFinished(async () => void (await sallyport.stop()))
  return sallyport
}

const statusOf = async (sallyport: RunningSallyport, path: string): Promise<number> => {
  const client = createCheckClient(`127.0.0.1:${sallyport.grpcPort}`)
  const response = await client.check(aCheckRequest({ path }))
  return 'deniedResponse' in response ? response.deniedResponse.status.code : 200
}

const messages = (sallyport: RunningSallyport): readonly string[] =>
  sallyport.log().map(({ message }) => String(message))

const readyz = async (sallyport: RunningSallyport) => {
  const response = await fetch(`${sallyport.adminUrl}/readyz?verbose`)
  return { status: response.status, text: await response.text() }
}

test('R30: once ready, checks are answered by the first snapshot, and one line says what is served', async () => {
  const sallyport = await start()
  expect(await statusOf(sallyport, '/assets/app.js')).toBe(200)
  expect(await statusOf(sallyport, '/orders')).toBe(401)
  const line = () => sallyport.log().find(({ message }) => message === 'Serving.')
  await expect.poll(line).toMatchObject({
    level: 'info',
    grpc: `127.0.0.1:${sallyport.grpcPort}`,
    sessions: 'memory',
    providers: 1,
    hosts: 1,
    policies: 1,
    resources: expect.stringContaining('/'),
    problems: 0,
  })
  expect(messages(sallyport)).toContainEqual(expect.stringContaining('kept in memory'))
})

test('every check is one decision line and one count', async () => {
  const sallyport = await start()
  await statusOf(sallyport, '/orders?code=c0de')
  await vi.waitFor(() => expect(sallyport.decisions()).toHaveLength(1), PATIENCE)
  expect(sallyport.decisions()[0]).toMatchObject({
    message: 'check',
    decision: 'challenge',
    reason: 'login_required',
    status: 401,
    policy: 'shop/shop',
    host: 'shop.example.com',
    method: 'GET',
    path: '/orders',
    requestId: expect.any(String),
    durationMs: expect.any(Number),
  })
  expect(sallyport.output()).not.toContain('c0de')
  const metrics = await (await fetch(`${sallyport.adminUrl}/metrics`)).text()
  expect(metrics).toContain(
    'sallyport_checks_total{decision="challenge",reason="login_required"} 1',
  )
  expect(metrics).toContain('sallyport_policies 1')
})

test('R29: an edit is live a moment later; a bad one keeps the last good policy and is told with file and line', async () => {
  const sallyport = await start()
  expect(await statusOf(sallyport, '/orders')).toBe(401)
  await sallyport.writeResource('shop.yaml', SHOP.replace('prefix: /assets', 'prefix: /orders'))
  await vi.waitFor(async () => expect(await statusOf(sallyport, '/orders')).toBe(200), PATIENCE)

  const bad = SHOP.replace('prefix: /assets', 'prefix: assets')
  await sallyport.writeResource('shop.yaml', bad)
  const line = bad.split('\n').findIndex((text) => text.includes('prefix: assets')) + 1
  const place = `${sallyport.resourcesFolder}/shop.yaml:${line}:`
  await vi.waitFor(
    () => expect(messages(sallyport).filter((one) => one.startsWith(place))).not.toEqual([]),
    PATIENCE,
  )
  expect(await statusOf(sallyport, '/orders')).toBe(200)
  expect((await readyz(sallyport)).text).toContain('Problems in the resources')

  await sallyport.writeResource('shop.yaml', SHOP)
  await vi.waitFor(
    () => expect(messages(sallyport)).toContainEqual(expect.stringContaining(`Resolved: ${place}`)),
    PATIENCE,
  )
  await vi.waitFor(async () => expect(await statusOf(sallyport, '/orders')).toBe(401), PATIENCE)
})

test('R33: on SIGTERM readiness fails first, checks are answered on, and the process ends with 0', async () => {
  const sallyport = await start({
    configuration: { shutdown: { delay: '3s', timeout: '5s' } },
  })
  sallyport.signal('SIGTERM')
  await vi.waitFor(
    async () =>
      expect(await readyz(sallyport)).toEqual({
        status: 503,
        text: 'not ready\nThe process is shutting down.\n',
      }),
    PATIENCE,
  )
  expect(await statusOf(sallyport, '/assets/app.js')).toBe(200)
  expect(await sallyport.exited()).toEqual({ code: 0, signal: null })
  expect(messages(sallyport).at(-1)).toBe('Stopped.')
})

test('a second signal ends at once with 1', async () => {
  const sallyport = await start({
    configuration: { shutdown: { delay: '5m', timeout: '5s' } },
  })
  sallyport.signal('SIGTERM')
  await vi.waitFor(async () => expect((await readyz(sallyport)).status).toBe(503), PATIENCE)
  sallyport.signal('SIGINT')
  expect(await sallyport.exited()).toEqual({ code: 1, signal: null })
})

test('a session store that is down leaves the process ready, says so, and fails only what needs it', async () => {
  const sallyport = await start({ redisUrl: 'redis://127.0.0.1:1' })
  expect(await statusOf(sallyport, '/assets/app.js')).toBe(200)
  await vi.waitFor(async () => {
    const { status, text } = await readyz(sallyport)
    expect(status).toBe(200)
    expect(text).toContain('The session store cannot be reached')
  }, PATIENCE)
  const metrics = await (await fetch(`${sallyport.adminUrl}/metrics`)).text()
  expect(metrics).toContain('sallyport_session_store_up 0')
})

test('B18: credentials for Redis that are mounted late are waited for: told by readiness and log, also when it is back', async () => {
  const redis = await startRedis({ password: 'late' })
  onTestFinished(redis.stop)
  const folder = await temporaryFolder('late')
  onTestFinished(folder.remove)
  const passwordFile = `${folder.path}/password`
  const configuration = { sessions: { store: 'redis', redis: { url: redis.url, passwordFile } } }
  const sallyport = await start({ configuration })
  const sentence = `The session store cannot be reached: sessions.redis.passwordFile cannot be read: ${passwordFile}`
  await vi.waitFor(async () => {
    const { status, text } = await readyz(sallyport)
    expect(status).toBe(200)
    expect(text).toContain(`\n${sentence}\n`)
  }, PATIENCE)
  await expect.poll(() => messages(sallyport)).toContain(sentence)
  await writeFile(passwordFile, 'late')
  await vi.waitFor(async () => {
    expect((await readyz(sallyport)).text).not.toContain('The session store')
  }, PATIENCE)
  await expect
    .poll(() => sallyport.log())
    .toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: expect.stringMatching(/^The session store is connected again, after \d+ s\.$/),
      }),
    )
})

test('the header with the reason can be switched off', async () => {
  const sallyport = await start({ configuration: { responses: { reasonHeader: false } } })
  const client = createCheckClient(`127.0.0.1:${sallyport.grpcPort}`)
  const response = await client.check(aCheckRequest())
  if (!('deniedResponse' in response)) throw new Error('allowed')
  const names = response.deniedResponse.headers.map(({ header }) => header.key)
  expect(names).not.toContain('x-sallyport-reason')
})

test('a port that is taken is a sentence, and ends with 1', async () => {
  const first = await start()
  const failing = startSallyport({ resources: RESOURCES, grpcPort: first.grpcPort })
  await expect(failing).rejects.toThrow(/did not start\. The gRPC server cannot listen on/)
})

test('D5: where only a port is named, it is open to IPv4 and, where the machine has it, IPv6', async () => {
  const grpcPort = await freePort()
  const sallyport = await start({ grpcPort, configuration: { grpc: { listen: `:${grpcPort}` } } })
  const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address === '::1'),
  )
  for (const host of hasIpv6 ? ['127.0.0.1', '[::1]'] : ['127.0.0.1']) {
    const response = await createCheckClient(`${host}:${sallyport.grpcPort}`).check(aCheckRequest())
    expect('deniedResponse' in response, host).toBe(true)
  }
})

test('a configuration that is wrong is told in sentences with file and line', async () => {
  const configuration = { log: { level: 'loud' }, sessions: { store: 'redis' } }
  await expect(startSallyport({ configuration })).rejects.toThrow(
    /sallyport\.yaml:\d+:\d+: sessions\.store is redis, so set one of sessions\.redis\.url, .* as well[\s\S]*sallyport\.yaml:\d+:\d+: log\.level must be one of/,
  )
})

test('a key that is rotated in is used without a restart', async () => {
  const sallyport = await start()
  writeFileSync(`${sallyport.resourcesFolder}/../key`, randomBytes(32).toString('base64'))
  await vi.waitFor(
    () => expect(messages(sallyport)).toContain('The key files were read again.'),
    PATIENCE,
  )
})

test('insecure issuers are warned about at the start', async () => {
  const outbound = { allowInsecureIssuers: true }
  const sallyport = await start({ configuration: { outbound } })
  const warning = () =>
    sallyport.log().find(({ message }) => String(message).includes('over http'))?.level
  await expect.poll(warning).toBe('warn')
})

test('an error that nothing catches is logged, the process drains and ends with 1', async () => {
  const plant = "process.on('SIGUSR2', () => { throw new Error('planted') })"
  vi.stubEnv('NODE_OPTIONS', `--import "data:text/javascript,${encodeURIComponent(plant)}"`)
  const sallyport = await start()
  vi.unstubAllEnvs()
  sallyport.signal('SIGUSR2')
  expect(await sallyport.exited()).toEqual({ code: 1, signal: null })
  const line = sallyport.log().find(({ message }) => message === 'An error that nothing caught.')
  expect(line).toMatchObject({ level: 'error', error: { message: 'planted' } })
  expect(messages(sallyport).at(-1)).toBe('Stopped.')
})
