import { describe, expect, it } from 'vitest'
import type { ProtectedRouteSpec } from '../../../../../src/policy/resource/resource-specs.generated.ts'
import { compiled, policyOf } from '../../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../../support/resources.ts'

const limits = { maxBytes: 65_536, cache: { ttl: '30s' } } as const
const asked = {
  ...limits,
  clientRef: { name: 'shop' },
  audiences: ['api'],
  signed: 'Auto',
} as const

const compilation = (...authenticate: ProtectedRouteSpec['authenticate'][number][]) =>
  compiled([
    anIdentityProvider(),
    anIdentityProvider('shop/other'),
    anOidcClient('shop/shop'),
    aSecret(),
    aProtectedRoute('shop/shop', { authenticate }),
  ])

const problems = (...members: ProtectedRouteSpec['authenticate'][number][]) =>
  compilation(...members).problems.map(({ field, message }) => `${field.join('.')}: ${message}`)

describe('members that ask a provider about tokens', () => {
  it('are compiled with the client and its provider', () => {
    const [method] = policyOf(compilation({ introspection: asked })).fallback.authenticate
    expect(method).toMatchObject({
      kind: 'credential',
      way: 'introspection',
      client: { name: 'shop/shop' },
      provider: { name: 'shop/keycloak' },
      settings: { audiences: ['api'], audienceClaim: 'aud', signed: 'Auto', ttlMs: 30_000 },
    })
  })

  it('name no provider but that of the client', () => {
    const agreeing = { ...asked, providerRef: { name: 'keycloak' } }
    expect(problems({ introspection: agreeing })).toEqual([])
    const other = { ...asked, providerRef: { name: 'other' } }
    expect(problems({ introspection: other })).toEqual([
      expect.stringContaining(
        'introspection.clientRef: OIDCClient shop/shop is registered with IdentityProvider shop/keycloak, and not with shop/other',
      ),
    ])
  })

  it('name objects that are there', () => {
    expect(problems({ introspection: { ...asked, clientRef: { name: 'gone' } } })).toEqual([
      expect.stringContaining('OIDCClient'),
    ])
    expect(problems({ userinfo: { ...limits, providerRef: { name: 'gone' } } })).toEqual([
      expect.stringContaining('IdentityProvider'),
    ])
  })

  it('say what their tokens have to be bound to', () => {
    const bound = { ...asked, proof: 'DPoP', dpop: { nonce: 'Require' } } as const
    const [method] = policyOf(compilation({ introspection: bound })).fallback.authenticate
    expect(method).toMatchObject({ proof: 'DPoP', nonce: true })
    const any = { ...asked, proof: 'Any', dpop: { nonce: 'Off' } } as const
    const [unbound] = policyOf(compilation({ introspection: any })).fallback.authenticate
    expect(unbound).not.toHaveProperty('proof')
    expect(unbound).not.toHaveProperty('nonce')
  })

  it('look where tokens that are bound to a key come', () => {
    const from = [{ header: 'x-api-token' }]
    expect(problems({ introspection: { ...asked, proof: 'DPoP', from } })).toEqual([
      expect.stringContaining('introspection.proof: Tokens that are bound by DPoP come in'),
    ])
  })

  it('remember for ten minutes at most, and are for somebody', () => {
    const cache = { ttl: '11m' }
    expect(problems({ introspection: { ...asked, audiences: [], cache } })).toEqual([
      expect.stringContaining('introspection.cache.ttl: The duration "11m" is not one between 0s'),
      expect.stringContaining('introspection.audiences: Tokens for nobody in particular would be'),
    ])
  })

  it('are warned of where the answer does not say whom a token is for', () => {
    const userinfo = { ...limits, providerRef: { name: 'keycloak' } }
    const { warnings } = compilation({ userinfo })
    expect(warnings.map(({ field }) => field.join('.'))).toEqual(['spec.authenticate.0.userinfo'])
    expect(compilation({ introspection: asked }).warnings).toEqual([])
  })
})
