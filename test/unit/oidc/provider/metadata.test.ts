import { describe, expect, it } from 'vitest'
import { createMetadata } from '../../../../src/oidc/provider/metadata.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { json, text } from '../../../support/hostile-provider.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'

describe('the metadata of a provider', () => {
  it('is discovered once and kept', async () => {
    const { hostile, provider } = await aHostileProvider()
    const { metadata } = localProviders(handSetClock()).of(provider)
    await Promise.all(Array.from({ length: 20 }, () => metadata.get(unlimited)))
    expect(await metadata.get(unlimited)).toMatchObject({
      sendsIssuer: true,
      endpoints: { token: `${hostile.issuer}/token`, jwks: `${hostile.issuer}/jwks` },
    })
    expect(hostile.requestCount('metadata')).toBe(1)
  })

  it('R17: that names another issuer is refused, even if only a slash differs', async () => {
    const { hostile, provider } = await aHostileProvider()
    for (const issuer of ['https://evil.example.com', `${hostile.issuer}/`, null]) {
      hostile.setMetadata({ issuer })
      const { metadata } = localProviders(handSetClock()).of(provider)
      await expect(metadata.get(unlimited)).rejects.toMatchObject({
        code: 'provider_misconfigured',
      })
    }
  })

  it.each([
    ['http', 'http://sso.example.com/token'],
    ['javascript', 'javascript:alert(1)'],
    ['userinfo', 'https://name:word@sso.example.com/token'],
    ['a fragment', 'https://sso.example.com/token#x'],
    ['a list', ['https://sso.example.com/token']],
  ])('R25: an endpoint with %s is refused', async (_, endpoint) => {
    const { hostile, provider } = await aHostileProvider()
    const https = 'https://sso.example.com'
    hostile.setMetadata({
      authorization_endpoint: `${https}/authorize`,
      end_session_endpoint: https,
      jwks_uri: `${https}/jwks`,
      token_endpoint: endpoint,
    })
    const { fetch } = localProviders(handSetClock()).of(provider)
    const strict = createMetadata({ provider, fetch, outbound: {}, clock: handSetClock() })
    await expect(strict.get(unlimited)).rejects.toMatchObject({ code: 'provider_misconfigured' })
  })

  it('gives way to configured endpoints', async () => {
    const { hostile, provider } = await aHostileProvider({
      endpoints: { token: 'https://inside.example.com/token' },
    })
    hostile.setMetadata({ token_endpoint: 'javascript:alert(1)' })
    const { endpoints } = await localProviders(handSetClock()).of(provider).metadata.get(unlimited)
    expect(endpoints.token).toBe('https://inside.example.com/token')
    expect(endpoints.jwks).toBe(`${hostile.issuer}/jwks`)
  })

  it('is not asked for when discovery is off', async () => {
    const endpoints = { token: 'https://sso.example.com/token' }
    const { hostile, provider } = await aHostileProvider({ discovery: false, endpoints })
    const { metadata } = localProviders(handSetClock()).of(provider)
    expect(await metadata.get(unlimited)).toEqual({
      endpoints,
      sendsIssuer: false,
      authenticationMethods: {},
    })
    expect(hostile.requestCount('metadata')).toBe(0)
  })

  it.each([
    ['HTML', text('<html>{', 200, 'text/html'), 'provider_unreachable'],
    ['deep JSON', text(`{"a":${'['.repeat(100)}${']'.repeat(100)}}`), 'provider_unreachable'],
    ['status 500', json({}, 500), 'provider_unreachable'],
    ['status 404', json({}, 404), 'provider_misconfigured'],
  ])('R25: an answer of %s is a fault, not a crash', async (_, answer, code) => {
    const { hostile, provider } = await aHostileProvider()
    hostile.answer('metadata', answer)
    const { metadata } = localProviders(handSetClock()).of(provider)
    await expect(metadata.get(unlimited)).rejects.toMatchObject({ code })
  })

  it('R26: the last good one outlives a provider that begins to lie', async () => {
    const { hostile, provider } = await aHostileProvider()
    const clock = handSetClock()
    const { metadata } = localProviders(clock).of(provider)
    const good = await metadata.get(unlimited)
    hostile.setMetadata({ issuer: 'https://evil.example.com' })
    clock.advance(provider.metadataRefreshMs)
    await metadata.get(unlimited)
    await expect.poll(() => metadata.status().fault?.code).toBe('provider_misconfigured')
    expect(await metadata.get(unlimited)).toBe(good)
  })
})
