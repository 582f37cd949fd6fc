import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import type { TokenPlace } from '../../../../src/core/policy/applications.ts'
import type { AuthenticateMethod, CredentialMethod } from '../../../../src/core/policy/policy.ts'
import type { Verification } from '../../../../src/core/provider/token-verifier.ts'
import {
  aBearerMethod,
  aClient,
  aPolicy,
  aProvider,
  aRequest,
  aRule,
  aSession,
  FETCH,
  NAVIGATION,
} from '../../../support/builders.ts'
import { fakePorts, unlimited } from '../../../support/check-ports.ts'
import { allowed, denied } from '../../../support/verdicts.ts'

const HEADER: TokenPlace = { kind: 'header', name: 'x-api-token' }

const asked = (way: 'introspection' | 'userinfo', from?: readonly TokenPlace[]) =>
  ({
    kind: 'credential',
    way,
    provider: aProvider(),
    client: aClient(),
    ...(from === undefined ? {} : { from }),
    settings: {
      maxBytes: 1_024,
      ttlMs: 30_000,
      audiences: ['api'],
      audienceClaim: 'aud',
      signed: 'Auto',
    },
  }) satisfies CredentialMethod

const session = { kind: 'session' } as const
const anonymous = { kind: 'anonymous' } as const
const refreshToken = {
  kind: 'credential',
  way: 'refreshToken',
  provider: aProvider(),
  client: aClient(),
  from: [{ kind: 'header', name: 'refresh-token' }],
  settings: { scopes: [], keptMs: 60_000 },
} as const

const rejected = (reason: Extract<Verification, { kind: 'rejected' }>['reason']): Verification => ({
  kind: 'rejected',
  reason,
  detail: 'No.',
})

const vouched: Verification = {
  kind: 'verified',
  bearer: 'access_token',
  issuer: aProvider().issuer,
  subject: 'bob',
  claims: { sub: 'bob' },
  scopes: [],
}

/** Somebody who has a good session, and shows a token besides. */
const aWorld = (...authenticate: readonly AuthenticateMethod[]) => {
  const ports = fakePorts(aPolicy({ fallback: aRule({ authenticate }) }))
  const check = createCheck(ports)
  const cookie = `__Host-sallyport=${ports.keep(aSession(ports.nowMs))}`
  const show = async (headers: Readonly<Record<string, string>> = {}) =>
    check(aRequest({ headers: { ...FETCH, cookie, ...headers } }), unlimited)
  ports.verification = rejected('token_issuer_mismatch')
  ports.inquired = rejected('token_issuer_mismatch')
  return { ports, show }
}

const BEARER = { authorization: 'Bearer a.b.c' }

describe('R23: a token that nobody who takes tokens can read', () => {
  it.each([
    ['the next member looks elsewhere', [aBearerMethod(), asked('introspection', [HEADER])]],
    ['the next member looks elsewhere', [aBearerMethod(), asked('userinfo', [HEADER])]],
    ['the first member looks elsewhere', [aBearerMethod({ from: [HEADER] }), asked('userinfo')]],
    ['every member refuses it', [aBearerMethod(), asked('introspection')]],
    ['every member refuses it', [asked('introspection'), asked('userinfo'), aBearerMethod()]],
  ])('is not followed by the session of the same request, where %s', async (_, members) => {
    const { show } = aWorld(...members, session)
    expect(allowed(await show()).about.subject).toBe('alice')
    const verdict = denied(await show(BEARER))
    expect([verdict.status, verdict.reason]).toEqual([401, 'token_issuer_mismatch'])
  })

  it('is not followed by a session that stands between two who take tokens', async () => {
    const { ports, show } = aWorld(asked('introspection'), session, aBearerMethod())
    expect(denied(await show(BEARER)).reason).toBe('token_issuer_mismatch')
    expect(ports.calls.verify).toEqual(['a.b.c'])
    ports.verification = vouched
    expect(allowed(await show(BEARER)).about).toMatchObject({ via: 'bearer', subject: 'bob' })
  })

  it('is not followed by a credential of another kind, or by nobody', async () => {
    const members = [aBearerMethod(), asked('introspection', [HEADER]), refreshToken, anonymous]
    const { ports, show } = aWorld(...members)
    ports.granting = { kind: 'token', accessToken: 'a.b.c' }
    const verdict = await show({ ...BEARER, 'refresh-token': 'refresh-1' })
    expect(denied(verdict).reason).toBe('token_issuer_mismatch')
    expect(ports.calls.grant).toEqual([])
  })

  it.each([
    ['nobody', [session, aBearerMethod(), asked('introspection'), anonymous]],
    ['a login', [session, aBearerMethod(), asked('introspection')]],
    ['a login', [session, asked('userinfo'), aBearerMethod({ proof: 'DPoP' })]],
  ])('is not followed by %s where a cookie that is no session came before', async (_, members) => {
    const { show } = aWorld(...members)
    const cookie = '__Host-sallyport=of-nobody'
    const verdict = denied(await show({ ...BEARER, ...NAVIGATION, cookie }))
    expect([verdict.status, verdict.reason]).toEqual([401, 'token_issuer_mismatch'])
    expect(verdict.headers).toContainEqual([
      'www-authenticate',
      expect.stringContaining('error="invalid_token"'),
    ])
  })

  it.each<Readonly<Record<string, string>>>([
    { authorization: 'Bearer a, b' },
    { authorization: 'Bearer a', 'x-api-token': 'b' },
    { authorization: 'DPoP a', 'x-api-token': 'b' },
  ])('is not followed by a session where it is none: %j', async (headers) => {
    const { ports, show } = aWorld(aBearerMethod(), asked('introspection', [HEADER]), session)
    expect(denied(await show(headers)).reason).toBe('token_malformed')
    expect([...ports.calls.verify, ...ports.calls.inquire]).toEqual([])
  })
})

describe('R23: a token with the scheme DPoP beside one where another member looks', () => {
  it.each([
    ['introspection', [asked('introspection'), aBearerMethod({ from: [HEADER] })]],
    ['bearer', [aBearerMethod(), asked('introspection', [HEADER])]],
    ['userinfo', [asked('userinfo', [HEADER]), aBearerMethod()]],
  ])('is a second one for %s', async (_, members) => {
    const { ports, show } = aWorld(...members)
    ports.verification = vouched
    ports.inquired = vouched
    const verdict = await show({ authorization: 'DPoP a', 'x-api-token': 'b' })
    expect(denied(verdict).reason).toBe('token_malformed')
    expect([...ports.calls.verify, ...ports.calls.inquire]).toEqual([])
  })
})
