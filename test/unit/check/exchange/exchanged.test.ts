import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import type { Verdict } from '../../../../src/core/decision/decision.ts'
import type { Rule } from '../../../../src/core/policy/policy.ts'
import type { Exchange } from '../../../../src/core/policy/upstream.ts'
import type { Verification } from '../../../../src/core/provider/token-verifier.ts'
import { Fault } from '../../../../src/core/reason/fault.ts'
import {
  aBearerMethod,
  aClient,
  aPolicy,
  aRequest,
  aRule,
  aSession,
  FETCH,
  NAVIGATION,
} from '../../../support/builders.ts'
import { fakePorts, unlimited } from '../../../support/check-ports.ts'

const AGE_MS = 60_000
const backend = aClient({ name: 'shop/backend', clientId: 'backend' })
const exchange: Exchange = { client: backend, audience: 'orders', scopes: [], takesOpaque: false }

const exchanging = (changes: Partial<Rule> = {}): Rule => {
  const rule = aRule(changes)
  const upstream = { ...rule.upstream, authorization: 'Exchange' } as const
  return { ...rule, authenticate: [{ kind: 'session' }, aBearerMethod()], upstream, exchange }
}

const verified = (subject = 'machine'): Verification => ({
  kind: 'verified',
  bearer: 'access_token',
  issuer: backend.provider.issuer,
  subject,
  claims: { sub: subject, exp: Date.UTC(2026, 10, 23) / 1_000 + 600 },
  scopes: [],
})

const aWorld = (rule = exchanging()) => {
  const policy = aPolicy({ fallback: rule })
  const ports = fakePorts(policy)
  const session = aSession(ports.nowMs - AGE_MS)
  const cookie = `${policy.clients[0]?.session.cookie.name}=${ports.keep(session)}`
  const check = createCheck(ports)
  const ask = async (headers: Readonly<Record<string, string>>): Promise<Verdict> =>
    check(aRequest({ headers }), unlimited)
  return {
    ports,
    policy,
    ask,
    signedIn: (headers = {}) => ask({ cookie, ...headers }),
    bearing: (token = 'bearer-1', headers = {}) => {
      if (ports.verification.kind === 'rejected') ports.verification = verified()
      return ask({ authorization: `Bearer ${token}`, ...headers })
    },
  }
}

const headersOf = (verdict: Verdict): Readonly<Record<string, string>> => {
  if (verdict.kind === 'deny') throw new Error(`It was denied: ${verdict.reason}`)
  return Object.fromEntries(verdict.setHeaders)
}

describe('a rule that has access tokens exchanged', () => {
  it('sends that of a session as its client, and gives the upstream what came of it', async () => {
    const { ports, policy, signedIn } = aWorld()
    expect(headersOf(await signedIn())).toMatchObject({
      authorization: 'Bearer exchanged-1',
      'x-auth-subject': 'alice',
    })
    expect(ports.calls.exchanges).toEqual([
      {
        client: policy.clients[0],
        exchange,
        subject: {
          token: 'access-1',
          subject: 'alice',
          issuer: backend.provider.issuer,
          expiresAtMs: ports.nowMs - AGE_MS + 5 * 60_000,
        },
      },
    ])
  })

  it('R10: sends that of a bearer as the client that it names, and never the one that came', async () => {
    const { ports, bearing } = aWorld()
    expect(headersOf(await bearing()).authorization).toBe('Bearer exchanged-1')
    expect(ports.calls.exchanges).toMatchObject([
      {
        client: { name: 'shop/backend' },
        subject: {
          token: 'bearer-1',
          subject: 'machine',
          expiresAtMs: Date.UTC(2026, 10, 23) + 600_000,
        },
      },
    ])
  })

  it('R23: says who may act for a bearer, and of a session leaves that to its access token', async () => {
    const { ports, bearing, signedIn } = aWorld()
    const may_act = { sub: 'gateway' }
    ports.verification = { ...verified(), claims: { sub: 'machine', may_act } } as Verification
    await bearing()
    await signedIn()
    const [bearer, session] = ports.calls.exchanges
    expect(bearer?.subject.mayAct).toEqual(may_act)
    expect(session?.subject).not.toHaveProperty('mayAct')
  })

  it('asks once for each identity, as long as the token may be used', async () => {
    const { ports, signedIn } = aWorld()
    ports.exchanged = { kind: 'token', token: 'exchanged-1', untilMs: ports.nowMs + 1_000 }
    const [first, again] = [await signedIn(), await signedIn()]
    expect(ports.calls.exchanges).toHaveLength(1)
    expect(first.kind === 'allow' && first.prepared).toBeDefined()
    expect(first.kind === 'allow' && first.prepared).toBe(again.kind === 'allow' && again.prepared)
    ports.nowMs += 1_000
    ports.exchanged = { kind: 'token', token: 'exchanged-2', untilMs: ports.nowMs + 1_000 }
    expect(headersOf(await signedIn()).authorization).toBe('Bearer exchanged-2')
  })

  it('R24: gives nobody the token of another', async () => {
    const { ports, signedIn, bearing } = aWorld()
    await signedIn()
    ports.exchanged = { kind: 'token', token: 'exchanged-of-machine', untilMs: Number.MAX_VALUE }
    expect(headersOf(await bearing()).authorization).toBe('Bearer exchanged-of-machine')
    expect(headersOf(await signedIn()).authorization).toBe('Bearer exchanged-1')
    ports.verification = verified('robot')
    ports.exchanged = { kind: 'token', token: 'exchanged-of-robot', untilMs: Number.MAX_VALUE }
    expect(headersOf(await bearing('bearer-2')).authorization).toBe('Bearer exchanged-of-robot')
  })

  it('answers at once where the port does, and waits where it has to', async () => {
    const { ports, signedIn } = aWorld()
    ports.exchanged = Promise.resolve({ kind: 'token', token: 'exchanged-1', untilMs: 9e15 })
    expect(headersOf(await signedIn()).authorization).toBe('Bearer exchanged-1')
  })

  it('puts it where a product of before looks for the access token, with its own expiry', async () => {
    const rule = exchanging()
    const { ports, bearing } = aWorld({
      ...rule,
      upstream: { ...rule.upstream, compatibility: 'ModAuthOpenIDC' },
    })
    ports.exchanged = {
      kind: 'token',
      token: 'exchanged-1',
      expiresAtMs: 1_800_000_000_000,
      untilMs: 9e15,
    }
    expect(headersOf(await bearing())).toMatchObject({
      oidc_access_token: 'exchanged-1',
      oidc_access_token_expires: '1800000000',
    })
  })

  it('signs an assertion besides', async () => {
    const rule = exchanging()
    const assertion = { header: 'x-signed', audience: 'orders', claims: [], lifetimeMs: 60_000 }
    const { signedIn } = aWorld({ ...rule, upstream: { ...rule.upstream, assertion } })
    const headers = headersOf(await signedIn())
    expect(headers.authorization).toBe('Bearer exchanged-1')
    expect(headers['x-signed']).toMatch(/^assertion of alice/)
  })

  it('ends where the gateway has no room for the token', async () => {
    const { ports, policy } = aWorld()
    const cookie = `${policy.clients[0]?.session.cookie.name}=${ports.keep(aSession(ports.nowMs))}`
    const room = { bytes: 40, count: 100 }
    const verdict = await createCheck(ports)(aRequest({ headers: { cookie }, room }), unlimited)
    expect(verdict).toMatchObject({ kind: 'deny', reason: 'headers_too_large' })
  })

  it('R8: lets an `Authorization` of the caller pass neither beside a session nor without one', async () => {
    const rule = exchanging()
    const anonymous = {
      ...rule,
      authenticate: [{ kind: 'session' }, { kind: 'anonymous' }],
    } as const
    const { signedIn, ask } = aWorld(anonymous)
    expect(headersOf(await signedIn({ authorization: 'Basic eA==' })).authorization).toBe(
      'Bearer exchanged-1',
    )
    const nobody = await ask({ authorization: 'Bearer made-up' })
    expect(nobody.kind === 'allow' && nobody.removeHeaders).toContain('authorization')
  })
})

describe('where a provider does not take the access token', () => {
  const refused = { kind: 'subject_refused', detail: 'Invalid token.' } as const

  it('a session has ended: a page signs in again, a script is told', async () => {
    const { ports, signedIn } = aWorld()
    ports.exchanged = refused
    expect(await signedIn(NAVIGATION)).toMatchObject({ kind: 'deny', status: 302 })
    expect(await signedIn(FETCH)).toMatchObject({
      status: 401,
      reason: 'session_ended',
      detail: 'Invalid token.',
    })
  })

  it('a bearer is challenged: its token is not active', async () => {
    const { ports, bearing } = aWorld()
    ports.exchanged = refused
    const verdict = await bearing()
    expect(verdict).toMatchObject({ status: 401, reason: 'token_inactive' })
    const challenges = verdict.kind === 'deny' ? Object.fromEntries(verdict.headers) : {}
    expect(challenges['www-authenticate']).toContain('error="invalid_token"')
  })

  it('R1: somebody who has just signed in is not sent in circles', async () => {
    const { ports, policy, ask } = aWorld()
    ports.exchanged = refused
    const ticket = ports.keep(aSession(ports.nowMs))
    const asked = ask({
      cookie: `${policy.clients[0]?.session.cookie.name}=${ticket}`,
      ...NAVIGATION,
    })
    await expect(asked).rejects.toMatchObject({
      code: 'exchange_refused',
      message: expect.stringContaining('a moment ago'),
    })
  })
})

describe('R1: nothing passes', () => {
  it('where the exchange fails, now or later, and the fault says where', async () => {
    const { ports, policy, signedIn } = aWorld()
    const fault = new Fault('exchange_refused', 'It is off.')
    for (const failing of [fault, Promise.reject(fault)]) {
      ports.exchanged = failing
      await expect(signedIn()).rejects.toMatchObject({
        code: 'exchange_refused',
        place: { policy: policy.name, rule: 'default' },
      })
    }
  })

  it('where there is no client to exchange as', async () => {
    const { client: _none, ...nameless } = exchange
    const { bearing } = aWorld({ ...exchanging(), exchange: nameless })
    await expect(bearing()).rejects.toMatchObject({ code: 'exchange_refused' })
  })

  it('where what came is no access token', async () => {
    const { ports, bearing } = aWorld()
    ports.verification = { ...verified(), bearer: 'id_token' } as Verification
    await expect(bearing()).rejects.toMatchObject({ code: 'exchange_refused' })
  })
})
