import { describe, expect, it } from 'vitest'
import type { IdentityProvider } from '../../../../../src/policy/resource/resource.ts'
import { clientOf, compiled, messages } from '../../../../support/compiled.ts'
import { anIdentityProvider, aShop } from '../../../../support/resources.ts'

type Written = NonNullable<IdentityProvider['spec']['claimSources']>

const { client, route, secret } = aShop()

const compiledWith = (claimSources: Written, more: Partial<IdentityProvider['spec']> = {}) =>
  compiled([anIdentityProvider('shop/keycloak', { claimSources, ...more }), client, route, secret])

const ONE = {
  issuer: 'https://claims.example.com',
  jwksURL: 'https://claims.example.com/jwks',
  endpoints: ['https://claims.example.com/people?v=1'],
}

const providerOf = (claimSources: Written, more: Partial<IdentityProvider['spec']> = {}) =>
  clientOf(compiledWith(claimSources, more)).provider

describe('claim sources of a provider', () => {
  it('are none unless some are listed', () => {
    expect(clientOf(compiled(aShop().shop)).provider).not.toHaveProperty('claimSources')
  })

  it('are issuers with keys alone, held to what their provider is held to', () => {
    const { claimSources, ...provider } = providerOf([ONE], { requestTimeout: '2s' })
    expect(claimSources).toEqual([
      {
        endpoints: ONE.endpoints,
        provider: {
          name: 'shop/keycloak (claim source https://claims.example.com)',
          generation: expect.stringMatching(/^[0-9a-f]{64}$/),
          isClaimSource: true,
          issuer: ONE.issuer,
          discovery: false,
          endpoints: { jwks: ONE.jwksURL },
          signingAlgorithms: provider.signingAlgorithms,
          clockSkewMs: provider.clockSkewMs,
          requestTimeoutMs: 2_000,
          metadataRefreshMs: provider.metadataRefreshMs,
          keysRefreshMs: provider.keysRefreshMs,
        },
      },
    ])
  })

  it('R26: are another generation when they or what leads to them is edited, and only then', () => {
    const [before] = providerOf([ONE]).claimSources ?? []
    const generation = before?.provider.generation
    const [same] =
      providerOf([ONE, { ...ONE, issuer: 'urn:other', endpoints: [] }]).claimSources ?? []
    expect(same?.provider.generation).toBe(generation)
    const [edited] = providerOf([{ ...ONE, jwksURL: `${ONE.jwksURL}2` }]).claimSources ?? []
    expect(edited?.provider.generation).not.toBe(generation)
    const [slower] = providerOf([ONE], { requestTimeout: '9s' }).claimSources ?? []
    expect(slower?.provider.generation).not.toBe(generation)
    expect(providerOf([ONE]).generation).not.toBe(providerOf([]).generation)
  })

  it('share no endpoint, as nobody could tell which of them has signed', () => {
    const other = { ...ONE, issuer: 'urn:other' }
    expect(messages(compiledWith([ONE, other]))).toEqual([
      expect.stringMatching(
        /`https:\/\/claims\.example\.com\/people\?v=1` is an endpoint of spec\.claimSources\[0\] already/,
      ),
    ])
    expect(messages(compiledWith([ONE, { ...other, endpoints: [] }]))).toEqual([])
  })

  it('R25: are called by https alone', () => {
    const plain = 'http://claims.example.com/people'
    expect(messages(compiledWith([{ ...ONE, jwksURL: plain, endpoints: [plain] }]))).toEqual([
      expect.stringContaining('is not an `https` URL'),
      expect.stringContaining('is not an `https` URL'),
    ])
  })
})
