import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import { sessionTenant } from '../../../src/check/session/session-tenant.ts'
import type { Deny, Verdict } from '../../../src/core/decision/decision.ts'
import type { Policy } from '../../../src/core/policy/policy.ts'
import type { Client } from '../../../src/core/registration/client.ts'
import { classify } from '../../../src/policy/applying/classify.ts'
import {
  aClient,
  aPolicy,
  aProvider,
  aRequest,
  aRule,
  aSession,
  FETCH,
  NAVIGATION,
  type RequestSketch,
} from '../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../support/check-ports.ts'
import { allowed, cookieHeaderOf, cookiesOf, denied, headerOf } from '../../support/verdicts.ts'

const aNamedClient = (name: string): Client => {
  const client = aClient()
  return aClient({
    name: `shop/${name}`,
    tenant: `shop/${name}`,
    provider: aProvider({ name: `shop/${name}`, issuer: `https://${name}.example.com` }),
    displayName: `The ${name}`,
    clientId: name,
    callbackPath: `/${name}/callback`,
    logout: { ...client.logout, path: `/${name}/logout` },
    session: { ...client.session, cookie: { name: `__Host-${name}`, sameSite: 'Lax' } },
  })
}

const shop = aNamedClient('shop')
const guests = aNamedClient('guests')
const staff = aNamedClient('staff')

const admin = aRule({
  name: 'admin',
  matches: [{ path: { kind: 'prefix', path: '/admin' } }],
  clients: [staff],
})

const withParts = (...ofRoute: readonly Client[]): Policy =>
  aPolicy({
    clients: [...ofRoute, staff],
    rules: [admin],
    pathSensitive: true,
    fallback: aRule({ clients: ofRoute }),
  })

const policy = withParts(shop)

const checked = async (ports: FakePorts, sketch: RequestSketch): Promise<Verdict> =>
  createCheck(ports)(aRequest(sketch), unlimited)

const visit = async (ports: FakePorts, path: string, cookie?: string): Promise<Deny> => {
  const headers = cookie === undefined ? NAVIGATION : { ...NAVIGATION, cookie }
  return denied(await checked(ports, { path, headers }))
}

const sessionWith = (ports: FakePorts, client: Client): string => {
  const tenant = sessionTenant(client, aRequest())
  const session = aSession(ports.nowMs, { tenant, client: client.name })
  return `${client.session.cookie.name}=${ports.keep(session)}`
}

const clientIn = (login: Deny): string | null =>
  new URL(headerOf(login, 'location')).searchParams.get('client_id')

describe('C22: a part of a host with a client of its own', () => {
  it('signs in there, and the rest of the host at the client of the route', async () => {
    const ports = fakePorts(policy)
    expect(clientIn(await visit(ports, '/admin/users'))).toBe('staff')
    expect(clientIn(await visit(ports, '/orders'))).toBe('shop')
  })

  it.each([
    ['the route', shop, '/orders', '/admin/users'],
    ['the part', staff, '/admin/users', '/orders'],
  ] as const)('R13: a session of %s is none elsewhere', async (_of, client, there, elsewhere) => {
    const ports = fakePorts(policy)
    const cookie = sessionWith(ports, client)
    const verdict = allowed(await checked(ports, { path: there, headers: { ...FETCH, cookie } }))
    expect(verdict.about.client).toBe(client.name)
    const other = denied(await checked(ports, { path: elsewhere, headers: { ...FETCH, cookie } }))
    expect(other).toMatchObject({ status: 401, reason: 'login_required' })
    expect(cookiesOf(other)).toEqual({})
  })

  it('R10: neither session cookie reaches the upstream of the other', async () => {
    const ports = fakePorts(policy)
    const cookie = `${sessionWith(ports, shop)}; ${sessionWith(ports, staff)}; theme=dark`
    for (const path of ['/orders', '/admin/users']) {
      const verdict = allowed(await checked(ports, { path, headers: { ...FETCH, cookie } }))
      expect(Object.fromEntries(verdict.setHeaders).cookie).toBe('theme=dark')
    }
  })

  it('its callback comes back to its pages with its session', async () => {
    const ports = fakePorts(policy)
    const login = await visit(ports, '/admin/users?id=7')
    const state = new URL(headerOf(login, 'location')).searchParams.get('state')
    const done = await visit(ports, `/staff/callback?state=${state}&code=c`, cookieHeaderOf(login))
    expect(done).toMatchObject({ reason: 'login_completed' })
    expect(headerOf(done, 'location')).toBe('https://shop.example.com/admin/users?id=7')
    expect(Object.keys(cookiesOf(done))).toContain('__Host-staff')
    const headers = { ...FETCH, cookie: cookieHeaderOf(done) }
    expect(await checked(ports, { path: '/admin', headers })).toMatchObject({ kind: 'allow' })
    expect(await checked(ports, { path: '/orders', headers })).toMatchObject({ kind: 'deny' })
  })

  it('signing out of it leaves the other session', async () => {
    const ports = fakePorts(policy)
    const cookie = `${sessionWith(ports, shop)}; ${sessionWith(ports, staff)}`
    const headers = { ...NAVIGATION, 'sec-fetch-site': 'same-origin', cookie }
    const out = denied(await checked(ports, { path: '/staff/logout', headers }))
    expect(cookiesOf(out)).toMatchObject({ '__Host-staff': '' })
    expect(cookiesOf(out)).not.toHaveProperty('__Host-shop')
    expect(ports.stored.size).toBe(1)
    expect(await checked(ports, { path: '/orders', headers })).toMatchObject({ kind: 'allow' })
  })

  it('who is not permitted there is shown the way out of that session', async () => {
    const clause = { kind: 'scopes', scopes: ['admin'] } as const
    const ports = fakePorts({ ...policy, rules: [{ ...admin, authorize: [clause] }] })
    const cookie = sessionWith(ports, staff)
    const refused = denied(await checked(ports, { path: '/admin', headers: { ...FETCH, cookie } }))
    expect(refused.ways).toMatchObject([{ href: '/staff/logout' }])
  })

  it('asks nobody to choose, though the route does; what was chosen there is no choice here', async () => {
    const ports = fakePorts(withParts(shop, guests))
    expect(await visit(ports, '/orders')).toMatchObject({ reason: 'provider_choice_required' })
    const remembered = '__Host-sallyport-provider=guests'
    expect(clientIn(await visit(ports, '/admin', remembered))).toBe('staff')
    expect(clientIn(await visit(ports, '/orders', '__Host-sallyport-provider=guests'))).toBe(
      'guests',
    )
    const page = await visit(ports, '/orders?sallyport_provider=staff')
    expect(page.ways.map(({ label }) => label)).toEqual(
      ['The shop', 'The guests'].map((name) => ({ key: 'sign_in_with', values: { name } })),
    )
  })

  it('only what was chosen among several is remembered', async () => {
    const ports = fakePorts(withParts(shop, guests))
    const cookiesAfter = async (path: string): Promise<readonly string[]> => {
      const login = await visit(ports, path)
      const query = new URL(headerOf(login, 'location')).searchParams
      const callback = `/${query.get('client_id')}/callback?state=${query.get('state')}&code=c`
      return Object.keys(cookiesOf(await visit(ports, callback, cookieHeaderOf(login))))
    }
    expect(await cookiesAfter('/admin')).not.toContain('__Host-sallyport-provider')
    expect(await cookiesAfter('/?sallyport_provider=guests')).toContain('__Host-sallyport-provider')
  })

  it('where the route has no client, the rest of the host starts no login', async () => {
    const ports = fakePorts(withParts())
    expect(await visit(ports, '/orders')).toMatchObject({ status: 401, ways: [] })
    expect(clientIn(await visit(ports, '/admin'))).toBe('staff')
  })

  it('R5: a path that may be read as either part is refused', () => {
    const request = aRequest({ path: '/admin%2fusers' })
    expect(classify(policy, request)).toEqual({ kind: 'ambiguous' })
  })
})
