import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import { sessionTenant } from '../../../../src/check/session/session-tenant.ts'
import type { Policy } from '../../../../src/core/policy/policy.ts'
import type { Client } from '../../../../src/core/registration/client.ts'
import {
  aClient,
  aPolicy,
  aRequest,
  aRule,
  aSession,
  FETCH,
  NAVIGATION,
} from '../../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../../support/check-ports.ts'
import { allowed, cookieHeaderOf, denied, headerOf, headersOf } from '../../../support/verdicts.ts'

const COOKIE = '__Secure-sallyport'

const sharing = (changes: Partial<Client> = {}, domain = 'example.com'): Client => {
  const client = aClient(changes)
  const cookie = { name: COOKIE, sameSite: 'Lax', domain } as const
  return { ...client, session: { ...client.session, cookie } }
}

/** Ports where each host has the policy of its client. */
const serving = (hosts: Readonly<Record<string, Policy>>): FakePorts => {
  const ports = fakePorts()
  const find: FakePorts['policies']['find'] = ({ host }) => {
    const policy = hosts[host]
    return policy === undefined ? { kind: 'none' } : { kind: 'found', policy }
  }
  return { ...ports, policies: { find } }
}

const shop = sharing()
const blog = sharing({ name: 'blog/blog', tenant: 'blog/blog|sso|blog', clientId: 'blog' })
const two = {
  'shop.example.com': aPolicy({ clients: [shop] }),
  'pay.example.com': aPolicy({ clients: [shop] }),
}

const fetching = (ports: FakePorts, authority: string, cookie: string) =>
  createCheck(ports)(aRequest({ authority, headers: { ...FETCH, cookie } }), unlimited)

const signIn = async (ports: FakePorts, authority: string): Promise<string> => {
  const check = createCheck(ports)
  const login = denied(await check(aRequest({ authority, headers: NAVIGATION }), unlimited))
  const state = new URL(headerOf(login, 'location')).searchParams.get('state')
  const headers = { ...NAVIGATION, cookie: cookieHeaderOf(login) }
  const path = `/oauth2/callback?state=${state}&code=c`
  const done = denied(await check(aRequest({ authority, path, headers }), unlimited))
  expect(done).toMatchObject({ reason: 'login_completed' })
  const [line = ''] = headersOf(done, 'set-cookie').filter((one) => one.startsWith(`${COOKIE}=`))
  return line
}

describe('R13: a session that the hosts of a client share', () => {
  it('R13: a login at one host sets one cookie for the domain, which the other host takes', async () => {
    const ports = serving(two)
    const line = await signIn(ports, 'shop.example.com')
    expect(line).toContain('; Domain=example.com;')
    const [cookie = ''] = line.split(';')
    const verdict = allowed(await fetching(ports, 'pay.example.com', `${cookie}; other=1`))
    expect(verdict.setHeaders).toContainEqual(['x-auth-subject', 'alice'])
    expect(verdict.setHeaders).toContainEqual(['cookie', 'other=1'])
  })

  it('R13: the login cookie stays with the host that began the login', async () => {
    const login = denied(
      await createCheck(serving(two))(aRequest({ headers: NAVIGATION }), unlimited),
    )
    const [line = ''] = headersOf(login, 'set-cookie')
    expect(line).toMatch(/^__Host-sallyport-login-/)
    expect(line).not.toContain('Domain')
  })

  it('R13: another client of the same domain gains nothing from the cookie', async () => {
    const hosts = { ...two, 'blog.example.com': aPolicy({ name: 'blog/blog', clients: [blog] }) }
    const ports = serving(hosts)
    const [cookie = ''] = (await signIn(ports, 'shop.example.com')).split(';')
    const verdict = denied(await fetching(ports, 'blog.example.com', cookie))
    expect(verdict).toMatchObject({ reason: 'session_unknown', status: 401 })
  })

  it('R13: the same client over another domain, or over none, is somebody else', () => {
    const at = (client: Client) => sessionTenant(client, aRequest())
    const tenants = [sharing(), sharing({}, 'shop.example.com'), aClient()].map(at)
    expect(new Set(tenants).size).toBe(3)
    expect(at(sharing())).toBe(sessionTenant(shop, { host: 'pay.example.com' }))
  })

  it('R10: no host passes the cookie on, whatever its own client and rule', async () => {
    const open = aRule({ name: 'open', public: true })
    const policies = [aPolicy({ fallback: open }), aPolicy({ clients: [blog], fallback: open })]
    for (const policy of policies) {
      const headers = { cookie: `${COOKIE}=t; a=1` }
      const verdict = await createCheck(fakePorts(policy))(aRequest({ headers }), unlimited)
      expect(allowed(verdict).setHeaders).toContainEqual(['cookie', 'a=1'])
    }
  })

  it('R15: a second cookie of its name counts for nothing, and both are removed wherever they lie', async () => {
    const verdict = denied(
      await fetching(serving(two), 'shop.example.com', `${COOKIE}=a; ${COOKIE}=b`),
    )
    expect(verdict).toMatchObject({ reason: 'session_unknown' })
    const domains = headersOf(verdict, 'set-cookie').map(
      (line) => /Domain=([^;]*)/.exec(line)?.[1] ?? 'none',
    )
    expect(domains).toEqual(['none', 'shop.example.com', 'example.com'])
  })

  it('sign-out at one host ends it for all, and removes the cookie of the domain', async () => {
    const ports = serving(two)
    const tenant = sessionTenant(shop, { host: 'shop.example.com' })
    const cookie = `${COOKIE}=${ports.keep(aSession(ports.nowMs, { tenant }))}`
    const headers = { ...NAVIGATION, 'sec-fetch-site': 'same-origin', cookie }
    const request = aRequest({ authority: 'pay.example.com', path: '/oauth2/logout', headers })
    const out = denied(await createCheck(ports)(request, unlimited))
    expect(headersOf(out, 'set-cookie')).toContainEqual(
      expect.stringMatching(/^__Secure-sallyport=; .*Domain=example\.com; Max-Age=0/),
    )
    expect(denied(await fetching(ports, 'shop.example.com', cookie)).reason).toBe('session_unknown')
  })
})
