import { describe, expect, it } from 'vitest'
import { createCheck } from '../../../../src/check/check.ts'
import type { TokenPlace } from '../../../../src/core/policy/applications.ts'
import type { AuthenticateMethod, CredentialMethod } from '../../../../src/core/policy/policy.ts'
import type { Verification } from '../../../../src/core/provider/token-verifier.ts'
import { Fault } from '../../../../src/core/reason/fault.ts'
import {
  aBearerMethod,
  aClient,
  aPolicy,
  aProvider,
  aRequest,
  aRule,
  FETCH,
} from '../../../support/builders.ts'
import { fakePorts, unlimited } from '../../../support/check-ports.ts'
import { allowed, denied } from '../../../support/verdicts.ts'

const limits = { maxBytes: 1_024, ttlMs: 30_000 }

const introspection = (changes: Partial<CredentialMethod> = {}): CredentialMethod => ({
  kind: 'credential',
  way: 'introspection',
  provider: aProvider(),
  client: aClient(),
  settings: { ...limits, audiences: ['api'], audienceClaim: 'aud', signed: 'Auto' },
  ...changes,
})

const userinfo = (changes: Partial<CredentialMethod> = {}): CredentialMethod => ({
  kind: 'credential',
  way: 'userinfo',
  provider: aProvider(),
  settings: limits,
  ...changes,
})

const vouched: Verification = {
  kind: 'verified',
  bearer: 'access_token',
  issuer: 'https://sso.example.com/realms/shop',
  subject: 'alice',
  claims: { sub: 'alice' },
  scopes: [],
}

const rejected = (reason: Extract<Verification, { kind: 'rejected' }>['reason']): Verification => ({
  kind: 'rejected',
  reason,
  detail: 'No.',
})

const aCheck = (...authenticate: readonly AuthenticateMethod[]) => {
  const ports = fakePorts(aPolicy({ fallback: aRule({ authenticate }) }))
  const check = createCheck(ports)
  const ask = async (headers: Readonly<Record<string, string>> = {}, path = '/') =>
    check(aRequest({ path, headers: { ...FETCH, ...headers } }), unlimited)
  const bearing = (token = 'opaque') => ask({ authorization: `Bearer ${token}` })
  return { ports, ask, bearing }
}

const challengeIn = (verdict: Awaited<ReturnType<ReturnType<typeof aCheck>['ask']>>) =>
  denied(verdict).headers.find(([name]) => name === 'www-authenticate')?.[1]

const QUERY: TokenPlace = { kind: 'query', name: 'access_token' }

describe.each([
  ['introspection', introspection],
  ['userinfo', userinfo],
] as const)('the way in %s', (name, member) => {
  it('lets in whom the provider vouches for', async () => {
    const { ports, bearing } = aCheck(member())
    ports.inquired = vouched
    expect(allowed(await bearing()).about.via).toBe(name)
    expect(ports.calls.inquire).toEqual([`${name} opaque`])
  })

  it('answers a token that is not good with 401 and the error', async () => {
    const { bearing } = aCheck(member())
    const verdict = await bearing()
    expect(denied(verdict)).toMatchObject({ status: 401, reason: 'token_inactive' })
    expect(challengeIn(verdict)).toMatch(/^Bearer realm="shop.example.com", error="invalid_token"/)
  })

  it('asks for a token from somebody who shows none, and asks nobody about that', async () => {
    const { ports, ask } = aCheck(member())
    const verdict = await ask()
    expect(denied(verdict).reason).toBe('token_required')
    expect(challengeIn(verdict)).toBe('Bearer realm="shop.example.com"')
    expect(ports.calls.inquire).toEqual([])
  })

  it('shows nobody a token that is too long', async () => {
    const { ports, bearing } = aCheck(member())
    const verdict = await bearing('a'.repeat(1_025))
    expect(denied(verdict)).toMatchObject({ status: 401, reason: 'token_too_large' })
    expect(ports.calls.inquire).toEqual([])
    ports.inquired = vouched
    expect(allowed(await bearing('a'.repeat(1_024))).about.subject).toBe('alice')
  })

  it('takes a token from where the rule says, and carries it to the upstream', async () => {
    const { ports, ask } = aCheck(member({ from: [QUERY] }))
    ports.inquired = vouched
    const { setHeaders } = allowed(await ask({}, '/?access_token=opaque'))
    expect(setHeaders).toContainEqual(['authorization', 'Bearer opaque'])
    expect(denied(await ask({ authorization: 'Bearer opaque' })).reason).toBe('token_required')
  })

  it('is a fault, and no refusal, where the provider gives no answer', async () => {
    const { ports, bearing } = aCheck(member())
    const fault = new Fault('provider_unreachable', 'It is away.')
    const failing = () => {
      throw fault
    }
    Object.assign(ports, { inquiry: { introspect: failing, userinfo: failing } })
    await expect(bearing()).rejects.toMatchObject({ code: 'provider_unreachable' })
  })
})

describe('a rule that takes JWTs and other tokens', () => {
  it('reads JWTs of its issuers itself, and has the rest asked about', async () => {
    const { ports, bearing } = aCheck(aBearerMethod(), introspection())
    ports.inquired = vouched
    ports.verification = rejected('token_malformed')
    expect(allowed(await bearing()).about.via).toBe('introspection')
    ports.verification = vouched
    expect(allowed(await bearing('a.b.c')).about.via).toBe('bearer')
    expect(ports.calls.inquire).toHaveLength(1)
  })

  it.each(['token_expired', 'token_signature_invalid', 'token_audience_mismatch'] as const)(
    'has nobody asked about a JWT that it refuses itself: %s',
    async (reason) => {
      const { ports, bearing } = aCheck(aBearerMethod(), introspection())
      ports.inquired = vouched
      ports.verification = rejected(reason)
      expect(denied(await bearing()).reason).toBe(reason)
      expect(ports.calls.inquire).toEqual([])
    },
  )

  it('takes no token by its signature that its provider calls inactive', async () => {
    const { ports, bearing } = aCheck(introspection(), aBearerMethod())
    ports.verification = vouched
    expect(denied(await bearing()).reason).toBe('token_inactive')
    expect(ports.calls.verify).toEqual([])
  })

  it('leaves a token of another issuer to the next member', async () => {
    const { ports, bearing } = aCheck(introspection(), aBearerMethod())
    ports.inquired = rejected('token_issuer_mismatch')
    ports.verification = vouched
    expect(allowed(await bearing()).about.via).toBe('bearer')
  })

  it('refuses two tokens, wherever which member looks', async () => {
    const { ports, ask } = aCheck(aBearerMethod({ from: [QUERY] }), introspection())
    ports.inquired = vouched
    ports.verification = vouched
    const both = await ask({ authorization: 'Bearer one' }, '/?access_token=two')
    expect(denied(both).reason).toBe('token_malformed')
    expect([...ports.calls.inquire, ...ports.calls.verify]).toEqual([])
    const own = allowed(await ask({ authorization: 'Bearer one' }))
    expect(own.about.via).toBe('introspection')
    expect(allowed(await ask({}, '/?access_token=two')).about.via).toBe('bearer')
  })
})
