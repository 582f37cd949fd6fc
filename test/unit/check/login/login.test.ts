import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import type { Deny } from '../../../../src/core/decision/decision.ts'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import { Fault } from '../../../../src/core/reason/fault.ts'
import {
  aClient,
  aPolicy,
  aRequest,
  aSession,
  NAVIGATION,
  someTokens,
} from '../../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../../support/check-ports.ts'
import {
  cookieHeaderOf,
  cookiesOf,
  denied,
  headerOf,
  headersOf,
} from '../../../support/verdicts.ts'

const CALLBACK_NAVIGATION = { ...NAVIGATION, 'sec-fetch-site': 'cross-site' }

const visit = async (
  ports: FakePorts,
  path: string,
  headers: Record<string, string> = NAVIGATION,
  method = 'GET',
): Promise<Deny> =>
  denied(
    await createCheck(ports)(
      aRequest({ authority: 'shop.example.com:8443', path, headers, method }),
      unlimited,
    ),
  )

const authorizationOf = (verdict: Deny) => new URL(headerOf(verdict, 'location')).searchParams

const callbackPath = (login: Deny, extra = ''): string => {
  const state = authorizationOf(login).get('state') ?? ''
  return `/oauth2/callback?code=c1&state=${encodeURIComponent(state)}${extra}`
}

const comeBack = (ports: FakePorts, login: Deny, cookie = cookieHeaderOf(login), extra = '') =>
  visit(ports, callbackPath(login, extra), { ...CALLBACK_NAVIGATION, cookie })

describe('R16: starting a login', () => {
  it('R16: state, nonce and verifier are fresh, and sealed into a cookie named after the attempt', async () => {
    const ports = fakePorts(aPolicy())
    const first = await visit(ports, '/orders?id=7')
    const second = await visit(ports, '/orders?id=7')
    for (const name of ['state', 'nonce']) {
      expect(authorizationOf(first).get(name)).not.toBe(authorizationOf(second).get(name))
    }
    const [line = ''] = headersOf(first, 'set-cookie')
    expect(line).toMatch(
      /^__Host-sallyport-login-[0-9a-z]{9}[\w-]{11}=[\w-]+; Path=\/; Max-Age=7200; Secure; HttpOnly; SameSite=Lax$/,
    )
    expect(Object.keys(cookiesOf(first))).not.toEqual(Object.keys(cookiesOf(second)))
    expect(ports.calls.storeWrites).toBe(0)
  })

  it('R17: the redirect URI is the callback of the host the browser uses, always https', async () => {
    const login = await visit(fakePorts(aPolicy()), '/')
    expect(authorizationOf(login).get('redirect_uri')).toBe(
      'https://shop.example.com:8443/oauth2/callback',
    )
  })

  it('R16: the ninth attempt removes the oldest cookie', async () => {
    const ports = fakePorts(aPolicy())
    const cookies: string[] = []
    for (let i = 0; i < 8; i += 1) {
      cookies.push(cookieHeaderOf(await visit(ports, '/')))
      ports.nowMs += 1000
    }
    const ninth = await visit(ports, '/', { ...NAVIGATION, cookie: cookies.join('; ') })
    const removed = Object.entries(cookiesOf(ninth)).filter(([, value]) => value === '')
    expect(removed.map(([name]) => name)).toEqual([cookies[0]?.split('=')[0]])
  })

  it('copies only the query parameters that the client allows', async () => {
    const ports = fakePorts(aPolicy({ clients: [aClient({ forwardParameters: ['login_hint'] })] }))
    const login = await visit(ports, '/?login_hint=alice&prompt=none')
    expect(authorizationOf(login).get('login_hint')).toBe('alice')
    expect(authorizationOf(login).has('prompt')).toBe(false)
  })

  it('A5: max_age and acr_values that are copied are kept for the callback', async () => {
    const client = aClient({ forwardParameters: ['max_age', 'acr_values'] })
    const ports = fakePorts(aPolicy({ clients: [client] }))
    const seen: unknown[] = []
    const { exchange } = ports.relyingParty
    const relyingParty: typeof ports.relyingParty = {
      ...ports.relyingParty,
      exchange: (by, login, query, budget) => {
        seen.push(login.asked)
        return exchange(by, login, query, budget)
      },
    }
    const watched = { ...ports, relyingParty }
    await comeBack(watched, await visit(watched, '/?max_age=60&acr_values=mfa'))
    await comeBack(watched, await visit(watched, '/'))
    expect(seen).toEqual([{ maxAge: '60', acrValues: 'mfa' }, undefined])
  })

  it.each(['soon', '-1', '1.5', ''])('A5: a max_age of "%s" is not copied', async (written) => {
    const client = aClient({ forwardParameters: ['max_age'] })
    const ports = fakePorts(aPolicy({ clients: [client] }))
    const login = await visit(ports, `/?max_age=${written}`)
    expect(authorizationOf(login).has('max_age')).toBe(false)
  })

  it.each([
    ['claims', '{"id_token":{}}', true],
    ['claims', 'soon', false],
    ['claims', '[]', false],
    ['claims', 'null', false],
    ['authorization_details', '[{"type":"pay"}]', true],
    ['authorization_details', '{"type":"pay"}', false],
    ['authorization_details', '', false],
  ])('%s of %s, which a provider can do something with: %s', async (name, value, isCopied) => {
    const client = aClient({ forwardParameters: [name] })
    const ports = fakePorts(aPolicy({ clients: [client] }))
    const login = await visit(ports, `/?${new URLSearchParams({ [name]: value })}`)
    expect(authorizationOf(login).get(name)).toBe(isCopied ? value : null)
  })
})

describe('finishing a login', () => {
  it('R12: a new ticket, the login cookie removed, and 303 to the full original URL', async () => {
    const ports = fakePorts(aPolicy())
    const login = await visit(ports, '/orders?id=7&q=%2F')
    const done = await comeBack(ports, login)
    expect(done).toMatchObject({ status: 303, reason: 'login_completed' })
    expect(done.about).toMatchObject({ subject: 'alice', claims: { sub: 'alice' } })
    expect(headerOf(done, 'location')).toBe('https://shop.example.com:8443/orders?id=7&q=%2F')
    const cookies = cookiesOf(done)
    expect(ports.stored.has(cookies['__Host-sallyport'] ?? '')).toBe(true)
    expect(Object.entries(cookies).filter(([, value]) => value === '')).toHaveLength(1)
    expect(headersOf(done, 'set-cookie')[0]).toMatch(/; Secure; HttpOnly; SameSite=Lax$/)
  })

  it('R12: an old ticket is never taken over', async () => {
    const ports = fakePorts(aPolicy())
    const old = ports.keep(aSession(ports.nowMs))
    const login = await visit(ports, '/')
    const done = await comeBack(ports, login, `${cookieHeaderOf(login)}; __Host-sallyport=${old}`)
    expect(cookiesOf(done)['__Host-sallyport']).not.toBe(old)
  })

  it('R12: lifetimes come from the client and the clock', async () => {
    const ports = fakePorts(aPolicy())
    const done = await comeBack(ports, await visit(ports, '/'))
    const kept = ports.stored.get(cookiesOf(done)['__Host-sallyport'] ?? '')?.session
    expect(kept).toMatchObject({
      subject: 'alice',
      tenant: aSession(0).tenant,
      createdAtMs: ports.nowMs,
      absoluteExpiresAtMs: ports.nowMs + 12 * 3_600_000,
      idleTimeoutMs: 30 * 60_000,
    })
  })

  it('a session knows its client, its host, and its name at the provider if there is one', async () => {
    const ports = fakePorts(aPolicy())
    const keptAfter = async (claims: Claims) => {
      ports.codeOutcome = { kind: 'tokens', tokens: someTokens(ports.nowMs, { claims }) }
      const done = await comeBack(ports, await visit(ports, '/'))
      return ports.stored.get(cookiesOf(done)['__Host-sallyport'] ?? '')?.session
    }
    const known = { client: 'shop/shop', host: 'shop.example.com' }
    expect(await keptAfter({ sub: 'alice', sid: 'at-idp' })).toMatchObject({
      ...known,
      sid: 'at-idp',
    })
    for (const sid of ['', 7, null]) {
      const session = await keptAfter({ sub: 'alice', sid })
      expect(session).toMatchObject(known)
      expect(session).not.toHaveProperty('sid')
    }
  })

  it('a session records where its login came from only if it is told to, clean and short', async () => {
    const ports = fakePorts(aPolicy())
    const keptAfter = async () => {
      const login = await visit(ports, '/')
      const agent = `Fire\u0007fox\u202e ${'x'.repeat(500)}`
      const headers = { ...CALLBACK_NAVIGATION, cookie: cookieHeaderOf(login), 'user-agent': agent }
      const request = aRequest({
        authority: 'shop.example.com:8443',
        path: callbackPath(login),
        address: '192.0.2.7',
        headers,
      })
      const done = denied(await createCheck(ports)(request, unlimited))
      return ports.stored.get(cookiesOf(done)['__Host-sallyport'] ?? '')?.session
    }
    const silent = await keptAfter()
    expect(silent).not.toHaveProperty('address')
    expect(silent).not.toHaveProperty('agent')
    ports.recording = { address: true, agent: true }
    const { address, agent } = (await keptAfter()) ?? {}
    expect(address).toBe('192.0.2.7')
    expect(agent).toMatch(/^Firefox x+$/)
    expect(agent?.length).toBeLessThanOrEqual(256)
  })

  it('ten tabs finish in any order, each at its own URL', async () => {
    const ports = fakePorts(aPolicy())
    const logins = await Promise.all(
      Array.from({ length: 10 }, (_, tab) => visit(ports, `/tab/${tab}`)),
    )
    const jar = logins.map(cookieHeaderOf).join('; ')
    for (const tab of [7, 0, 9, 3, 1, 8, 2, 6, 5, 4]) {
      const login = logins[tab]
      if (login === undefined) throw new Error('no such tab')
      const done = await comeBack(ports, login, jar)
      expect(headerOf(done, 'location')).toBe(`https://shop.example.com:8443/tab/${tab}`)
      expect(done.reason).toBe('login_completed')
    }
  })

  it('with a Strict cookie the page itself goes on, as the cookie would not follow a redirect', async () => {
    const client = aClient()
    const cookie = { name: '__Host-sallyport', sameSite: 'Strict' } as const
    const ports = fakePorts(
      aPolicy({ clients: [{ ...client, session: { ...client.session, cookie } }] }),
    )
    const done = await comeBack(ports, await visit(ports, '/deep'))
    expect(done).toMatchObject({ status: 200, content: 'page', reason: 'login_completed' })
    expect(done.onward).toBe('https://shop.example.com:8443/deep')
    const ticket = cookiesOf(done)['__Host-sallyport']
    const late = await comeBack(ports, await visit(ports, '/'), `__Host-sallyport=${ticket}`)
    expect(late.reason).toBe('already_signed_in')
    expect(headerOf(late, 'refresh')).toBe('0; url=https://shop.example.com:8443/#')
    expect(headersOf(done, 'set-cookie')[0]).toMatch(/SameSite=Strict$/)
  })

  it('what the relying party refuses becomes a page that offers the original URL again', async () => {
    const ports = fakePorts(aPolicy())
    ports.codeOutcome = { kind: 'refused', reason: 'provider_error', detail: 'access_denied' }
    const done = await comeBack(ports, await visit(ports, '/deep?x=1'))
    expect(done).toMatchObject({ status: 403, reason: 'provider_error', detail: 'access_denied' })
    expect(done.ways[0]).toEqual({ label: 'try_again', href: '/deep?x=1' })
    expect(cookiesOf(done)['__Host-sallyport']).toBeUndefined()
    expect(ports.calls.storeWrites).toBe(0)
  })

  it('A5: a sign-in that is not as it was asked for is a page that says so, and no session', async () => {
    const ports = fakePorts(aPolicy())
    const reason = 'login_context_refused'
    const facts = [
      { key: 'asked_for_recent', values: { time: { seconds: 0 } } },
      'came_without_time',
    ] as const
    ports.codeOutcome = { kind: 'refused', reason, detail: 'auth_time', facts }
    const done = await comeBack(ports, await visit(ports, '/deep'))
    expect(done).toMatchObject({ status: 403, reason, facts })
    expect(done.ways[0]).toEqual({ label: 'try_again', href: '/deep' })
    expect(cookiesOf(done)['__Host-sallyport']).toBeUndefined()
  })

  it.each(['provider_error', 'code_refused'] as const)(
    '%s in a tab that waited while another one signed in simply continues',
    async (reason) => {
      const ports = fakePorts(aPolicy())
      ports.codeOutcome = { kind: 'refused', reason, detail: 'temporarily_unavailable' }
      const login = await visit(ports, '/deep')
      const ticket = ports.keep(aSession(ports.nowMs))
      const cookie = `${cookieHeaderOf(login)}; __Host-sallyport=${ticket}`
      const done = await comeBack(ports, login, cookie)
      expect(done).toMatchObject({ status: 303, reason: 'already_signed_in' })
      expect(headerOf(done, 'location')).toBe('https://shop.example.com:8443/deep')
    },
  )

  it('an answer that cannot be trusted never continues, session or not', async () => {
    const ports = fakePorts(aPolicy())
    ports.codeOutcome = { kind: 'refused', reason: 'id_token_invalid', detail: 'nonce' }
    const login = await visit(ports, '/deep')
    const ticket = ports.keep(aSession(ports.nowMs))
    const cookie = `${cookieHeaderOf(login)}; __Host-sallyport=${ticket}`
    expect((await comeBack(ports, login, cookie)).reason).toBe('id_token_invalid')
  })

  it('B17: a provider that cannot be reached is a 503 that leads to the wanted page, and leaves no session', async () => {
    const ports = fakePorts(aPolicy())
    ports.codeOutcome = async () => {
      throw new Fault('provider_unreachable', 'down')
    }
    const done = await comeBack(ports, await visit(ports, '/deep?x=1'))
    expect(done).toMatchObject({ status: 503, reason: 'provider_unreachable', detail: 'down' })
    expect(done.ways).toEqual([{ label: 'try_again', href: '/deep?x=1' }])
    expect(headerOf(done, 'retry-after')).toBe('5')
    expect(Object.values(cookiesOf(done))).toEqual([''])
    expect(ports.calls.storeWrites).toBe(0)
  })

  it.each([
    ['claim', 'replay'],
    ['create', 'sessions'],
  ] as const)(
    'B17: a store that is away at %s is a 503 that leads to the wanted page',
    async (call, port) => {
      const ports = fakePorts(aPolicy())
      const login = await visit(ports, '/deep')
      const away = async () => {
        throw new Fault('session_store_unavailable', 'away')
      }
      const broken = { ...ports, [port]: { ...ports[port], [call]: away } }
      const done = await comeBack(broken, login)
      expect(done).toMatchObject({ status: 503, reason: 'session_store_unavailable' })
      expect(done.ways).toEqual([{ label: 'try_again', href: '/deep' }])
    },
  )
})

describe('R16: a callback that is not the answer to a login of this browser', () => {
  it('R16: without its cookie is a page that offers to try again', async () => {
    const ports = fakePorts(aPolicy())
    const done = await comeBack(ports, await visit(ports, '/deep'), '')
    expect(done).toMatchObject({ status: 400, reason: 'state_mismatch', content: 'page' })
    expect(done.ways).toEqual([{ label: 'try_again', href: '/' }])
    expect(ports.calls.exchange).toEqual([])
  })

  it('R16: with the cookie of another attempt, renamed, is refused', async () => {
    const ports = fakePorts(aPolicy())
    const [mine, other] = [await visit(ports, '/a'), await visit(ports, '/b')]
    const [name] = cookieHeaderOf(mine).split('=')
    const [, value] = cookieHeaderOf(other).split('=')
    expect((await comeBack(ports, mine, `${name}=${value}`)).reason).toBe('state_mismatch')
  })

  it('R16: with a login state of another client is refused', async () => {
    const ports = fakePorts(aPolicy())
    const login = await visit(ports, '/')
    ports.policy = aPolicy({ clients: [aClient({ tenant: 'another' })] })
    expect((await comeBack(ports, login)).reason).toBe('state_mismatch')
  })

  it('R13: with a login state of another host of the same client is refused', async () => {
    const ports = fakePorts(aPolicy())
    const login = await visit(ports, '/')
    const state = authorizationOf(login).get('state') ?? ''
    const callback = aRequest({
      authority: 'other.example.com',
      path: `/oauth2/callback?code=c&state=${state}`,
      headers: { ...CALLBACK_NAVIGATION, cookie: cookieHeaderOf(login) },
    })
    expect(await createCheck(ports)(callback, unlimited)).toMatchObject({
      reason: 'state_mismatch',
    })
    expect(ports.calls.exchange).toEqual([])
  })

  it('R16: with the right attempt and another secret half of the state is refused', async () => {
    const ports = fakePorts(aPolicy())
    const login = await visit(ports, '/')
    const state = authorizationOf(login).get('state') ?? ''
    const forged = `${state.split('.')[0]}.${'A'.repeat(43)}`
    const headers = { ...CALLBACK_NAVIGATION, cookie: cookieHeaderOf(login) }
    const done = await visit(ports, `/oauth2/callback?code=c&state=${forged}`, headers)
    expect(done.reason).toBe('state_mismatch')
  })

  it('C3: after an hour is refused, and leads to the original URL', async () => {
    const ports = fakePorts(aPolicy())
    const login = await visit(ports, '/deep')
    ports.nowMs += 3_600_000 - 1
    expect((await comeBack(ports, await visit(ports, '/'))).reason).toBe('login_completed')
    ports.nowMs += 1
    const done = await comeBack(ports, login)
    expect(done).toMatchObject({ status: 400, reason: 'login_state_expired' })
    expect(done.ways[0]?.href).toBe('/deep')
  })

  it('C3: may take as long as its client says', async () => {
    const ports = fakePorts(aPolicy({ clients: [aClient({ loginLifetimeMs: 8 * 3_600_000 })] }))
    const login = await visit(ports, '/')
    expect(headersOf(login, 'set-cookie')[0]).toContain(`; Max-Age=${9 * 3_600};`)
    ports.nowMs += 8 * 3_600_000 - 1
    expect((await comeBack(ports, login)).reason).toBe('login_completed')
  })

  it('C3: late and without its cookie says that it is late, and leads on', async () => {
    const ports = fakePorts(aPolicy())
    const login = await visit(ports, '/deep')
    ports.nowMs += 3 * 3_600_000
    const done = await comeBack(ports, login, '')
    expect(done).toMatchObject({ status: 400, reason: 'login_state_expired' })
    expect(done.ways).toEqual([{ label: 'try_again', href: '/' }])
  })

  it('C4: at the same moment as another waits for it, and goes on to the page', async () => {
    const ports = fakePorts(aPolicy())
    const login = await visit(ports, '/deep?x=1')
    const { promise, resolve } = Promise.withResolvers<void>()
    const outcome = ports.codeOutcome
    ports.codeOutcome = async () => {
      await promise
      return typeof outcome === 'function' ? outcome() : outcome
    }
    const order: string[] = []
    const noting = async (name: string) => {
      const done = await comeBack(ports, login)
      order.push(name)
      return done
    }
    const both = [noting('first'), noting('second')]
    for (let turn = 0; turn < 10; turn += 1) await new Promise((next) => setImmediate(next))
    expect(order).toEqual([])
    resolve()
    const [first, second] = await Promise.all(both)
    expect(order).toEqual(['first', 'second'])
    expect(first?.reason).toBe('login_completed')
    expect(second).toMatchObject({ status: 303, reason: 'login_continued' })
    expect(second && headerOf(second, 'location')).toBe('https://shop.example.com:8443/deep?x=1')
    expect(second && headersOf(second, 'set-cookie')).toEqual([])
    expect(ports.calls.exchange).toHaveLength(1)
    expect(ports.stored.size).toBe(1)
  })

  it('C4: right after the answer to another goes on to the page as well', async () => {
    const ports = fakePorts(aPolicy())
    const login = await visit(ports, '/deep?x=1')
    const ticketOf = (done: Deny) => `__Host-sallyport=${cookiesOf(done)['__Host-sallyport']}`
    const own = ticketOf(await comeBack(ports, login))
    const second = await comeBack(ports, login, own)
    expect(second).toMatchObject({ status: 303, reason: 'already_signed_in' })
    expect(headerOf(second, 'location')).toBe('https://shop.example.com:8443/deep?x=1')
    const other = await comeBack(ports, await visit(ports, '/other'), own)
    expect(headerOf(other, 'location')).toBe('https://shop.example.com:8443/#')
  })

  it('C4: makes no session much larger for that', async () => {
    const ports = fakePorts(aPolicy())
    const long = `/deep?x=${'1'.repeat(600)}`
    const login = await visit(ports, long)
    const ticket = cookiesOf(await comeBack(ports, login))['__Host-sallyport'] ?? ''
    expect(ports.stored.get(ticket)?.session).not.toHaveProperty('login')
    const again = await comeBack(ports, login, `__Host-sallyport=${ticket}`)
    expect(headerOf(again, 'location')).toBe('https://shop.example.com:8443/#')
  })

  it('C4: goes on although the first one never ends, and although the store is away', async () => {
    const ports = fakePorts(aPolicy())
    const login = await visit(ports, '/deep')
    ports.codeOutcome = () => new Promise(() => undefined)
    comeBack(ports, login).catch(() => undefined)
    expect((await comeBack(ports, login)).reason).toBe('login_continued')
    const isClaimed = async () => {
      throw new Fault('session_store_unavailable', 'away')
    }
    const broken = { ...ports, replay: { ...ports.replay, isClaimed } }
    expect((await comeBack(broken, login)).reason).toBe('login_continued')
  })

  it('A18: opened in another browser first, its code is of use in none', async () => {
    const ports = fakePorts(aPolicy())
    const login = await visit(ports, '/deep')
    expect((await comeBack(ports, login, '')).reason).toBe('state_mismatch')
    const done = await comeBack(ports, login)
    expect(done).toMatchObject({ status: 400, reason: 'login_state_used' })
    expect(done.ways).toEqual([{ label: 'try_again', href: '/deep' }])
    expect(ports.calls.exchange).toEqual([])
  })

  it.each([
    ['a script', { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }],
    ['a prefetch', { 'sec-purpose': 'prefetch' }],
    ['a program', { 'sec-fetch-mode': '', 'sec-fetch-dest': '', 'sec-fetch-site': '' }],
  ])('A18: loaded by %s without the cookie is no end of the login', async (_who, headers) => {
    const ports = fakePorts(aPolicy())
    const login = await visit(ports, '/deep')
    const path = callbackPath(login)
    await visit(ports, path, { ...CALLBACK_NAVIGATION, ...headers })
    expect((await comeBack(ports, login)).reason).toBe('login_completed')
  })

  it('A18: strangers who make up callbacks fill the store no faster than ten in a second', async () => {
    const ports = fakePorts(aPolicy())
    const claims: string[] = []
    const { claim } = ports.replay
    const replay: typeof ports.replay = {
      ...ports.replay,
      claim: async (id, ...rest) => {
        claims.push(id)
        return claim(id, ...rest)
      },
    }
    const check = createCheck({ ...ports, replay })
    const flood = async () => {
      for (let count = 0; count < 50; count += 1) {
        const attempt = ports.nowMs.toString(36).padStart(9, '0') + ports.random.token(8)
        const path = `/oauth2/callback?code=c&state=${attempt}.${ports.random.token(32)}`
        await check(aRequest({ path, headers: CALLBACK_NAVIGATION }), unlimited)
      }
      await new Promise((next) => setImmediate(next))
      return new Set(claims.filter((id) => id.startsWith('login:'))).size
    }
    expect(await flood()).toBe(10)
    ports.nowMs += 1_000
    expect(await flood()).toBe(20)
  })

  it('C1: leaves the fragment of the wanted URL alone, and drops any other', async () => {
    const ports = fakePorts(aPolicy())
    const login = await visit(ports, '/app')
    const locationOf = (done: Deny) => headerOf(done, 'location')
    expect(locationOf(await comeBack(ports, login))).toBe('https://shop.example.com:8443/app')
    const own = `__Host-sallyport=${ports.keep(aSession(ports.nowMs))}`
    expect(locationOf(await comeBack(ports, login, own))).toBe('https://shop.example.com:8443/#')
  })

  it('R16: 1,000 replays at once make one session', async () => {
    const ports = fakePorts(aPolicy())
    const login = await visit(ports, '/')
    const answers = await Promise.all(Array.from({ length: 1000 }, () => comeBack(ports, login)))
    const reasons = answers.map((answer) => answer.reason)
    expect(reasons.filter((reason) => reason === 'login_completed')).toHaveLength(1)
    expect(reasons.filter((reason) => reason === 'login_continued')).toHaveLength(999)
    expect(ports.calls.exchange).toHaveLength(1)
    expect(ports.stored.size).toBe(1)
  })

  it.each([
    ['twice', 0, (login: Deny) => cookieHeaderOf(login), '/deep'],
    ['late', 3_600_000, (login: Deny) => cookieHeaderOf(login), '/deep'],
    ['without its cookie', 0, () => '', '/#'],
  ])(
    'R16: %s, when a session exists, it simply continues',
    async (_name, waitMs, cookieOf, end) => {
      const ports = fakePorts(aPolicy())
      const login = await visit(ports, '/deep')
      await comeBack(ports, login)
      ports.nowMs += waitMs
      const ticket = ports.keep(aSession(ports.nowMs))
      const cookie = [cookieOf(login), `__Host-sallyport=${ticket}`].filter(Boolean).join('; ')
      const done = await comeBack(ports, login, cookie)
      expect(done).toMatchObject({ status: 303, reason: 'already_signed_in' })
      expect(headerOf(done, 'location')).toBe(`https://shop.example.com:8443${end}`)
      expect(headersOf(done, 'set-cookie')).toEqual([])
    },
  )
})

describe('R20: malformed callbacks', () => {
  it.each([
    '/oauth2/callback',
    '/oauth2/callback?code=1',
    '/oauth2/callback?state=',
    '/oauth2/callback?state=short&code=1',
    `/oauth2/callback?state=${'a'.repeat(5000)}`,
    '/oauth2/callback?state=%00',
  ])('R20: %j is refused with a page', async (path) => {
    const done = await visit(fakePorts(aPolicy()), path)
    expect(done).toMatchObject({ status: 400, reason: 'malformed_callback', content: 'page' })
  })

  it('R20: two states are refused, even if one is right', async () => {
    const ports = fakePorts(aPolicy())
    const done = await comeBack(ports, await visit(ports, '/'), undefined, '&state=x')
    expect(done.reason).toBe('malformed_callback')
  })

  it.each(['POST', 'HEAD', 'PUT'])('R20: %s is refused', async (method) => {
    const ports = fakePorts(aPolicy())
    const login = await visit(ports, '/')
    const headers = { ...CALLBACK_NAVIGATION, cookie: cookieHeaderOf(login) }
    expect((await visit(ports, callbackPath(login), headers, method)).reason).toBe(
      'malformed_callback',
    )
  })

  it('R18: nothing in the callback decides where the browser goes', async () => {
    const ports = fakePorts(aPolicy())
    const extra =
      '&redirect_uri=https://evil.example&rd=https://evil.example&return_url=//evil.example'
    const done = await comeBack(ports, await visit(ports, '/home'), undefined, extra)
    expect(headerOf(done, 'location')).toBe('https://shop.example.com:8443/home')
  })
})

it('R13: a session is bound to where it began, if its client asks for that', async () => {
  const bindTo = ['UserAgent', 'Address'] as const
  const client = aClient({ session: { ...aClient().session, bindTo } })
  const ports = fakePorts(aPolicy({ clients: [client] }))
  const login = await visit(ports, '/')
  const headers = { ...NAVIGATION, cookie: cookieHeaderOf(login), 'user-agent': 'Firefox' }
  const sketch = { path: callbackPath(login), headers, address: '192.0.2.1' }
  const authority = 'shop.example.com:8443'
  await createCheck(ports)(aRequest({ ...sketch, authority }), unlimited)
  const [stored] = ports.stored.values()
  expect(stored?.session.binding).toEqual({ agent: 'Firefox', network: '192.0.2.1' })
})

describe('a client that offers to stay signed in', () => {
  const rememberMe = { idleTimeoutMs: 86_400_000, absoluteTimeoutMs: 30 * 86_400_000 }
  const offering = aClient({ session: { ...aClient().session, rememberMe } })
  const own = { ...NAVIGATION, 'sec-fetch-site': 'same-origin' }
  const aWorld = () => fakePorts(aPolicy({ clients: [offering] }))

  it('asks first, by links to the same page', async () => {
    const verdict = await visit(aWorld(), '/orders?id=7')
    expect(verdict).toMatchObject({ status: 401, reason: 'provider_choice_required' })
    expect(verdict.ways).toEqual([
      { label: 'sign_in', href: '/orders?id=7&sallyport_remember=no' },
      {
        label: 'sign_in_and_stay',
        href: '/orders?id=7&sallyport_remember=yes',
      },
    ])
    expect(headersOf(verdict, 'set-cookie')).toEqual([])
  })

  it.each([
    ['yes', 30 * 86_400_000, 86_400_000, /; Max-Age=2592000;/],
    ['no', 12 * 3_600_000, 30 * 60_000, /^(?!.*Max-Age)/],
  ])('%s: the session and its cookie last accordingly', async (wish, absolute, idle, cookie) => {
    const ports = aWorld()
    const login = await visit(ports, `/orders?id=7&sallyport_remember=${wish}`, own)
    expect(login.status).toBe(302)
    const back = await comeBack(ports, login)
    expect(headerOf(back, 'location')).toBe('https://shop.example.com:8443/orders?id=7')
    const [session] = [...ports.stored.values()].map((stored) => stored.session)
    expect(session?.idleTimeoutMs).toBe(idle)
    expect((session?.absoluteExpiresAtMs ?? 0) - ports.nowMs).toBe(absolute)
    const [line = ''] = headersOf(back, 'set-cookie')
    expect(line).toMatch(/^__Host-sallyport=/)
    expect(line).toMatch(cookie)
  })

  it('is not told by another site to remember', async () => {
    const foreign = { ...NAVIGATION, 'sec-fetch-site': 'cross-site' }
    const verdict = await visit(aWorld(), '/?sallyport_remember=yes', foreign)
    expect(verdict.status).toBe(401)
    expect(verdict.ways).toHaveLength(2)
  })

  it('offers it beside every client of a route that has several', async () => {
    const other = aClient({
      name: 'shop/github',
      displayName: 'GitHub',
      session: { ...aClient().session, cookie: { name: '__Host-github', sameSite: 'Lax' } },
    })
    const ports = fakePorts(aPolicy({ clients: [{ ...offering, displayName: 'Shop' }, other] }))
    const verdict = await visit(ports, '/')
    expect(verdict.ways).toEqual([
      {
        label: { key: 'sign_in_with', values: { name: 'Shop' } },
        href: '/?sallyport_provider=shop&sallyport_remember=no',
      },
      {
        label: { key: 'sign_in_with_and_stay', values: { name: 'Shop' } },
        href: '/?sallyport_provider=shop&sallyport_remember=yes',
      },
      {
        label: { key: 'sign_in_with', values: { name: 'GitHub' } },
        href: '/?sallyport_provider=github',
      },
    ])
    expect((await visit(ports, '/?sallyport_provider=shop', own)).status).toBe(401)
    expect((await visit(ports, '/?sallyport_provider=github', own)).status).toBe(302)
  })
})
