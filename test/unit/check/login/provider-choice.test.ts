import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import { sessionTenant } from '../../../../src/check/session/session-tenant.ts'
import type { Deny, Verdict } from '../../../../src/core/decision/decision.ts'
import { Fault } from '../../../../src/core/reason/fault.ts'
import type { Client } from '../../../../src/core/registration/client.ts'
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
} from '../../../support/builders.ts'
import { type FakePorts, fakePorts, unlimited } from '../../../support/check-ports.ts'
import {
  allowed,
  cookieHeaderOf,
  cookiesOf,
  denied,
  headerOf,
  headersOf,
} from '../../../support/verdicts.ts'

const REMEMBERED = '__Host-sallyport-provider'

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

const staff = aNamedClient('staff')
const customers = aNamedClient('customers')
const policy = aPolicy({ clients: [staff, customers] })

const checked = async (ports: FakePorts, sketch: RequestSketch): Promise<Verdict> =>
  createCheck(ports)(aRequest(sketch), unlimited)

const visit = async (ports: FakePorts, path: string, cookie?: string): Promise<Deny> => {
  const headers = cookie === undefined ? NAVIGATION : { ...NAVIGATION, cookie }
  return denied(await checked(ports, { path, headers }))
}

const clientIn = (login: Deny): string | null =>
  new URL(headerOf(login, 'location')).searchParams.get('client_id')

const signIn = async (ports: FakePorts, path: string): Promise<Deny> => {
  const login = await visit(ports, path)
  const state = new URL(headerOf(login, 'location')).searchParams.get('state')
  const callback = `/${clientIn(login)}/callback?state=${state}&code=c`
  return visit(ports, callback, cookieHeaderOf(login))
}

const sessionWith = (ports: FakePorts, client: Client, subject: string): string => {
  const session = aSession(ports.nowMs, {
    tenant: sessionTenant(client, aRequest()),
    client: client.name,
    subject,
  })
  return `${client.session.cookie.name}=${ports.keep(session)}`
}

describe('a host with several clients', () => {
  it('asks a person which one to sign in with, and sets no cookie before they chose', async () => {
    const page = await visit(fakePorts(policy), '/orders?id=7')
    expect(page).toMatchObject({ status: 401, reason: 'provider_choice_required', content: 'page' })
    expect(page.ways).toEqual([
      {
        label: { key: 'sign_in_with', values: { name: 'The staff' } },
        href: '/orders?id=7&sallyport_provider=staff',
      },
      {
        label: { key: 'sign_in_with', values: { name: 'The customers' } },
        href: '/orders?id=7&sallyport_provider=customers',
      },
    ])
    expect(headersOf(page, 'set-cookie')).toEqual([])
    expect(headersOf(page, 'location')).toEqual([])
  })

  it('answers an API call with 401, as before', async () => {
    const verdict = denied(await checked(fakePorts(policy), { headers: FETCH }))
    expect(verdict).toMatchObject({ status: 401, reason: 'login_required' })
  })

  it('goes where the hint says, and comes back to the page without the hint', async () => {
    const ports = fakePorts(policy)
    const done = await signIn(ports, '/orders?a=1&sallyport_provider=customers&b=%20')
    expect(done).toMatchObject({ status: 303, reason: 'login_completed' })
    expect(headerOf(done, 'location')).toBe('https://shop.example.com/orders?a=1&b=%20')
    expect(ports.calls.exchange[0]?.redirectUri).toBe('https://shop.example.com/customers/callback')
  })

  it.each(['nobody', '', 'staff&sallyport_provider=customers', 'shop%2Fstaff'])(
    'asks again where the hint is %j, whatever is remembered, and offers links without it',
    async (hint) => {
      const cookie = `${REMEMBERED}=staff`
      const page = await visit(fakePorts(policy), `/?sallyport_provider=${hint}`, cookie)
      expect(page.reason).toBe('provider_choice_required')
      expect(page.ways[0]?.href).toBe('/?sallyport_provider=staff')
    },
  )

  it('a form cannot wait for a choice: it is challenged, and kept where the client is remembered', async () => {
    const ports = fakePorts({ ...policy, fallback: aRule({ keepFormsMaxBytes: 100 }) })
    const send = async (cookie: string) => {
      const type = { 'content-type': 'application/x-www-form-urlencoded' }
      const headers = { ...NAVIGATION, ...type, 'sec-fetch-site': 'same-origin', cookie }
      return denied(await checked(ports, { method: 'POST', headers, body: 'a=1' }))
    }
    expect(await send('a=1')).toMatchObject({ status: 401, reason: 'login_required' })
    expect(clientIn(await send(`${REMEMBERED}=customers`))).toBe('customers')
  })

  it('R18: the links of the page lead nowhere else, however the request is written', async () => {
    const page = await visit(fakePorts(policy), '//evil.test/?x')
    expect(page.ways.map(({ href }) => href)).toEqual([
      '/?sallyport_provider=staff',
      '/?sallyport_provider=customers',
    ])
  })
})

describe('the remembered choice', () => {
  it('is the client of the login that worked, and skips the page', async () => {
    const ports = fakePorts(policy)
    const done = await signIn(ports, '/?sallyport_provider=customers')
    expect(cookiesOf(done)[REMEMBERED]).toBe('customers')
    const [line] = headersOf(done, 'set-cookie').filter((one) => one.startsWith(REMEMBERED))
    expect(line).toMatch(/; Path=\/; Max-Age=15552000; Secure; HttpOnly; SameSite=Lax$/)
    expect(clientIn(await visit(ports, '/', `${REMEMBERED}=customers`))).toBe('customers')
  })

  it('is not kept of a login that failed, and forgotten when it fails later', async () => {
    const ports = fakePorts(policy)
    ports.codeOutcome = { kind: 'refused', reason: 'provider_error', detail: 'access_denied' }
    expect(cookiesOf(await signIn(ports, '/?sallyport_provider=staff'))[REMEMBERED]).toBeUndefined()
    const login = await visit(ports, '/', `${REMEMBERED}=staff`)
    const state = new URL(headerOf(login, 'location')).searchParams.get('state')
    const cookie = `${REMEMBERED}=staff; ${cookieHeaderOf(login)}`
    const failed = await visit(ports, `/staff/callback?state=${state}&error=access_denied`, cookie)
    expect(cookiesOf(failed)[REMEMBERED]).toBe('')
  })

  it.each(['nobody', 'a; __Host-sallyport-provider=staff'])(
    'counts for nothing where it is %j',
    async (value) => {
      const page = await visit(fakePorts(policy), '/', `${REMEMBERED}=${value}`)
      expect(page.reason).toBe('provider_choice_required')
    },
  )

  it('is forgotten with the sign-out of its client, and with no other', async () => {
    const ports = fakePorts(policy)
    ports.endSession = undefined
    const headers = { ...NAVIGATION, 'sec-fetch-site': 'same-origin' }
    const signOut = async (client: Client): Promise<Deny> => {
      const cookie = `${sessionWith(ports, client, 'x')}; ${REMEMBERED}=staff`
      const request = { path: client.logout.path, headers: { ...headers, cookie } }
      return denied(await checked(ports, request))
    }
    expect(cookiesOf(await signOut(customers))).toEqual({ '__Host-customers': '' })
    expect(cookiesOf(await signOut(staff))).toEqual({ '__Host-staff': '', [REMEMBERED]: '' })
  })

  it('does not keep a person from the others while its provider is down; a hint tells the truth', async () => {
    const ports = fakePorts(policy)
    const authorizationUrl = async () => {
      throw new Fault('provider_unreachable', 'No answer from staff.example.com.')
    }
    const down = { ...ports, relyingParty: { ...ports.relyingParty, authorizationUrl } }
    const page = await visit(down, '/', `${REMEMBERED}=staff`)
    expect(page).toMatchObject({ reason: 'provider_choice_required', status: 401 })
    expect(page.detail).toBe('No answer from staff.example.com.')
    const hinted = visit(down, '/?sallyport_provider=staff', `${REMEMBERED}=staff`)
    await expect(hinted).rejects.toMatchObject({ code: 'provider_unreachable' })
  })

  it('is not set by a host with one client', async () => {
    const ports = fakePorts(aPolicy({ clients: [staff] }))
    const done = await signIn(ports, '/?sallyport_provider=customers')
    expect(done.reason).toBe('login_completed')
    expect(Object.keys(cookiesOf(done))).not.toContain(REMEMBERED)
  })
})

describe('sessions of several clients', () => {
  const subjectOf = (verdict: Verdict): string | undefined =>
    allowed(verdict).setHeaders.find(([name]) => name === 'x-auth-subject')?.[1]

  it('a session of any of them counts', async () => {
    const ports = fakePorts(policy)
    for (const [client, subject] of [
      [staff, 'alice'],
      [customers, 'bob'],
    ] as const) {
      const cookie = sessionWith(ports, client, subject)
      expect(subjectOf(await checked(ports, { headers: { ...FETCH, cookie } }))).toBe(subject)
    }
  })

  it('of several, the remembered one counts, else the first of the route; a hint changes nothing', async () => {
    const ports = fakePorts(policy)
    const both = `${sessionWith(ports, customers, 'bob')}; ${sessionWith(ports, staff, 'alice')}`
    const subject = async (cookie: string, path = '/') =>
      subjectOf(await checked(ports, { path, headers: { ...FETCH, cookie } }))
    expect(await subject(both)).toBe('alice')
    expect(await subject(`${both}; ${REMEMBERED}=customers`)).toBe('bob')
    expect(await subject(both, '/?sallyport_provider=customers')).toBe('alice')
  })

  it('one that is over leaves the word to the next; where none is left, the presented one says why', async () => {
    const ports = fakePorts(policy)
    const bob = sessionWith(ports, customers, 'bob')
    const passed = await checked(ports, {
      headers: { ...FETCH, cookie: `__Host-staff=gone; ${bob}` },
    })
    expect(subjectOf(passed)).toBe('bob')
    const cookie = '__Host-customers=gone'
    const refused = denied(await checked(ports, { headers: { ...FETCH, cookie } }))
    expect(refused).toMatchObject({ status: 401, reason: 'session_unknown' })
  })

  it('R13: the ticket of one is nothing under the cookie of the other', async () => {
    const ports = fakePorts(policy)
    const ticket = sessionWith(ports, staff, 'alice').split('=')[1]
    const headers = { ...FETCH, cookie: `__Host-customers=${ticket}` }
    expect(denied(await checked(ports, { headers })).reason).toBe('session_unknown')
  })

  it('R15: planted doubles of either are removed', async () => {
    const cookie = '__Host-staff=a; __Host-staff=b; __Host-customers=c; __Host-customers=d'
    const refused = denied(await checked(fakePorts(policy), { headers: { ...FETCH, cookie } }))
    expect(cookiesOf(refused)).toEqual({ '__Host-staff': '', '__Host-customers': '' })
  })

  it('who may not enter is offered the sign-out of their own client', async () => {
    const ports = fakePorts({
      ...policy,
      fallback: aRule({ authorize: [{ kind: 'scopes', scopes: ['admin'] }] }),
    })
    const cookie = sessionWith(ports, customers, 'bob')
    const refused = denied(await checked(ports, { headers: { ...NAVIGATION, cookie } }))
    expect(refused.ways).toEqual([{ label: 'sign_out_for_another', href: '/customers/logout' }])
  })

  it('R10: no cookie of any of them reaches the upstream', async () => {
    const ports = fakePorts(policy)
    const cookie = `${sessionWith(ports, customers, 'bob')}; __Host-staff=x; ${REMEMBERED}=customers; a=1`
    const verdict = allowed(await checked(ports, { headers: { ...FETCH, cookie } }))
    expect(verdict.setHeaders).toContainEqual(['cookie', 'a=1'])
  })
})

describe('R17: mix-up of clients', () => {
  it('R17: a callback that is meant for one is nothing at the path of the other', async () => {
    const ports = fakePorts(policy)
    const login = await visit(ports, '/?sallyport_provider=staff')
    const state = new URL(headerOf(login, 'location')).searchParams.get('state')
    const mixed = await visit(
      ports,
      `/customers/callback?state=${state}&code=c`,
      cookieHeaderOf(login),
    )
    expect(mixed).toMatchObject({ reason: 'state_mismatch', status: 400 })
    expect(ports.calls.exchange).toEqual([])
    expect(ports.stored.size).toBe(0)
  })
})
