import { writeFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from 'vitest'
import { systemClock, systemRandom } from '../../src/app/system.ts'
import { createConsole } from '../../src/console/console.ts'
import { consolePages } from '../../src/console/console-pages.ts'
import type { AdminUse } from '../../src/core/console/admin-use.ts'
import { parseAdminTokens } from '../../src/http/sessions-api/admin-tokens.ts'
import { createSessionsApi } from '../../src/http/sessions-api/sessions-api.ts'
import { systemTimers } from '../../src/kubernetes/timers.ts'
import type { Backend } from '../../src/sessions/backend/backend.ts'
import { createMemoryBackend } from '../../src/sessions/memory/backend.ts'
import { createRedisBackend } from '../../src/sessions/redis/backend.ts'
import { createSeal } from '../../src/sessions/sealing/seal.ts'
import { createSessionDirectory } from '../../src/sessions/session-directory.ts'
import { createSessionStore } from '../../src/sessions/session-store.ts'
import { aSession } from '../support/builders.ts'
import { unlimited } from '../support/check-ports.ts'
import { consoleDataSaying } from '../support/console-data.ts'
import { freePorts } from '../support/parts/free-port.ts'
import { type RunningRedis, startRedis } from '../support/parts/redis.ts'
import { startSallyport } from '../support/parts/sallyport.ts'
import { temporaryFolder } from '../support/parts/temporary-folder.ts'
import { until } from '../support/parts/until.ts'
import { keysOf } from '../support/process-keys.ts'
import { SHOP, SHOP_SECRET } from '../support/resource-folder.ts'

const OPS = 'operator-token-of-thirty-two-letters'
const VERA = 'viewers-token-of-thirty-two-letters-'
const XSS = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`

let redis: RunningRedis
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(async () => {
  await redis.stop()
})

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** One request with the headers of a browser that shows a page of this very host. */
const send = (
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
) =>
  new Promise<Answer>((resolve, reject) => {
    const own = {
      'sec-fetch-site': 'same-origin',
      ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    }
    const all = Object.entries({ ...own, ...headers }).filter(([, value]) => value !== '')
    const options = { host: '127.0.0.1', port, method, path, headers: Object.fromEntries(all) }
    const sent = request(options, async (response) => {
      const { statusCode: status = 0 } = response
      resolve({ status, headers: response.headers, body: await text(response) })
    })
    sent.on('error', reject)
    sent.end(body)
  })

const memory = async (): Promise<Backend> =>
  createMemoryBackend({ clock: systemClock, random: systemRandom, maxEntries: 20_000 })

const inRedis = async (): Promise<Backend> => {
  await redis.command('FLUSHALL')
  const timeouts = { commandTimeoutMs: 20_000, connectTimeoutMs: 20_000, totalTimeoutMs: 20_000 }
  const deps = { random: systemRandom, keyPrefix: 'sallyport' }
  return createRedisBackend({ url: redis.url, ...timeouts }, deps)
}

/** The admin API with its console on one store, and people with tokens. */
const started = async (backend: Backend) => {
  const keys = keysOf('console')
  const deps = {
    backend,
    keys,
    clock: systemClock,
    random: systemRandom,
    keyPrefix: 'sallyport',
    cache: { maxEntries: 0, maxBytes: 0, ttlMs: 0, outageGraceMs: 0 },
  }
  const store = createSessionStore(deps)
  const directory = createSessionDirectory(deps)
  const uses: AdminUse[] = []
  const { tokens } = parseAdminTokens(`ops ${OPS} end-sessions\nvera ${VERA} view`)
  const newBudget = () => unlimited
  const api = createSessionsApi({
    listen: '127.0.0.1:0',
    directory,
    newBudget,
    clock: systemClock,
    tokens: () => tokens,
    audit: (use) => void uses.push(use),
    onError: (error) => {
      throw error
    },
    after: systemTimers.after,
    console: async () =>
      createConsole({
        pages: consolePages({
          directory,
          newBudget,
          data: consoleDataSaying('x').data,
          after: () => () => {},
        }),
        brand: () => ({}),
        seal: createSeal(deps),
        replay: backend.replay,
        newBudget,
        clock: systemClock,
        random: systemRandom,
        onError: (error) => {
          throw error
        },
      }),
  })
  const { port } = await api.start()
  onTestFinished(async () => {
    await api.stop()
    await store.close()
    await backend.close()
  })
  const login = async (changes: object = {}) => {
    const session = aSession(Date.now(), changes)
    return { session, ticket: await store.create(session) }
  }
  const isOpen = async ({ session, ticket }: Awaited<ReturnType<typeof login>>) =>
    (await store.open(session.tenant, ticket, unlimited)).kind === 'open'
  const signIn = async (token: string): Promise<string> => {
    const answer = await send(port, 'POST', '/console/sign-in', {}, `token=${token}`)
    return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  }
  /** Somebody who has signed in: requests with their cookie, and the token of their forms. */
  const seated = async (token: string) => {
    const cookie = await signIn(token)
    const get = (path: string) => send(port, 'GET', path, { cookie })
    const { body } = await get('/console/sessions')
    const forgery = /name="anti-forgery" value="(?<token>[^"]+)"/.exec(body)?.groups?.token ?? ''
    const post = (path: string, fields: object, headers: Readonly<Record<string, string>> = {}) => {
      const form = new URLSearchParams({ 'anti-forgery': forgery, ...fields }).toString()
      return send(port, 'POST', path, { cookie, ...headers }, form)
    }
    return { cookie, forgery, get, post }
  }
  return { port, uses, login, isOpen, signIn, seated, directory }
}

describe.each([
  ['memory', memory],
  ['Redis', inRedis],
] as const)('the console over HTTP, with sessions in %s', (_name, open) => {
  it('is for those who have signed in, and each does what their role says, noted with it', async () => {
    const { port, uses, login, isOpen, seated } = await started(await open())
    const session = await login()
    expect(await send(port, 'GET', '/console')).toMatchObject({
      status: 303,
      headers: { location: '/console/' },
    })
    expect((await send(port, 'GET', '/console/sessions')).headers.location).toMatch(/sign-in/)
    const vera = await seated(VERA)
    const ops = await seated(OPS)
    uses.splice(0)
    const paths = ['/console/sessions', '/console/', '/console/end?subject=alice']
    for (const path of paths) {
      expect((await vera.get(path)).status).toBe(path.includes('end') ? 403 : 200)
      expect((await ops.get(path)).status).toBe(200)
    }
    expect((await vera.post('/console/end', { subject: 'alice' })).status).toBe(403)
    expect(await isOpen(session)).toBe(true)
    const ended = await ops.post('/console/end', { subject: 'alice' })
    expect(ended.body).toContain('Ended 1 session.')
    expect(await isOpen(session)).toBe(false)
    const noted = uses.map(({ who, action, outcome }) => `${who} ${action} ${outcome}`)
    expect(noted).toEqual([
      'vera list done',
      'ops list done',
      'vera view done',
      'ops view done',
      'vera view forbidden',
      'ops show done',
      'vera end forbidden',
      'ops end done',
    ])
    expect(uses.at(-1)).toEqual({
      who: 'ops',
      way: 'token',
      remoteAddress: '127.0.0.1',
      action: 'end',
      page: '/console/end',
      outcome: 'done',
      status: 200,
      selector: { subject: 'alice' },
      count: 1,
    })
  })

  it('gives the JSON beside it the same roles, and no other site ends anything', async () => {
    const { port, uses, login, isOpen } = await started(await open())
    const session = await login()
    const ask = (method: string, token: string, more = {}) =>
      send(port, method, '/v1/sessions?subject=alice', {
        authorization: `Bearer ${token}`,
        ...more,
      })
    expect((await ask('GET', VERA)).status).toBe(200)
    const refused = await ask('DELETE', VERA)
    expect(refused.status).toBe(403)
    expect(refused.headers['content-type']).toBe('application/problem+json')
    expect(JSON.parse(refused.body).detail).toContain('the role end-sessions, which vera')
    expect(uses.at(-1)).toMatchObject({ who: 'vera', action: 'end', outcome: 'forbidden' })
    expect((await ask('DELETE', OPS, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect(await isOpen(session)).toBe(true)
    expect((await ask('DELETE', OPS, { 'sec-fetch-site': '' })).status).toBe(200)
    expect(await isOpen(session)).toBe(false)
  })

  it('shows whatever a session says, and obeys nothing of it', async () => {
    const { login, seated, directory } = await started(await open())
    const odd = { subject: XSS, host: XSS, address: XSS, agent: XSS, issuer: XSS, client: XSS }
    await login(odd)
    const { entries } = await directory.list({}, { limit: 1 }, unlimited)
    const { get } = await seated(OPS)
    const id = entries[0]?.id ?? ''
    for (const path of ['/console/sessions', `/console/sessions/${id}`, `/console/end?id=${id}`]) {
      const { status, body } = await get(path)
      expect(status).toBe(200)
      expect(body).toContain('&lt;script&gt;alert(1)')
      expect(body).not.toMatch(/<script>|<img/)
    }
  })

  it('ends nothing for whoever is not its own page', async () => {
    const { port, login, isOpen, seated, signIn } = await started(await open())
    const session = await login()
    const ops = await seated(OPS)
    const foreign = (await seated(VERA)).forgery
    const again = await signIn(OPS)
    const none = { 'sec-fetch-site': '' }
    const tries: readonly Promise<Answer>[] = [
      ops.post('/console/end', { subject: 'alice', 'anti-forgery': '' }),
      ops.post('/console/end', { subject: 'alice', 'anti-forgery': foreign }),
      ops.post('/console/end', { subject: 'alice' }, { cookie: again }),
      ops.post('/console/end', { subject: 'alice' }, { 'sec-fetch-site': 'cross-site' }),
      ops.post('/console/end', { subject: 'alice' }, { 'sec-fetch-site': 'same-site' }),
      ops.post('/console/end', { subject: 'alice' }, { ...none, origin: 'https://evil.example' }),
      ops.post('/console/end', { subject: 'alice' }, { ...none, origin: 'null' }),
      ops.post('/console/end', { subject: 'alice' }, none),
      ops.post('/console/sign-out', {}, { 'sec-fetch-site': 'cross-site' }),
      send(port, 'POST', '/console/sign-in', { 'sec-fetch-site': 'cross-site' }, `token=${OPS}`),
    ]
    for (const { status, headers } of await Promise.all(tries)) {
      expect(status).toBe(403)
      expect(headers['set-cookie']).toBeUndefined()
    }
    expect((await ops.post('/console/end', { subject: 'alice' }, { cookie: '' })).status).toBe(303)
    expect(await isOpen(session)).toBe(true)
    const own = { ...none, origin: `http://127.0.0.1:${port}` }
    expect((await ops.post('/console/end', { subject: 'alice' }, own)).status).toBe(200)
    expect(await isOpen(session)).toBe(false)
  })

  it('is framed by nobody, and takes no other methods and no long bodies', async () => {
    const { port, seated } = await started(await open())
    const ops = await seated(OPS)
    for (const path of ['/console/sessions', '/console/nowhere', '/console/sign-in']) {
      const { headers } = await ops.get(path)
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
      expect(headers['content-security-policy']).not.toContain('unsafe')
      expect(headers['x-frame-options']).toBe('DENY')
    }
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      expect((await send(port, method, '/console/end', { cookie: ops.cookie })).status).toBe(405)
    }
    const head = await send(port, 'HEAD', '/console/sessions', { cookie: ops.cookie })
    expect(head).toMatchObject({ status: 200, body: '' })
    const long = await ops.post('/console/end', { subject: 'x'.repeat(70_000) })
    expect(long.status).toBe(413)
  })

  it('R34: believes no cookie that it has not made, and none that was signed out', async () => {
    const { port, seated } = await started(await open())
    const ops = await seated(OPS)
    const status = async (cookie: string) =>
      (await send(port, 'GET', '/console/sessions', { cookie })).status
    const [name = '', value = ''] = ops.cookie.split('=')
    const middle = value.length >> 1
    const letter = value[middle] === 'A' ? 'B' : 'A'
    const changed = `${value.slice(0, middle)}${letter}${value.slice(middle + 1)}`
    for (const one of [changed, value.slice(4), ops.forgery, '', 'x']) {
      expect(await status(`${name}=${one}`)).toBe(303)
    }
    expect(await status(ops.cookie)).toBe(200)
    expect((await ops.post('/console/sign-out', {})).status).toBe(303)
    expect(await status(ops.cookie)).toBe(303)
  })

  it('limits attempts with wrong tokens, by network', async () => {
    const { port, uses } = await started(await open())
    const attempt = () => send(port, 'POST', '/console/sign-in', {}, `token=${'x'.repeat(32)}`)
    for (let at = 0; at < 10; at += 1) expect((await attempt()).status).toBe(403)
    const right = await send(port, 'POST', '/console/sign-in', {}, `token=${OPS}`)
    expect(right.status).toBe(429)
    expect(right.headers['set-cookie']).toBeUndefined()
    expect(uses.at(-1)).toMatchObject({ action: 'sign_in', outcome: 'limited', status: 429 })
  })
})

test('one is found among 10,000 sessions, of which a page shows fifty', async () => {
  const { login, seated } = await started(await memory())
  for (let at = 0; at < 10_000; at += 1) {
    await login({ subject: `person-${at}`, ...(at === 9_876 ? { host: 'rare.example.com' } : {}) })
  }
  const { get } = await seated(OPS)
  expect((await get('/console/sessions?subject=person-4711')).body).toContain('>1 session,')
  expect((await get('/console/sessions?host=rare.example.com')).body).toContain('>person-9876</a>')
  const first = await get('/console/sessions')
  expect(first.body).toContain('>50 sessions,')
  expect((await get('/console/end?client=shop/shop')).body).toContain('at least 1000 sessions')
})

test('a process serves it with the tokens of its file, and writes the lines of audit', async () => {
  const [port = 0] = await freePorts(1)
  const { path, remove } = await temporaryFolder('console')
  onTestFinished(remove)
  writeFileSync(`${path}/tokens`, `ops ${OPS}\n`)
  const sallyport = await startSallyport({
    resources: { 'shop.yaml': SHOP, 'secret.yaml': SHOP_SECRET },
    configuration: { adminApi: { listen: `127.0.0.1:${port}`, tokenFile: `${path}/tokens` } },
  })
  onTestFinished(async () => void (await sallyport.stop()))
  const answer = await send(port, 'POST', '/console/sign-in', {}, `token=${OPS}`)
  const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  const page = await send(port, 'GET', '/console/sessions', { cookie })
  expect(page.status).toBe(200)
  expect(page.body).toContain('No session fits.')
  const audits = () => sallyport.log().filter(({ audit }) => audit === true)
  await until('both lines are written', async () => audits().length === 2)
  expect(audits()).toMatchObject([
    { who: 'ops', way: 'token', action: 'sign_in', page: '/console/sign-in', outcome: 'done' },
    { who: 'ops', way: 'token', action: 'list', page: '/console/sessions', count: 0 },
  ])
  expect(sallyport.output()).not.toContain(OPS)
})
