import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import type { Deny } from '../../../src/core/decision/decision.ts'
import type { Policy } from '../../../src/core/policy/policy.ts'
import { Fault } from '../../../src/core/reason/fault.ts'
import type { Client } from '../../../src/core/registration/client.ts'
import {
  aClient,
  aPolicy,
  aRequest,
  aRule,
  aSession,
  FETCH,
  NAVIGATION,
  someTokens,
} from '../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../support/check-ports.ts'
import { present } from '../../support/present.ts'
import { denied, headerOf, headersOf } from '../../support/verdicts.ts'

const { session } = aClient()
const info = [
  { written: 'email', path: ['email'] },
  { written: 'realm_access.roles', path: ['realm_access', 'roles'] },
  { written: 'absent', path: ['absent'] },
]
const aTellingClient = (changes: Partial<Client> = {}): Client =>
  aClient({ session: { ...session, info }, ...changes })

const claims = { sub: 'alice', email: 'alice@example.com', realm_access: { roles: ['buyer'] } }

const asked = async (
  ports: FakePorts,
  headers: Readonly<Record<string, string>> = FETCH,
  path = '/oauth2/session',
): Promise<Deny> => denied(await createCheck(ports)(aRequest({ path, headers }), unlimited))

const documentOf = (verdict: Deny, accept = '*/*') => {
  const header = (name: string): string | undefined => (name === 'accept' ? accept : undefined)
  const { headers, body } = present(verdict, { requestId: 'request-1', header })
  return { type: headers.find(([name]) => name === 'content-type')?.[1], json: JSON.parse(body) }
}

const signedIn = (policy: Policy = aPolicy({ clients: [aTellingClient()] })) => {
  const ports = fakePorts(policy)
  const tokens = someTokens(ports.nowMs, { claims })
  const cookie = `__Host-sallyport=${ports.keep(aSession(ports.nowMs, { tokens }))}`
  return { ports, cookie }
}

describe('a page that asks about its session', () => {
  it('is told the chosen claims, when it ends, and where to sign out', async () => {
    const { ports, cookie } = signedIn()
    const verdict = await asked(ports, { ...FETCH, cookie })
    expect(verdict).toMatchObject({ reason: 'session_info', status: 200 })
    expect(headerOf(verdict, 'cache-control')).toBe('no-store')
    expect(documentOf(verdict)).toEqual({
      type: 'application/json',
      json: {
        claims: { email: 'alice@example.com', 'realm_access.roles': ['buyer'] },
        expiresAt: '2026-11-23T12:00:00.000Z',
        idleExpiresAt: '2026-11-23T00:30:00.000Z',
        signOut: '/oauth2/logout',
      },
    })
  })

  it('R31: is told no token, and nobody is named in the answer who was not chosen', async () => {
    const { ports, cookie } = signedIn(aPolicy())
    const { json } = documentOf(await asked(ports, { ...FETCH, cookie }))
    expect(json.claims).toEqual({})
    expect(JSON.stringify(json)).not.toMatch(/alice|access-1|refresh-1|id-1/)
  })

  it('does not use its session by that, nor does it have it refreshed', async () => {
    const { ports, cookie } = signedIn()
    ports.nowMs += 6 * 60_000
    expect(await asked(ports, { ...FETCH, cookie })).toMatchObject({ status: 200 })
    expect(ports.calls.touch).toEqual([])
    expect(ports.calls.refresh).toEqual([])
  })

  it.each([
    ['a script', FETCH],
    ['somebody who opens it', NAVIGATION],
  ])(
    'R19: without a session %s gets 401 in JSON, with where to sign in, never a login',
    async (_, headers) => {
      const verdict = await asked(fakePorts(aPolicy()), headers)
      expect(verdict).toMatchObject({ reason: 'login_required', status: 401 })
      expect(headerOf(verdict, 'www-authenticate')).toBe('Session realm="shop.example.com"')
      expect(headersOf(verdict, 'set-cookie')).toEqual([])
      const { type, json } = documentOf(verdict, NAVIGATION.accept)
      expect(type).toBe('application/problem+json')
      expect(json).toMatchObject({ status: 401, reason: 'login_required', signIn: '/oauth2/login' })
    },
  )

  it('R15: of two cookies neither counts, and both are removed', async () => {
    const { ports, cookie } = signedIn()
    const verdict = await asked(ports, { ...FETCH, cookie: `${cookie}; ${cookie}` })
    expect(verdict).toMatchObject({ reason: 'session_unknown', status: 401 })
    expect(headersOf(verdict, 'set-cookie')).toHaveLength(1)
  })

  it('a session that nothing renews ends with its access token, where the upstream gets that', async () => {
    const ports = fakePorts(aPolicy({ clients: [aTellingClient()] }))
    const { refreshToken: _, ...tokens } = someTokens(ports.nowMs)
    const cookie = `__Host-sallyport=${ports.keep(aSession(ports.nowMs, { tokens }))}`
    const { json } = documentOf(await asked(ports, { ...FETCH, cookie }))
    expect(json).toMatchObject({
      expiresAt: '2026-11-23T00:05:00.000Z',
      idleExpiresAt: '2026-11-23T00:05:00.000Z',
    })
    ports.nowMs += 6 * 60_000
    const late = await asked(ports, { ...FETCH, cookie })
    expect(late).toMatchObject({ reason: 'session_expired', status: 401 })
  })

  it('a session with any client of the route counts', async () => {
    const other = aTellingClient({
      name: 'shop/other',
      tenant: 'other',
      session: { ...session, info, cookie: { ...session.cookie, name: '__Host-other' } },
      logout: { ...aClient().logout, path: '/other/logout' },
    })
    const ports = fakePorts(aPolicy({ clients: [aClient(), other] }))
    const tenant = 'other shop.example.com'
    const ticket = ports.keep(aSession(ports.nowMs, { tenant, client: 'shop/other' }))
    const verdict = await asked(ports, { ...FETCH, cookie: `__Host-other=${ticket}` })
    expect(documentOf(verdict).json).toMatchObject({ signOut: '/other/logout' })
    expect(verdict.about).toMatchObject({ subject: 'alice', client: 'shop/other', via: 'session' })
    expect(verdict.about.claims).toMatchObject({ email: 'alice@example.com' })
  })

  it('R1: a store that is away is an unavailable answer, not an absent session', async () => {
    const { ports, cookie } = signedIn()
    ports.storeFault = new Fault('session_store_unavailable', 'Redis is away.')
    await expect(asked(ports, { ...FETCH, cookie })).rejects.toThrow('Redis is away.')
  })

  it('a public rule over the path makes no difference', async () => {
    const matches = [{ path: { kind: 'prefix', path: '/' } as const }]
    const rules = [aRule({ name: 'all', public: true, matches })]
    const verdict = await asked(fakePorts(aPolicy({ rules })))
    expect(verdict).toMatchObject({ reason: 'login_required', status: 401 })
  })
})
