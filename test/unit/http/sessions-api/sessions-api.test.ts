import { once } from 'node:events'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import { json } from 'node:stream/consumers'
import { connect as tlsConnect } from 'node:tls'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { AdminUse } from '../../../../src/core/console/admin-use.ts'
import type { ConsoleSite, SiteAnswer } from '../../../../src/core/console/console-site.ts'
import { Fault } from '../../../../src/core/reason/fault.ts'
import type { SessionDirectory } from '../../../../src/core/session/session-directory.ts'
import { followTlsFiles, readTlsFiles } from '../../../../src/grpc/tls-files.ts'
import { parseAdminTokens } from '../../../../src/http/sessions-api/admin-tokens.ts'
import type { AdmissionRules } from '../../../../src/http/sessions-api/admit.ts'
import {
  createSessionsApi,
  type SessionsApi,
  type SessionsApiOptions,
} from '../../../../src/http/sessions-api/sessions-api.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetTimers } from '../../../support/hand-set-timers.ts'
import { createCertificates } from '../../../support/parts/tls.ts'
import { keepSessions } from '../../../support/session-keeping.ts'

const TOKEN = 'correct-horse-battery-staple-0001'

const running: SessionsApi[] = []
afterEach(() => Promise.all(running.splice(0).map((api) => api.stop())))

interface Body {
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly problems: readonly object[]
  readonly sessions: readonly { readonly id: string }[]
  readonly next?: string
  readonly ended: number
}

const started = async (changes: Partial<SessionsApiOptions> = {}, demandsToken = true) => {
  const keeping = keepSessions()
  const uses: AdminUse[] = []
  const errors: unknown[] = []
  const timers = handSetTimers(keeping.clock)
  const { tokens } = parseAdminTokens(`alice ${TOKEN}`)
  const api = createSessionsApi({
    listen: '127.0.0.1:0',
    directory: keeping.directory,
    newBudget: () => unlimited,
    clock: keeping.clock,
    ...(demandsToken ? { tokens: () => tokens } : {}),
    audit: (use) => void uses.push(use),
    onError: (error) => void errors.push(error),
    after: timers.after,
    ...changes,
  })
  running.push(api)
  const { port } = await api.start()
  const ask = async (
    method: string,
    path: string,
    authorization: string | undefined = `Bearer ${TOKEN}`,
  ) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(authorization === '' ? {} : { headers: { authorization } }),
    })
    const body = (await response.json()) as Body
    return { status: response.status, headers: response.headers, body }
  }
  /** Sends bytes as they are, and answers everything until the server hangs up. */
  const raw = async (text: string): Promise<string> => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk
    })
    socket.on('error', () => undefined)
    socket.write(text)
    await once(socket, 'close')
    return answer
  }
  return { ...keeping, uses, errors, timers, port, ask, raw }
}

/** How much arrives for a reader who begins only when there is no more patience with them. */
const receivedLate = async (
  port: number,
  path: string,
  timers: ReturnType<typeof handSetTimers>,
): Promise<number> => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${TOKEN}\r\n\r\n`)
  await vi.waitFor(() => expect(timers.waiting()).toEqual([20_000]))
  timers.pass(20_000)
  let received = 0
  socket.on('data', (chunk: Buffer) => {
    received += chunk.length
  })
  await once(socket, 'close')
  return received
}

describe('the admin API', () => {
  it('lists sessions with what is known of them, and never a ticket or a token', async () => {
    const { ask, login, clock, uses } = await started()
    const { id, session, ticket } = await login({ address: '192.0.2.7', agent: 'Firefox' })
    const { status, headers, body } = await ask('GET', '/v1/sessions?subject=alice')
    const time = (timeMs: number) => new Date(timeMs).toISOString()
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toEqual({
      sessions: [
        {
          id,
          subject: 'alice',
          issuer: session.issuer,
          client: 'shop/shop',
          host: 'shop.example.com',
          createdAt: time(clock.nowMs()),
          lastSeenAt: time(clock.nowMs()),
          idleExpiresAt: time(clock.nowMs() + session.idleTimeoutMs),
          expiresAt: time(session.absoluteExpiresAtMs),
          address: '192.0.2.7',
          agent: 'Firefox',
        },
      ],
    })
    const text = JSON.stringify(body)
    for (const secret of [...ticket.split('.').slice(1), 'access-1', 'refresh-1', 'id-1']) {
      expect(text).not.toContain(secret)
    }
    expect(uses).toEqual([
      {
        who: 'alice',
        way: 'token',
        remoteAddress: '127.0.0.1',
        action: 'list',
        outcome: 'done',
        status: 200,
        selector: { subject: 'alice' },
        count: 1,
      },
    ])
  })

  it('pages: each page names the next, the last none', async () => {
    const { ask, login } = await started()
    for (let at = 0; at < 5; at += 1) await login()
    const seen: string[] = []
    let next: string | undefined
    for (let pages = 0; pages < 3; pages += 1) {
      const after: string = next === undefined ? '' : `&after=${next}`
      const { body } = await ask('GET', `/v1/sessions?limit=2${after}`)
      seen.push(...body.sessions.map(({ id }) => id))
      next = body.next
    }
    expect(new Set(seen).size).toBe(5)
    expect(next).toBeUndefined()
  })

  it('is paged also without a bound', async () => {
    const { ask, login } = await started()
    for (let at = 0; at < 101; at += 1) await login()
    const { body } = await ask('GET', '/v1/sessions')
    expect(body.sessions).toHaveLength(100)
    expect(body.next).toBeDefined()
  })

  it('shows one session, and ends it for good', async () => {
    const { ask, login, isOpen, uses } = await started()
    const session = await login()
    const other = await login()
    const path = `/v1/sessions/${session.id}`
    expect(await ask('GET', path)).toMatchObject({ status: 200, body: { id: session.id } })
    expect(await ask('DELETE', path)).toMatchObject({ status: 200, body: { ended: 1 } })
    expect(await isOpen(session)).toBe(false)
    expect(await isOpen(other)).toBe(true)
    for (const method of ['GET', 'DELETE']) {
      expect(await ask(method, path)).toMatchObject({
        status: 404,
        body: { detail: 'There is no such session: it has ended, or never was.' },
      })
    }
    expect(uses.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'show done',
      'end done',
      'show not_found',
      'end not_found',
    ])
    expect(uses[1]).toMatchObject({ who: 'alice', selector: { id: session.id }, count: 1 })
  })

  it('ends by subject, by client and everything, and says how many', async () => {
    const { ask, login, uses } = await started()
    await login()
    await login({ subject: 'bob', client: 'wiki/wiki' })
    await login({ subject: 'carol' })
    const ended = async (query: string) => (await ask('DELETE', `/v1/sessions?${query}`)).body.ended
    expect(await ended('subject=alice')).toBe(1)
    expect(await ended('client=wiki/wiki')).toBe(1)
    expect(await ended('everything=true')).toBe(1)
    expect(await ended('everything=true')).toBe(0)
    expect(uses.map(({ selector }) => selector)).toEqual([
      { subject: 'alice' },
      { client: 'wiki/wiki' },
      { everything: true },
      { everything: true },
    ])
  })

  it('refuses to end what was not named, in sentences, and ends nothing', async () => {
    const { ask, login, isOpen } = await started()
    const session = await login()
    const { status, headers, body } = await ask('DELETE', '/v1/sessions?subjct=alice')
    expect(status).toBe(400)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(body.detail).toBe('subjct is not known here: use subject, issuer, client, everything.')
    expect(body.problems).toHaveLength(1)
    expect(await isOpen(session)).toBe(true)
  })

  it.each([
    ['POST', '/v1/sessions', 405],
    ['PUT', '/v1/sessions', 405],
    ['GET', '/', 404],
    ['GET', '/v1/sessions/../sessions/x', 404],
    ['GET', '/metrics', 404],
  ])('%s %s is answered %i', async (method, path, status) => {
    const { ask } = await started()
    const { status: got, headers, body } = await ask(method, path)
    expect(got).toBe(status)
    expect(body.status).toBe(status)
    expect(headers.get('allow')).toBe(status === 405 ? 'GET, DELETE' : null)
  })

  it('says that the store does not answer, and that repeating is safe', async () => {
    const down = () =>
      Promise.reject(new Fault('session_store_unavailable', 'Redis is not connected.'))
    const { ask, uses } = await started({ directory: { list: down, find: down, end: down } })
    const ended = await ask('DELETE', '/v1/sessions?everything=true')
    expect(ended.status).toBe(503)
    expect(ended.headers.get('retry-after')).toBe('2')
    expect(ended.body.detail).toBe(
      'Redis is not connected. Some sessions may have ended already; repeating this is safe.',
    )
    expect(await ask('GET', '/v1/sessions')).toMatchObject({
      status: 503,
      body: { detail: 'Redis is not connected.' },
    })
    expect(uses).toMatchObject([{ outcome: 'failed' }, { outcome: 'failed' }])
  })

  it('shows nothing of an error that nobody expected', async () => {
    const broken = () => Promise.reject(new Error('secret detail'))
    const { ask } = await started({ directory: { list: broken, find: broken, end: broken } })
    const { status, body } = await ask('GET', '/v1/sessions')
    expect(status).toBe(500)
    expect(JSON.stringify(body)).not.toContain('secret detail')
  })
})

describe('the credentials of the admin API', () => {
  it.each([
    ['none', ''],
    ['a wrong token', `Bearer ${TOKEN}x`],
    ['another scheme', `Basic ${TOKEN}`],
    ['two of them', `Bearer ${TOKEN}, Bearer ${TOKEN}`],
  ])('%s: 401 with a challenge and a line of audit, whatever is asked', async (_, presented) => {
    const { ask, login, isOpen, uses } = await started()
    const session = await login()
    for (const [method, path] of [
      ['GET', '/v1/sessions'],
      ['DELETE', '/v1/sessions?everything=true'],
      ['POST', '/nowhere'],
    ] as const) {
      const { status, headers, body } = await ask(method, path, presented)
      expect(status).toBe(401)
      expect(headers.get('www-authenticate')).toBe('Bearer realm="sallyport admin api"')
      expect(body.title).toBe('Unauthorized')
    }
    expect(await isOpen(session)).toBe(true)
    expect(uses).toHaveLength(3)
    for (const use of uses) {
      expect(use).toEqual({
        remoteAddress: '127.0.0.1',
        outcome: 'unauthorized',
        status: 401,
        detail: 'The credentials are missing, or are not among those that count.',
      })
    }
  })

  it('are those of the moment', async () => {
    const current = parseAdminTokens(`alice ${TOKEN}`)
    let { tokens } = current
    const { ask } = await started({ tokens: () => tokens })
    expect((await ask('GET', '/v1/sessions')).status).toBe(200)
    tokens = []
    expect((await ask('GET', '/v1/sessions')).status).toBe(401)
  })

  it('that are wrong ten times make a place wait a minute, the right ones too', async () => {
    const { ask, clock, uses } = await started()
    for (let at = 0; at < 10; at += 1) {
      expect((await ask('GET', '/v1/sessions', `Bearer guess-${at}`)).status).toBe(401)
    }
    const { status, headers } = await ask('GET', '/v1/sessions')
    expect(status).toBe(429)
    expect(headers.get('retry-after')).toBe('60')
    expect(uses.at(-1)).toMatchObject({ outcome: 'limited', status: 429 })
    clock.advance(60_000)
    expect((await ask('GET', '/v1/sessions')).status).toBe(200)
  })

  it('that are not shown are not wrong: no page of another site makes a place wait', async () => {
    const { ask, uses } = await started()
    for (let at = 0; at < 20; at += 1) {
      expect((await ask('GET', '/favicon.ico', '')).status).toBe(401)
    }
    expect((await ask('GET', '/v1/sessions')).status).toBe(200)
    expect(uses.filter(({ outcome }) => outcome === 'unauthorized')).toHaveLength(20)
  })

  it('are a client certificate, or both where both are configured', async () => {
    const certificates = await createCertificates(['localhost', '127.0.0.1'])
    const strangers = await createCertificates(['localhost'])
    onTestFinished(async () => {
      await certificates.remove()
      await strangers.remove()
    })
    const files = { ...certificates, clientCaFile: certificates.caFile }
    const tls = {
      read: () => readTlsFiles(files),
      follow: (server: Parameters<typeof followTlsFiles>[0]) => followTlsFiles(server, files),
      demandsCertificate: true,
    }
    const askOver = async (
      port: number,
      own: { certPem: string; keyPem: string } | undefined,
      token?: string,
    ) => {
      const request = httpsRequest({
        port,
        host: '127.0.0.1',
        path: '/v1/sessions',
        ca: certificates.caPem,
        agent: false,
        ...(own === undefined ? {} : { cert: own.certPem, key: own.keyPem }),
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      })
      request.end()
      const [response] = await once(request, 'response')
      await json(response)
      return response.statusCode
    }
    const alone = await started({ tls }, false)
    expect(await askOver(alone.port, certificates)).toBe(200)
    expect(alone.uses.at(-1)?.who).toBe('localhost')
    expect(await askOver(alone.port, undefined)).toBe(401)
    expect(await askOver(alone.port, undefined, TOKEN)).toBe(401)

    const both = await started({ tls })
    expect(await askOver(both.port, certificates, TOKEN)).toBe(200)
    expect(both.uses.at(-1)?.who).toBe('localhost with token alice')
    expect(await askOver(both.port, certificates)).toBe(401)
    expect(await askOver(both.port, undefined, TOKEN)).toBe(401)
    expect(await askOver(both.port, strangers, TOKEN)).toBe(401)
    expect(both.uses.at(-1)).toMatchObject({ outcome: 'unauthorized', status: 401 })
  })
})

describe('TLS sessions of the admin API', () => {
  it('that were begun without a certificate prove nothing when they are resumed', async () => {
    const certificates = await createCertificates(['localhost', '127.0.0.1'])
    onTestFinished(certificates.remove)
    const files = { ...certificates, clientCaFile: certificates.caFile }
    const api = await started(
      {
        tls: {
          read: () => readTlsFiles(files),
          follow: () => undefined,
          demandsCertificate: true,
        },
      },
      false,
    )
    const ask = async (session?: Buffer) => {
      const socket = tlsConnect({
        port: api.port,
        host: '127.0.0.1',
        ca: certificates.caPem,
        ...(session === undefined ? {} : { session }),
      })
      const sessions: Buffer[] = []
      socket.on('session', (one: Buffer) => void sessions.push(one))
      let answer = ''
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        answer += chunk
      })
      socket.write('GET /v1/sessions HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
      await once(socket, 'close')
      return { status: answer.slice(9, 12), session: sessions.at(-1) }
    }
    const first = await ask()
    expect(first.status).toBe('401')
    expect(first.session).toBeDefined()
    expect((await ask(first.session)).status).toBe('401')
  })
})

describe('the roles of certificates', () => {
  const askAs = async (names: string, roles: AdmissionRules['rolesOfCertificate']) => {
    const certificates = await createCertificates(['127.0.0.1', names])
    onTestFinished(certificates.remove)
    const { certFile, keyFile, caFile } = certificates
    const files = { certFile, keyFile, clientCaFile: caFile }
    const tls = {
      read: () => readTlsFiles(files),
      follow: () => undefined,
      demandsCertificate: true,
    }
    const api = await started(
      { tls, ...(roles === undefined ? {} : { rolesOfCertificate: roles }) },
      false,
    )
    const statusOf = async (method: string, path: string) => {
      const request = httpsRequest({
        port: api.port,
        host: '127.0.0.1',
        method,
        path,
        ca: certificates.caPem,
        cert: certificates.certPem,
        key: certificates.keyPem,
        agent: false,
      })
      request.end()
      const [response] = await once(request, 'response')
      await json(response)
      return response.statusCode
    }
    return { ...api, statusOf }
  }

  it('go by its common name and alternative names, each with its kind', async () => {
    const seen: (readonly string[])[] = []
    const { statusOf, uses } = await askAs(
      'a.example.com, URI:spiffe://example.com/alice, email:alice@example.com',
      (identities) => {
        seen.push(identities)
        return ['view']
      },
    )
    expect(await statusOf('GET', '/v1/sessions')).toBe(200)
    expect(seen).toEqual([
      [
        'CN=127.0.0.1',
        'DNS:a.example.com',
        'URI:spiffe://example.com/alice',
        'email:alice@example.com',
      ],
    ])
    expect(uses.at(-1)).toMatchObject({ who: '127.0.0.1', way: 'certificate', action: 'list' })
    expect(await statusOf('DELETE', '/v1/sessions?everything=true')).toBe(403)
    expect(uses.at(-1)).toMatchObject({ action: 'end', outcome: 'forbidden', status: 403 })
  })

  it('R34: a name that holds commas and looks like several is none of them', async () => {
    const seen: (readonly string[])[] = []
    const { statusOf, uses } = await askAs(
      'x\nsubjectAltName = @odd\n[odd]\nIP.1 = 127.0.0.1\nDNS.1 = a.example.com\nURI.1 = http://a, URI:spiffe://example.com/alice, x',
      (identities) => {
        seen.push(identities)
        return []
      },
    )
    expect(await statusOf('GET', '/v1/sessions')).toBe(403)
    expect(seen).toEqual([['CN=127.0.0.1', 'DNS:a.example.com']])
    expect(uses.at(-1)).toMatchObject({
      who: '127.0.0.1',
      outcome: 'forbidden',
      detail: expect.stringContaining('none of its names has a role'),
    })
  })
})

describe('hostile input to the admin API', () => {
  it('whoever is slow with a form takes no place from others', async () => {
    let reading = 0
    const handle: ConsoleSite['handle'] = async ({ method, readBody }) => {
      if (method === 'POST') {
        reading += 1
        await readBody(100, 'administrator')
      }
      return { status: 200, headers: {}, body: 'read' }
    }
    const { port, ask } = await started({ console: async () => ({ handle }) })
    const slow = Array.from({ length: 40 }, () => connect(port, '127.0.0.1'))
    for (const socket of slow) {
      socket.on('error', () => undefined)
      socket.write('POST /console/ HTTP/1.1\r\nhost: a\r\ncontent-length: 50\r\n\r\nhalf of')
    }
    await vi.waitFor(() => expect(reading).toBe(40))
    expect((await fetch(`http://127.0.0.1:${port}/console/`)).status).toBe(200)
    expect((await ask('GET', '/v1/sessions')).status).toBe(200)
    for (const socket of slow) socket.destroy()
  })

  it('R34: few strangers send something at a time, and none for long', async () => {
    const handle: ConsoleSite['handle'] = async ({ readBody }) => {
      const { kind } = await readBody(100, 'stranger')
      return { status: 200, headers: {}, body: `it is ${kind}` }
    }
    const { timers, raw } = await started({ console: async () => ({ handle }) })
    const half = 'POST /console/ HTTP/1.1\r\nhost: a\r\ncontent-length: 50\r\n\r\nhalf of'
    const whole =
      'POST /console/ HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\nconnection: close\r\n\r\n1'
    const slow = Array.from({ length: 8 }, () => raw(half))
    await vi.waitFor(() => expect(timers.waiting().filter((ms) => ms === 2_000)).toHaveLength(8))
    expect(await raw(half)).toMatch(/connection: close.*it is busy$/is)
    timers.pass(2_000)
    for (const answer of await Promise.all(slow)) {
      expect(answer).toMatch(/connection: close.*it is missing$/is)
    }
    expect(await raw(whole)).toMatch(/it is text$/)
  })

  it.each<[string, (body: string) => SiteAnswer['body']]>([
    ['a page', (body) => body],
    [
      'a stream that has ended',
      (body) => ({
        begin: (write, end) => {
          write(body)
          end()
          return () => undefined
        },
      }),
    ],
  ])('R34: whoever does not read %s loses the connection', async (_, bodyOf) => {
    const body = 'x'.repeat(30_000_000)
    const handle: ConsoleSite['handle'] = async () => ({
      status: 200,
      headers: {},
      body: bodyOf(body),
    })
    const { timers, port } = await started({ console: async () => ({ handle }) })
    expect(await receivedLate(port, '/console/', timers)).toBeLessThan(body.length)
  })

  it('R34: whoever does not read sessions loses the connection', async () => {
    const keeping = keepSessions()
    await keeping.login()
    const agent = 'x'.repeat(30_000_000)
    const list: SessionDirectory['list'] = async (...asked) => {
      const { entries } = await keeping.directory.list(...asked)
      return { entries: entries.map((entry) => ({ ...entry, agent })) }
    }
    const { timers, port } = await started({ directory: { ...keeping.directory, list } })
    expect(await receivedLate(port, '/v1/sessions', timers)).toBeLessThan(agent.length)
  })

  it('whoever reads everything keeps the connection', async () => {
    const { timers, ask } = await started()
    await ask('GET', '/v1/sessions')
    await vi.waitFor(() => expect(timers.waiting()).toEqual([]))
  })

  it('an answer that cannot be sent is 500, and told', async () => {
    const headers = { location: '/console/?\u4e2d' }
    const handle: ConsoleSite['handle'] = async () => ({ status: 303, headers, body: '' })
    const { port, errors } = await started({ console: async () => ({ handle }) })
    const { status, headers: got } = await fetch(`http://127.0.0.1:${port}/console/`)
    expect([status, got.get('location')]).toEqual([500, null])
    expect(errors).toEqual([expect.objectContaining({ code: 'ERR_INVALID_CHAR' })])
  })

  it('while too many requests are answered, pages are as guarded as ever', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<SiteAnswer>()
    let handled = 0
    const handle: ConsoleSite['handle'] = () => {
      handled += 1
      return asked
    }
    const { port } = await started({ console: async () => ({ handle }) })
    const get = () => fetch(`http://127.0.0.1:${port}/console/`)
    const first = Array.from({ length: 16 }, get)
    await vi.waitFor(() => expect(handled).toBe(16))
    const { status, headers } = await get()
    expect(status).toBe(503)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('x-frame-options')).toBe('DENY')
    resolve({ status: 200, headers: {}, body: '' })
    await Promise.all(first)
  })

  it('a huge request line or header is refused', async () => {
    const { raw } = await started()
    const head = 'GET /v1/sessions?subject='
    expect(await raw(`${head}${'x'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    )
  })

  it('garbage is refused', async () => {
    const { raw, uses } = await started()
    expect(await raw('\u0000\u0001\u0002\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect(uses).toEqual([])
  })

  it('a body is not waited for, and ends the connection', async () => {
    const { raw } = await started()
    const authorized = `authorization: Bearer ${TOKEN}\r\n`
    const answer = await raw(
      `GET /v1/sessions HTTP/1.1\r\nhost: a\r\n${authorized}content-length: 1000000\r\n\r\nfew`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(answer).toMatch(/connection: close/i)
  })
})
