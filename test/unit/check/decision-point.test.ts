import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../src/check/check.ts'
import type { Verdict } from '../../../src/core/decision/decision.ts'
import type { Rule } from '../../../src/core/policy/policy.ts'
import type { Tokens } from '../../../src/core/provider/tokens.ts'
import { Fault } from '../../../src/core/reason/fault.ts'
import {
  aBearerMethod,
  aClient,
  aPolicy,
  aRequest,
  aRule,
  aSession,
  FETCH,
  type RequestSketch,
  someTokens,
} from '../../support/builders.ts'
import { fakePorts, unlimited } from '../../support/check-ports.ts'
import { aDecisionPoint } from '../../support/decision-points.ts'

const aWorld = (changes: Partial<Rule> = {}, tokens: Partial<Tokens> = {}) => {
  const rule = aRule({ decisionPoint: aDecisionPoint(), ...changes })
  const ports = fakePorts(aPolicy({ fallback: rule }))
  const { refreshToken, ...kept } = someTokens(ports.nowMs, tokens)
  const refresh = refreshToken === '' ? {} : { refreshToken: 'refresh-1' }
  const session = aSession(ports.nowMs, { tokens: { ...kept, ...refresh } })
  const ticket = ports.keep(session)
  const check = createCheck(ports)
  const cookie = `${aClient().session.cookie.name}=${ticket}`
  const ask = async (sketch: RequestSketch = {}): Promise<Verdict> =>
    check(aRequest({ ...sketch, headers: { ...FETCH, cookie, ...sketch.headers } }), unlimited)
  return { ports, ask, check, cookie }
}

const factsIn = (text: string | undefined) => JSON.parse(text ?? 'null')

describe('a rule with a decision point', () => {
  it('lets through whom the decision point permits, with the usual headers', async () => {
    const { ports, ask } = aWorld()
    const verdict = await ask({ path: '/orders' })
    expect(verdict).toMatchObject({ kind: 'allow', reason: 'allowed' })
    expect(verdict.kind === 'allow' && verdict.setHeaders).toContainEqual([
      'x-auth-subject',
      'alice',
    ])
    expect(factsIn(ports.calls.ask[0]?.facts)).toMatchObject({
      subject: { id: 'alice' },
      resource: { id: '/orders', properties: { host: 'shop.example.com', rule: 'default' } },
    })
  })

  it('R1: forbids whom it denies, and says why in the log alone', async () => {
    const { ports, ask } = aWorld()
    ports.ruling = { kind: 'denied', detail: 'The decision point said false: closed' }
    expect(await ask()).toMatchObject({
      kind: 'deny',
      status: 403,
      reason: 'decision_denied',
      detail: 'The decision point said false: closed',
    })
  })

  it('R1: fails with the decision point, and opens nothing', async () => {
    const { ports, ask } = aWorld()
    ports.ruling = new Fault('decision_point_unavailable', 'It is away.')
    await expect(ask()).rejects.toMatchObject({ code: 'decision_point_unavailable' })
  })

  it('asks it about every request, with what each one is', async () => {
    const { ports, ask } = aWorld()
    await ask({ path: '/a' })
    ports.ruling = { kind: 'denied', detail: 'no' }
    expect(await ask({ path: '/b', method: 'DELETE' })).toMatchObject({ status: 403 })
    const asked = ports.calls.ask.map(({ facts }) => factsIn(facts))
    expect(asked.map(({ resource }) => resource.id)).toEqual(['/a', '/b'])
    expect(asked.map(({ action }) => action.name)).toEqual(['GET', 'DELETE'])
  })

  it('asks it last: not about whom another clause refuses, nor about somebody unknown', async () => {
    const scopes = { kind: 'scopes', scopes: ['orders:read'] } as const
    const { ports, ask, check } = aWorld({ authorize: [scopes] })
    expect(await ask()).toMatchObject({ reason: 'insufficient_scope' })
    expect(await check(aRequest({ headers: FETCH }), unlimited)).toMatchObject({ status: 401 })
    const ranges = { kind: 'source_addresses', ranges: [] } as const
    const other = aWorld({ authorize: [ranges] })
    expect(await other.ask({ address: '192.0.2.1' })).toMatchObject({
      reason: 'source_address_refused',
    })
    expect([...ports.calls.ask, ...other.ports.calls.ask]).toEqual([])
  })

  it('refuses what is too much to be told, without asking', async () => {
    const claims = [{ name: 'groups', path: ['groups'] }]
    const { ports, ask } = aWorld(
      { decisionPoint: aDecisionPoint({ claims }) },
      { claims: { sub: 'alice', groups: 'g'.repeat(20_000) } },
    )
    expect(await ask()).toMatchObject({
      status: 403,
      reason: 'decision_facts_too_large',
      detail: expect.stringContaining('the claim groups'),
    })
    expect(ports.calls.ask).toEqual([])
  })

  it.each(['/orders%2F7', '/orders;x=1', '/orders//7', '/orders%253B'])(
    'R5: a path that may be read in two ways is not told: %s',
    async (path) => {
      const { ports, ask } = aWorld()
      expect(await ask({ path })).toMatchObject({ status: 400, reason: 'malformed_path' })
      expect(ports.calls.ask).toEqual([])
      const { ask: plain } = aWorld({ authorize: [] })
      expect(await plain({ path: '/orders/7' })).toMatchObject({ kind: 'allow' })
    },
  )

  it('tells it the access token of a session, which is refreshed first where it has expired', async () => {
    const { ports, ask } = aWorld({
      decisionPoint: aDecisionPoint({ sendsAccessToken: true }),
      upstream: { ...aRule().upstream, authorization: 'Remove' },
    })
    await ask()
    expect(factsIn(ports.calls.ask[0]?.facts).context.access_token).toBe('access-1')
    ports.nowMs += 10 * 60_000
    ports.refreshOutcome = async () => ({
      kind: 'tokens',
      tokens: someTokens(ports.nowMs, { accessToken: 'access-2' }),
    })
    await ask()
    expect(factsIn(ports.calls.ask[1]?.facts).context.access_token).toBe('access-2')
  })

  it.each(['Remove', 'IDToken'] as const)(
    'tells it no access token that has expired and cannot be refreshed, whatever the upstream gets: %s',
    async (authorization) => {
      const { ports, ask } = aWorld(
        {
          decisionPoint: aDecisionPoint({ sendsAccessToken: true }),
          upstream: { ...aRule().upstream, authorization },
        },
        { refreshToken: '' },
      )
      ports.nowMs += 10 * 60_000
      expect(await ask()).toMatchObject({ status: 401 })
      expect(ports.calls.ask).toEqual([])
    },
  )

  it('tells it the bearer token that was verified', async () => {
    const { ports, check } = aWorld({
      authenticate: [aBearerMethod()],
      decisionPoint: aDecisionPoint({ sendsAccessToken: true }),
    })
    ports.verification = {
      kind: 'verified',
      bearer: 'access_token',
      issuer: 'https://sso.example.com/realms/shop',
      subject: 'robot',
      claims: { sub: 'robot' },
      scopes: [],
    }
    const headers = { ...FETCH, authorization: 'Bearer header.payload.signature' }
    expect(await check(aRequest({ headers }), unlimited)).toMatchObject({ kind: 'allow' })
    expect(ports.calls.verify).toEqual(['header.payload.signature'])
    expect(factsIn(ports.calls.ask[0]?.facts)).toMatchObject({
      subject: { id: 'robot' },
      context: { access_token: 'header.payload.signature' },
    })
  })

  it('tells it no ID token in the place of an access token', async () => {
    const { ports, check } = aWorld({
      authenticate: [aBearerMethod({ accepts: ['id_token'] })],
      decisionPoint: aDecisionPoint({ sendsAccessToken: true }),
    })
    ports.verification = {
      kind: 'verified',
      bearer: 'id_token',
      issuer: 'https://sso.example.com/realms/shop',
      subject: 'robot',
      claims: { sub: 'robot' },
      scopes: [],
    }
    const headers = { ...FETCH, authorization: 'Bearer header.payload.signature' }
    expect(await check(aRequest({ headers }), unlimited)).toMatchObject({ kind: 'allow' })
    expect(ports.calls.ask[0]?.facts).not.toContain('payload')
  })

  it('answers without a promise where the answer is remembered, and where there is none to ask', () => {
    const { check, cookie, ports } = aWorld()
    const request = aRequest({ headers: { ...FETCH, cookie } })
    const withPoint = check(request, unlimited)
    expect(withPoint).not.toBeInstanceOf(Promise)
    expect(ports.calls.ask).toHaveLength(1)
  })
})
