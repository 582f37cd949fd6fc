import { describe, expect, it } from 'vitest'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import type { CodeOutcome } from '../../../../src/core/provider/relying-party.ts'
import type { Client } from '../../../../src/core/registration/client.ts'
import {
  aBindingClient,
  challengeIn,
  createBoundWorld,
  createDevice,
  deviceTerms,
  offerIn,
} from '../../../support/bound-browser.ts'
import { aPolicy, aRule, NAVIGATION, someTokens } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { allowed, denied, headerOf, headersOf } from '../../../support/verdicts.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const TICKET = '__Host-sallyport'
const BOUND = '__Host-sallyport-bound'
const RELOAD = '__Host-sallyport-reload'

const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin' }

const OVER = { reason: 'device_session_over', status: 200, members: { continue: false } }

const outcome = (nowMs: number, claims: Claims = {}, livesMs = 24 * HOUR): CodeOutcome => ({
  kind: 'tokens',
  tokens: someTokens(nowMs, {
    accessTokenExpiresAtMs: nowMs + livesMs,
    claims: { sub: 'alice', ...claims },
  }),
})

describe('a second login in the same browser', () => {
  it('ends the session before, whose device is let go, and binds the new one', async () => {
    const { boundBrowser, clock, directory, settled } = createBoundWorld()
    const browser = await boundBrowser()
    const { jar, open, signIn, bind, refresh, device, id, challenge } = browser
    clock.advance(11 * MINUTE)
    jar.delete(BOUND)
    jar.set(RELOAD, '1')
    const second = createDevice()
    const answer = await bind(second.binding(offerIn(await signIn())))
    await settled()
    expect(answer.reason).toBe('device_bound')
    expect((await directory.list({}, { limit: 9 }, unlimited)).entries).toHaveLength(1)
    const kept = new Map(jar)
    expect(await refresh(id, device.proof(challenge))).toMatchObject(OVER)
    expect(jar).toEqual(kept)
    clock.advance(2 * MINUTE)
    allowed(await open())
    const name = String(answer.members?.session_identifier)
    expect((await refresh(name, second.proof(challengeIn(answer)))).reason).toBe('device_proven')
  })

  it('makes room by that: no session of another device ends for it', async () => {
    const { boundBrowser, clock, settled } = createBoundWorld(
      aBindingClient({}, { maxPerSubject: 2 }),
    )
    const elsewhere = await boundBrowser()
    clock.advance(1_000)
    const { jar, signIn } = await boundBrowser()
    clock.advance(11 * MINUTE)
    jar.delete(BOUND)
    jar.set(RELOAD, '1')
    await signIn()
    await settled()
    const { refresh, id } = elsewhere
    expect((await refresh(id)).reason).toBe('device_challenged')
  })

  it('takes back what was exchanged for the token of the session before', async () => {
    const { boundBrowser, ports, settled, clock } = createBoundWorld()
    const { jar, signIn } = await boundBrowser()
    clock.advance(11 * MINUTE)
    jar.delete(BOUND)
    jar.set(RELOAD, '1')
    await signIn()
    await settled()
    expect(ports.calls.takeBack).toMatchObject([{ former: { subject: 'alice' }, when: 'now' }])
  })
})

describe('a bound session that is raised by a login', () => {
  it('is offered to be bound anew, and the former device session is let go', async () => {
    const mfa = { kind: 'authentication_context', acrValues: ['mfa'] } as const
    const fallback = aRule({ authorize: [mfa] })
    const { boundBrowser, ports, clock, settled, directory } = createBoundWorld(aBindingClient(), {
      fallback,
    })
    const browser = await boundBrowser()
    const { jar, open, signIn, bind, refresh, device, id, challenge } = browser
    expect(denied(await open()).reason).toBe('step_up_required')
    ports.codeOutcome = outcome(clock.nowMs(), { acr: 'mfa' })
    const former = jar.get(TICKET)
    const raised = await signIn()
    await settled()
    expect(raised.reason).toBe('step_up_completed')
    expect(jar.get(TICKET)).not.toBe(former)
    const kept = new Map(jar)
    expect(await refresh(id, device.proof(challenge))).toMatchObject(OVER)
    expect(jar).toEqual(kept)
    const answer = await bind(device.binding(offerIn(raised)))
    expect(answer.reason).toBe('device_bound')
    expect((await directory.list({}, { limit: 9 }, unlimited)).entries).toHaveLength(1)
    clock.advance(2 * MINUTE)
    allowed(await open())
    jar.delete(BOUND)
    expect(denied(await open()).reason).toBe('device_proof_required')
  })

  it('is not raised by what the former cookie stood for', async () => {
    const mfa = { kind: 'authentication_context', acrValues: ['mfa'] } as const
    const fallback = aRule({ authorize: [mfa] })
    const { boundBrowser, ports, clock } = createBoundWorld(aBindingClient(), { fallback })
    const { jar, open, signIn, bind, offer } = await boundBrowser()
    expect(denied(await open()).reason).toBe('step_up_required')
    const bound = jar.get(BOUND) ?? ''
    ports.codeOutcome = outcome(clock.nowMs(), { acr: 'mfa' })
    const device = createDevice()
    await bind(device.binding(offerIn(await signIn())))
    jar.set(BOUND, bound)
    clock.advance(2 * MINUTE)
    expect(denied(await open()).reason).toBe('device_proof_required')
    expect((await bind(device.binding(offer))).reason).toBe('device_binding_refused')
  })
})

describe('what a bound session goes through stays bound', () => {
  it('a refresh of its tokens, also beside a proof of its device', async () => {
    const { boundBrowser, ports, clock, settled } = createBoundWorld()
    ports.codeOutcome = outcome(clock.nowMs(), {}, 5 * MINUTE)
    const { jar, open, refresh, device, id, challenge } = await boundBrowser()
    ports.refreshOutcome = async () => ({
      kind: 'tokens',
      tokens: someTokens(clock.nowMs(), {
        accessToken: 'access-2',
        refreshToken: 'refresh-2',
        accessTokenExpiresAtMs: clock.nowMs() + HOUR,
      }),
    })
    clock.advance(6 * MINUTE)
    const [page, proof] = await Promise.all([open(), refresh(id, device.proof(challenge))])
    await settled()
    allowed(page)
    expect(proof.reason).toBe('device_proven')
    expect(ports.calls.refresh).toHaveLength(1)
    const next = allowed(await open())
    expect(Object.fromEntries(next.setHeaders).authorization).toBe('Bearer access-2')
    jar.delete(BOUND)
    expect(denied(await open()).reason).toBe('device_proof_required')
  })

  it('a browser that is started anew days later, where the session is remembered', async () => {
    const rememberMe = { idleTimeoutMs: 14 * 24 * HOUR, absoluteTimeoutMs: 30 * 24 * HOUR }
    const client = aBindingClient({}, { rememberMe })
    const { createBrowser, ports, clock } = createBoundWorld(client)
    ports.codeOutcome = outcome(clock.nowMs(), {}, 40 * 24 * HOUR)
    const { jar, open, signIn, bind, refresh } = createBrowser()
    const device = createDevice()
    const answer = await bind(
      device.binding(offerIn(await signIn('/orders?sallyport_remember=yes'))),
    )
    const id = String(answer.members?.session_identifier)
    clock.advance(5 * 24 * HOUR)
    jar.delete(BOUND)
    expect(denied(await open()).reason).toBe('device_proof_required')
    const asked = await refresh(id)
    expect(asked.reason).toBe('device_challenged')
    expect((await refresh(id, device.proof(challengeIn(asked)))).reason).toBe('device_proven')
    allowed(await open())
  })
})

describe('an access token of a bound session', () => {
  it('is exchanged for nobody who does not prove the device', async () => {
    const rule = aRule()
    const exchange = { audience: 'orders', scopes: [], takesOpaque: false } as const
    const upstream = { ...rule.upstream, authorization: 'Exchange' } as const
    const client = aBindingClient()
    const fallback = { ...rule, upstream, exchange: { ...exchange, client } }
    const { boundBrowser, ports, clock } = createBoundWorld(client, { fallback })
    const { jar, open } = await boundBrowser()
    allowed(await open())
    expect(ports.calls.exchanges).toHaveLength(1)
    clock.advance(2 * MINUTE)
    jar.delete(BOUND)
    expect(denied(await open()).reason).toBe('device_proof_required')
    expect(ports.calls.exchanges).toHaveLength(1)
  })
})

describe('several clients of one host', () => {
  const named = (name: string): Client => {
    const client = aBindingClient()
    return {
      ...client,
      name: `shop/${name}`,
      tenant: `shop/${name}`,
      clientId: name,
      callbackPath: `/${name}/callback`,
      logout: { ...client.logout, path: `/${name}/logout` },
      session: {
        ...client.session,
        cookie: { name: `__Host-${name}`, sameSite: 'Lax' },
        deviceBound: deviceTerms({
          cookieName: `__Host-${name}-bound`,
          paths: { bind: `/${name}/session/bind`, refresh: `/${name}/session/refresh` },
        }),
      },
    }
  }
  const [staff, customers] = [named('staff'), named('customers')]

  it('are bound each by itself, and a sign-out at one leaves the other', async () => {
    const { createBrowser, clock } = createBoundWorld(staff, { clients: [staff, customers] })
    const { jar, signIn, bind, send, open } = createBrowser()
    const [first, second] = [createDevice(), createDevice()]
    const one = await bind(
      first.binding(offerIn(await signIn('/orders?sallyport_provider=staff'))),
      '/staff/session/bind',
    )
    const ticket = jar.get('__Host-staff') ?? ''
    jar.delete('__Host-staff')
    const other = await bind(
      second.binding(offerIn(await signIn('/orders?sallyport_provider=customers'))),
      '/customers/session/bind',
    )
    jar.set('__Host-staff', ticket)
    expect([one.reason, other.reason]).toEqual(['device_bound', 'device_bound'])
    const [id, otherId] = [one, other].map(({ members }) => String(members?.session_identifier))
    clock.advance(2 * MINUTE)
    await send({ path: '/staff/logout', headers: { ...NAVIGATION, ...SAME_ORIGIN } })
    const left = ['__Host-customers', '__Host-customers-bound', '__Host-sallyport-provider']
    expect([...jar.keys()].toSorted()).toEqual(expect.arrayContaining(left))
    expect([...jar.keys()]).not.toContain('__Host-staff-bound')
    const path = '/staff/session/refresh'
    const headers = { 'sec-secure-session-id': id ?? '' }
    expect(await send({ method: 'POST', path, headers })).toMatchObject(OVER)
    allowed(await open())
    const proof = { 'secure-session-response': second.proof(challengeIn(other)) }
    const proven = await send({
      method: 'POST',
      path: '/customers/session/refresh',
      headers: { 'sec-secure-session-id': otherId ?? '', ...proof },
    })
    expect(proven).toMatchObject({ reason: 'device_proven' })
  })
})

describe('a login with `callback.host`', () => {
  it('is bound at the host that sets its cookie, where the browser sees the offer', async () => {
    const client = { ...aBindingClient(), callbackHost: 'login.example.com' }
    const { createBrowser, ports, ask, clock } = createBoundWorld(client)
    const found = { kind: 'found', policy: aPolicy({ clients: [client] }) } as const
    const central = { kind: 'callbacks', clients: [client], broken: [] } as const
    const find = ({ host }: { host: string }) => (host === 'login.example.com' ? central : found)
    Object.assign(ports, { policies: { find } })
    const { open, comeBack, bind } = createBrowser()
    const sent = await comeBack(await open())
    expect(sent.reason).toBe('login_handed_over')
    expect(headersOf(sent, 'secure-session-registration')).toEqual([])
    const { pathname, search } = new URL(headerOf(sent, 'location'))
    const done = denied(await open(pathname + search, { 'sec-fetch-site': 'cross-site' }))
    const device = createDevice()
    const proof = device.binding(offerIn(done))
    const elsewhere = await ask({
      method: 'POST',
      authority: 'login.example.com',
      path: '/oauth2/session/bind',
      headers: { 'secure-session-response': proof },
    })
    expect(denied(elsewhere).reason).not.toBe('device_bound')
    expect((await bind(proof)).reason).toBe('device_bound')
    clock.advance(2 * MINUTE)
    allowed(await open())
  })
})
