import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import type { Verdict } from '../../../src/core/decision/decision.ts'
import type { Policy } from '../../../src/core/policy/policy.ts'
import type { PolicyLookup } from '../../../src/core/policy-source.ts'
import {
  aBearerMethod,
  aClient,
  aPolicy,
  aRequest,
  aRule,
  aSession,
  FETCH,
  NAVIGATION,
  type RequestSketch,
  someTokens,
} from '../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../support/check-ports.ts'
import { allowed, cookiesOf, denied, headerOf, headersOf } from '../../support/verdicts.ts'

const checked = async (ports: FakePorts, sketch: RequestSketch): Promise<Verdict> =>
  createCheck(ports)(aRequest(sketch), unlimited)

const both: Policy = aPolicy({
  fallback: aRule({ authenticate: [aBearerMethod(), { kind: 'session' }] }),
})
const bearerOnly: Policy = aPolicy({ fallback: aRule({ authenticate: [aBearerMethod()] }) })

const verified = {
  kind: 'verified',
  bearer: 'access_token',
  issuer: 'https://sso.example.com/realms/shop',
  subject: 'service-1',
  claims: { sub: 'service-1' },
  scopes: ['orders:read'],
} as const

describe('R1: whatever is not a proven allow is denied', () => {
  const lookups: [string, Exclude<PolicyLookup, { kind: 'found' }>, number][] = [
    ['no_policy', { kind: 'none' }, 404],
    ['host_conflict', { kind: 'conflict', policy: 'shop/shop' }, 404],
    ['policy_broken', { kind: 'broken', policy: 'shop/shop', detail: 'The Secret is gone.' }, 503],
    ['not_synced', { kind: 'not_synced' }, 503],
  ]

  it.each(lookups)('R1: %s', async (reason, lookup, status) => {
    const ports = { ...fakePorts(), policies: { find: () => lookup } }
    const verdict = denied(await createCheck(ports)(aRequest(), unlimited))
    expect(verdict).toMatchObject({ reason, status })
    expect(headerOf(verdict, 'x-sallyport-reason')).toBe(reason)
    expect(headerOf(verdict, 'cache-control')).toBe('no-store')
  })

  it('R5: a path that may be read in two ways is refused where they ask for different things', async () => {
    const matches = [{ path: { kind: 'prefix', path: '/a/b' } as const }]
    const admins = { kind: 'scopes', scopes: ['admin'] } as const
    const rules = [aRule({ name: 'admin', matches, authorize: [admins] })]
    const ports = fakePorts(aPolicy({ pathSensitive: true, rules }))
    const verdict = denied(await checked(ports, { path: '/a%2fb', headers: NAVIGATION }))
    expect(verdict).toMatchObject({ reason: 'malformed_path', status: 400 })
  })
})

describe('public paths', () => {
  const policy = aPolicy({
    pathSensitive: true,
    rules: [
      aRule({
        name: 'assets',
        public: true,
        matches: [{ path: { kind: 'prefix', path: '/assets' } }],
      }),
    ],
  })

  it('are let through at once, without opening any credential', () => {
    const ports = fakePorts(policy)
    const headers = {
      authorization: 'Bearer x',
      cookie: '__Host-sallyport=y',
      'x-auth-subject': 'root',
    }
    const verdict = createCheck(ports)(aRequest({ path: '/assets/a.css', headers }), unlimited)
    expect(verdict).toMatchObject({
      kind: 'allow',
      reason: 'public',
      setHeaders: [],
      removeHeaders: ['x-auth-subject', 'x-auth-issuer', 'x-auth-email', 'x-auth-scopes', 'cookie'],
    })
    expect(ports.calls.verify).toEqual([])
  })
})

describe('R19: a request without a credential', () => {
  it('R19: a page is sent to the provider, with one cookie and nothing written to the store', async () => {
    const ports = fakePorts(aPolicy())
    const verdict = denied(await checked(ports, { path: '/orders?id=7', headers: NAVIGATION }))
    expect(verdict).toMatchObject({ status: 302, reason: 'login_required', content: 'none' })
    expect(headerOf(verdict, 'location')).toMatch(/^https:\/\/sso\.example\.com\/authorize\?/)
    expect(Object.keys(cookiesOf(verdict))).toHaveLength(1)
    expect(ports.calls.storeWrites).toBe(0)
  })

  it('R19: an API call is challenged, never redirected, and gets no cookie', async () => {
    const verdict = denied(await checked(fakePorts(aPolicy()), { headers: FETCH }))
    expect(verdict).toMatchObject({ status: 401, reason: 'login_required' })
    expect(headerOf(verdict, 'www-authenticate')).toBe('Session realm="shop.example.com"')
    expect(headersOf(verdict, 'set-cookie')).toEqual([])
    expect(headersOf(verdict, 'location')).toEqual([])
  })

  it('R19: a POST is challenged, so that its body is not lost in silence', async () => {
    const verdict = denied(
      await checked(fakePorts(aPolicy()), { method: 'POST', headers: NAVIGATION }),
    )
    expect(verdict.status).toBe(401)
  })

  it('a challenge offers a person to sign in, unless that would lead to the same challenge', async () => {
    const waysOf = async (
      fallback: Parameters<typeof aRule>[0],
      request: Parameters<typeof checked>[1],
    ) => denied(await checked(fakePorts(aPolicy({ fallback: aRule(fallback) })), request)).ways
    const path = '/orders?id=7'
    const signIn = (href: string) => [{ label: 'sign_in', href }]
    expect(await waysOf({}, { path, method: 'GET', headers: FETCH })).toEqual(signIn(path))
    expect(await waysOf({}, { path, method: 'POST', headers: NAVIGATION })).toEqual(signIn('/'))
    expect(await waysOf({ onUnauthenticated: 'Challenge' }, { path })).toEqual([])
    expect(await waysOf({ authenticate: [aBearerMethod()] }, { path })).toEqual([])
  })

  it('R19: 200 requests of scripts with an expired session set no cookie', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = ports.keep(aSession(ports.nowMs - 13 * 3_600_000))
    const headers = { ...FETCH, cookie: `__Host-sallyport=${ticket}` }
    const check = createCheck(ports)
    const verdicts = await Promise.all(
      Array.from({ length: 200 }, async () =>
        denied(await check(aRequest({ headers }), unlimited)),
      ),
    )
    expect(new Set(verdicts.map((v) => v.reason))).toEqual(new Set(['session_expired']))
    expect(verdicts.flatMap((v) => headersOf(v, 'set-cookie'))).toEqual([])
  })

  it('where only tokens are taken a page is challenged as well', async () => {
    const verdict = denied(await checked(fakePorts(bearerOnly), { headers: NAVIGATION }))
    expect(verdict).toMatchObject({ status: 401, reason: 'token_required' })
    expect(headerOf(verdict, 'www-authenticate')).toBe('Bearer realm="shop.example.com"')
  })

  it('`onUnauthenticated: Challenge` keeps a page from the provider', async () => {
    const policy = aPolicy({ fallback: aRule({ onUnauthenticated: 'Challenge' }) })
    expect(denied(await checked(fakePorts(policy), { headers: NAVIGATION })).status).toBe(401)
  })
})

describe('bearer tokens', () => {
  const withToken = { ...FETCH, authorization: 'Bearer token-1' }

  it('let a verified caller through with its identity', async () => {
    const ports = fakePorts(bearerOnly)
    ports.verification = verified
    const verdict = allowed(await checked(ports, { headers: withToken }))
    expect(Object.fromEntries(verdict.setHeaders)).toMatchObject({
      'x-auth-subject': 'service-1',
      'x-auth-scopes': 'orders:read',
    })
    expect(verdict.about).toMatchObject({
      policy: 'shop/shop',
      rule: 'default',
      subject: 'service-1',
      via: 'bearer',
    })
  })

  it('that are refused name the error, and never lead to a login', async () => {
    const verdict = denied(
      await checked(fakePorts(both), { headers: { ...NAVIGATION, authorization: 'Bearer bad' } }),
    )
    expect(verdict).toMatchObject({ status: 401, reason: 'token_signature_invalid' })
    expect(headerOf(verdict, 'www-authenticate')).toBe(
      'Bearer realm="shop.example.com", error="invalid_token", error_description="The signature of the access token is not valid."',
    )
  })

  it.each(['Bearer', 'Bearer a b', 'Bearer a,Bearer b', 'Bearer a, Bearer b', 'bearer  '])(
    'that are not one token (%j) are refused without being verified',
    async (authorization) => {
      const ports = fakePorts(both)
      const verdict = denied(await checked(ports, { headers: { ...FETCH, authorization } }))
      expect(verdict.reason).toBe('token_malformed')
      expect(ports.calls.verify).toEqual([])
    },
  )

  it.each(['\u00a0', '\u2000', '\u3000', '\ufeff'])(
    'A1: %j is no blank before or in a token',
    async (blank) => {
      for (const authorization of [`Bearer ${blank}token-1`, `Bearer token-1${blank}`]) {
        const ports = fakePorts(bearerOnly)
        const verdict = denied(await checked(ports, { headers: { ...FETCH, authorization } }))
        expect([verdict.reason, ports.calls.verify]).toEqual(['token_malformed', []])
      }
      const headers = { ...FETCH, authorization: `Bearer${blank}token-1` }
      expect(denied(await checked(fakePorts(bearerOnly), { headers })).reason).toBe(
        'token_required',
      )
    },
  )

  it('C20: one that is longer than the rule takes is refused unread, and its size is said', async () => {
    const policy = aPolicy({
      fallback: aRule({ authenticate: [aBearerMethod({ maxBytes: 1_024 })] }),
    })
    const authorization = (length: number) => `Bearer ${'a'.repeat(length)}`
    const ports = fakePorts(policy)
    ports.verification = verified
    const over = { ...FETCH, authorization: authorization(1_025) }
    const verdict = denied(await checked(ports, { headers: over }))
    expect(verdict).toMatchObject({
      status: 401,
      reason: 'token_too_large',
      detail: 'The token is 1025 bytes long, and `bearer.maxBytes` takes 1024 at most.',
    })
    expect(ports.calls.verify).toEqual([])
    allowed(await checked(ports, { headers: { ...FETCH, authorization: authorization(1_024) } }))
  })

  it('C20: one is read by the method that takes it', async () => {
    const methods = [aBearerMethod({ maxBytes: 1_024 }), aBearerMethod()]
    const ports = fakePorts(aPolicy({ fallback: aRule({ authenticate: methods }) }))
    ports.verification = verified
    allowed(await checked(ports, { headers: { authorization: `Bearer ${'a'.repeat(40_000)}` } }))
  })

  it('another scheme is no bearer token', async () => {
    const ports = fakePorts(bearerOnly)
    const verdict = denied(await checked(ports, { headers: { authorization: 'Basic YTpi' } }))
    expect(verdict.reason).toBe('token_required')
  })

  it('are not looked at where only sessions are taken', async () => {
    const ports = fakePorts(aPolicy())
    ports.verification = verified
    const verdict = denied(await checked(ports, { headers: withToken }))
    expect(verdict.reason).toBe('login_required')
    expect(ports.calls.verify).toEqual([])
  })

  it('without the scope are forbidden, and told which', async () => {
    const policy = aPolicy({
      fallback: aRule({
        authenticate: [aBearerMethod()],
        authorize: [{ kind: 'scopes', scopes: ['orders:read', 'orders:write'] }],
      }),
    })
    const ports = fakePorts(policy)
    ports.verification = verified
    const verdict = denied(await checked(ports, { headers: withToken }))
    expect(verdict).toMatchObject({ status: 403, reason: 'insufficient_scope' })
    expect(headerOf(verdict, 'www-authenticate')).toBe(
      'Bearer realm="shop.example.com", error="insufficient_scope", scope="orders:read orders:write"',
    )
  })

  it('come before or after the session, as the rule says', async () => {
    const ports = fakePorts(both)
    ports.verification = verified
    const cookie = `__Host-sallyport=${ports.keep(aSession(ports.nowMs))}`
    const headers = { ...withToken, cookie }
    expect(allowed(await checked(ports, { headers })).about.via).toBe('bearer')
    ports.policy = aPolicy({
      fallback: aRule({ authenticate: [{ kind: 'session' }, aBearerMethod()] }),
    })
    expect(allowed(await checked(ports, { headers })).about.via).toBe('session')
    const stale = { ...withToken, cookie: '__Host-sallyport=gone' }
    expect(allowed(await checked(ports, { headers: stale })).about.via).toBe('bearer')
  })
})

describe('sessions', () => {
  it('are answered at once when the store can', () => {
    const ports = fakePorts(aPolicy())
    const cookie = `__Host-sallyport=${ports.keep(aSession(ports.nowMs))}`
    const verdict = createCheck(ports)(aRequest({ headers: { cookie } }), unlimited)
    expect(verdict).toMatchObject({ kind: 'allow', reason: 'allowed' })
    expect(ports.calls.touch).toEqual(['ticket-1'])
  })

  it('R13: a ticket of another client is no session', async () => {
    const ports = fakePorts(aPolicy({ clients: [aClient({ tenant: 'other' })] }))
    const cookie = `__Host-sallyport=${ports.keep(aSession(ports.nowMs))}`
    const verdict = denied(await checked(ports, { headers: { ...FETCH, cookie } }))
    expect(verdict).toMatchObject({ status: 401, reason: 'session_unknown' })
  })

  it.each([
    ['is no session', '/'],
    ['ends none', '/oauth2/logout'],
  ])('R13: a ticket of another host of the same client %s', async (_what, path) => {
    const ports = fakePorts(aPolicy())
    const cookie = `__Host-sallyport=${ports.keep(aSession(ports.nowMs))}`
    const request = aRequest({
      authority: 'other.example.com',
      path,
      headers: { ...FETCH, cookie },
    })
    expect(await createCheck(ports)(request, unlimited)).toMatchObject({ kind: 'deny' })
    expect(ports.stored.size).toBe(1)
  })

  it('R13: that are bound to a network count from it alone, and go on there', async () => {
    const client = aClient({ session: { ...aClient().session, bindTo: ['Address'] } })
    const ports = fakePorts(aPolicy({ clients: [client] }))
    const session = aSession(ports.nowMs, { binding: { network: '192.0.2.1' } })
    const headers = { ...FETCH, cookie: `__Host-sallyport=${ports.keep(session)}` }
    const elsewhere = denied(await checked(ports, { address: '192.0.2.2', headers }))
    expect(elsewhere).toMatchObject({ status: 401, reason: 'session_elsewhere' })
    expect(headersOf(elsewhere, 'set-cookie')).toEqual([])
    const page = { address: '192.0.2.2', headers: { ...headers, ...NAVIGATION } }
    expect(denied(await checked(ports, page)).status).toBe(302)
    expect(await checked(ports, { address: '192.0.2.1', headers })).toMatchObject({ kind: 'allow' })
  })

  it('that began before the time that its client revoked has ended, and is removed', async () => {
    const ports = fakePorts(aPolicy())
    const revokeBeforeMs = ports.nowMs + 1000
    const client = aClient({ session: { ...aClient().session, revokeBeforeMs } })
    ports.policy = aPolicy({ clients: [client] })
    const ticket = ports.keep(aSession(ports.nowMs))
    const headers = { ...FETCH, cookie: `__Host-sallyport=${ticket}` }
    expect(await checked(ports, { headers })).toMatchObject({ kind: 'allow' })
    ports.nowMs = revokeBeforeMs
    const refused = denied(await checked(ports, { headers }))
    expect(refused).toMatchObject({ status: 401, reason: 'session_ended' })
    await expect.poll(() => ports.stored.has(ticket)).toBe(false)
    expect(ports.calls.takeBack).toEqual([
      { client, former: expect.objectContaining({ token: 'access-1' }), when: 'now' },
    ])
    const young = ports.keep(aSession(ports.nowMs))
    const now = { headers: { ...FETCH, cookie: `__Host-sallyport=${young}` } }
    expect(await checked(ports, now)).toMatchObject({ kind: 'allow' })
  })

  it('that was revoked is refused, also while the store does not take its end', async () => {
    const ports = fakePorts(aPolicy())
    const session = { ...aClient().session, revokeBeforeMs: ports.nowMs }
    ports.policy = aPolicy({ clients: [aClient({ session })] })
    const cookie = `__Host-sallyport=${ports.keep(aSession(ports.nowMs - 1))}`
    const down = {
      ...ports,
      sessions: { ...ports.sessions, remove: () => Promise.reject(new Error('down')) },
    }
    for (let times = 0; times < 2; times += 1) {
      const verdict = denied(
        await createCheck(down)(aRequest({ headers: { ...NAVIGATION, cookie } }), unlimited),
      )
      expect(verdict.status).toBe(302)
    }
  })

  it('R15: two cookies of our name count as none, and both are removed', async () => {
    const ports = fakePorts(aPolicy())
    const ticket = ports.keep(aSession(ports.nowMs))
    const cookie = `__Host-sallyport=${ticket}; __Host-sallyport=planted`
    const verdict = denied(await checked(ports, { headers: { ...FETCH, cookie } }))
    expect(verdict.reason).toBe('session_unknown')
    expect(cookiesOf(verdict)).toEqual({ '__Host-sallyport': '' })
    const page = denied(await checked(ports, { headers: { ...NAVIGATION, cookie } }))
    expect(page.status).toBe(302)
    expect(cookiesOf(page)['__Host-sallyport']).toBe('')
  })

  it('that lack a claim are forbidden, never sent to another login', async () => {
    const policy = aPolicy({
      fallback: aRule({
        authorize: [{ kind: 'claim', path: ['groups'], written: 'groups', anyOf: ['admins'] }],
      }),
    })
    const ports = fakePorts(policy)
    const cookie = `__Host-sallyport=${ports.keep(aSession(ports.nowMs))}`
    const verdict = denied(await checked(ports, { headers: { ...NAVIGATION, cookie } }))
    expect(verdict).toMatchObject({ status: 403, reason: 'claim_mismatch' })
    expect(verdict.detail).toBe(
      'The claim groups is absent from the ID token; claims.accessToken and claims.userinfo of the OIDCClient would have more looked at.',
    )
    expect(verdict.ways[0]?.href).toBe('/oauth2/logout')
  })

  it('that lack a scope are shown the way to sign out as well', async () => {
    const authorize = [{ kind: 'scopes', scopes: ['orders:purge'] }] as const
    const ports = fakePorts(aPolicy({ fallback: aRule({ authorize }) }))
    const cookie = `__Host-sallyport=${ports.keep(aSession(ports.nowMs))}`
    const verdict = denied(await checked(ports, { headers: { ...NAVIGATION, cookie } }))
    expect(verdict).toMatchObject({ status: 403, reason: 'insufficient_scope' })
    expect(verdict.detail).toBe('Missing: orders:purge; granted: openid email.')
    expect(verdict.ways[0]?.href).toBe('/oauth2/logout')
  })
})

it('what the userinfo endpoint said of a session counts for its rules', async () => {
  const groups = { kind: 'claim', path: ['groups'], written: 'groups', anyOf: ['buyers'] } as const
  const ports = fakePorts(aPolicy({ fallback: aRule({ authorize: [groups] }) }))
  const asked = { sub: 'alice', groups: ['buyers'] }
  const session = aSession(ports.nowMs, { tokens: someTokens(ports.nowMs, { userinfo: asked }) })
  const request = (ticket: string) => ({ headers: { cookie: `__Host-sallyport=${ticket}` } })
  expect(await checked(ports, request(ports.keep(session)))).toMatchObject({ kind: 'allow' })
  const without = request(ports.keep(aSession(ports.nowMs)))
  expect(denied(await checked(ports, without))).toMatchObject({ status: 403 })
})
