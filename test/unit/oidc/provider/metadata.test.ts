import { describe, expect, it, onTestFinished } from 'vitest'
import type { Claims } from '../../../../src/core/identity/identity.ts'
import { endpointsFor } from '../../../../src/oidc/provider/endpoints.ts'
import {
  createMetadata,
  loginHindrance,
  metadataNotes,
  requireEndpoint,
} from '../../../../src/oidc/provider/metadata.ts'
import { createOutboundFetch } from '../../../../src/outbound/outbound-fetch.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { json, text } from '../../../support/hostile-provider.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'

const NO_TERMS = {
  wantsPushed: false,
  takesPushed: false,
  wantsSigned: false,
  takesSigned: true,
  profile: expect.any(Object),
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Metadata of https endpoints with these changes, read where http is not permitted. */
const strictly = async (changes: Claims) => {
  const { hostile, provider } = await aHostileProvider()
  const https = 'https://sso.example.com'
  hostile.setMetadata({
    authorization_endpoint: `${https}/authorize`,
    token_endpoint: `${https}/token`,
    jwks_uri: `${https}/jwks`,
    userinfo_endpoint: `${https}/userinfo`,
    end_session_endpoint: `${https}/logout`,
    revocation_endpoint: `${https}/revoke`,
    introspection_endpoint: `${https}/introspect`,
    ...changes,
  })
  const { fetch } = localProviders(handSetClock()).of(provider)
  const metadata = createMetadata({ provider, fetch, outbound: {}, clock: handSetClock() })
  return { metadata, provider }
}

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
    ['http', 'http://sso.example.com/token', 'which is no https URL'],
    ['javascript', 'javascript:alert(1)', 'which is no https URL'],
    ['userinfo', 'https://name:word@sso.example.com/token', 'with userinfo'],
    ['a fragment', 'https://sso.example.com/token#x', 'which has a fragment'],
    ['a list', ['https://sso.example.com/token'], 'is ["https://sso.example.com/token"]'],
    ['nothing in it', '', 'is ""'],
    ['null', null, 'is null'],
    ['a path alone', '/token', 'is "/token", which is no absolute URL'],
  ])('R25, B6: a token endpoint with %s is never asked, and named', async (_, endpoint, part) => {
    const { metadata, provider } = await strictly({ token_endpoint: endpoint })
    const read = await metadata.get(unlimited)
    expect(read.endpoints.token).toBeUndefined()
    expect(() => requireEndpoint(provider, read, 'token')).toThrow(
      new RegExp(`^shop/keycloak: its token_endpoint .*${escaped(part)}.*spec\\.endpoints\\.token`),
    )
    expect(loginHindrance(provider, read)).not.toContain('word')
    expect(metadataNotes(read)).toEqual([expect.stringContaining('it counts as absent')])
  })

  it('RFC 8705: names places for clients with certificates, of which the good ones count', async () => {
    const place = 'https://mtls.example.com'
    const { metadata } = await strictly({
      mtls_endpoint_aliases: {
        token_endpoint: `${place}/token`,
        revocation_endpoint: 'http://mtls.example.com/revoke',
        introspection_endpoint: 7,
        device_authorization_endpoint: `${place}/device`,
      },
    })
    const read = await metadata.get(unlimited)
    expect(read.aliases).toEqual({ token: `${place}/token` })
    expect(endpointsFor(read, true).token).toBe(`${place}/token`)
    expect(endpointsFor(read, true).revocation).toBe('https://sso.example.com/revoke')
    expect(endpointsFor(read, false).token).toBe('https://sso.example.com/token')
    expect(metadataNotes(read)).toEqual([
      'its mtls_endpoint_aliases.introspection_endpoint is 7: it counts as absent',
      expect.stringContaining('mtls_endpoint_aliases.revocation_endpoint is "http:'),
    ])
    for (const odd of [null, [], 'text', 7]) {
      const { metadata: other } = await strictly({ mtls_endpoint_aliases: odd })
      expect((await other.get(unlimited)).aliases).toEqual({})
    }
  })

  it.each([
    ['userinfo_endpoint', 'userinfo'],
    ['end_session_endpoint', 'endSession'],
    ['revocation_endpoint', 'revocation'],
    ['introspection_endpoint', 'introspection'],
  ] as const)('B6: a %s that is no URL stops no login, and is noted', async (field, name) => {
    for (const value of ['', null, '/relative', 'http://sso.example.com/x', 7]) {
      const { metadata, provider } = await strictly({ [field]: value })
      const read = await metadata.get(unlimited)
      expect(read.endpoints[name]).toBeUndefined()
      expect(loginHindrance(provider, read)).toBeUndefined()
      expect(metadataNotes(read)).toEqual([
        expect.stringMatching(new RegExp(`^its ${field} is .*: it counts as absent$`)),
      ])
    }
  })

  it('B6: a token endpoint that was good is kept when the next metadata spoil it', async () => {
    const { hostile, provider } = await aHostileProvider()
    const clock = handSetClock()
    const { metadata } = localProviders(clock).of(provider)
    const good = await metadata.get(unlimited)
    hostile.setMetadata({ token_endpoint: null })
    clock.advance(provider.metadataRefreshMs)
    await metadata.get(unlimited)
    await expect.poll(() => metadata.status().fault?.message).toContain('token_endpoint is null')
    expect(await metadata.get(unlimited)).toBe(good)
  })

  it('D4: of an issuer with keys alone is enough for tokens; a login is told what is missing', async () => {
    const { hostile, provider } = await aHostileProvider()
    hostile.setMetadata({
      authorization_endpoint: 'urn:kubernetes:programmatic_authorization',
      token_endpoint: undefined,
      userinfo_endpoint: undefined,
      end_session_endpoint: undefined,
      revocation_endpoint: undefined,
      introspection_endpoint: undefined,
    })
    const providers = localProviders(handSetClock())
    const { metadata, keys } = providers.of(provider)
    expect((await keys.get(unlimited)).size).toBeGreaterThan(0)
    const read = await metadata.get(unlimited)
    expect(() => requireEndpoint(provider, read, 'token')).toThrow('it has no token_endpoint')
    expect(providers.health(provider)).toMatchObject({
      isReady: true,
      loginHindrance: expect.stringContaining('urn:kubernetes'),
    })
  })

  it('B7: that names an issuer with another slash says so, with the issuer that came', async () => {
    const { hostile, provider } = await aHostileProvider()
    hostile.setMetadata({ issuer: `${hostile.issuer}/` })
    const providers = localProviders(handSetClock())
    await expect(providers.of(provider).metadata.get(unlimited)).rejects.toMatchObject({
      message: `shop/keycloak: the issuer in its metadata is "${hostile.issuer}/", and not "${hostile.issuer}": only the slash at the end differs.`,
    })
    expect(providers.health(provider).isIssuerWrong).toBe(true)
  })

  it('B7: is read from metadataURL where that is set, and held to the same issuer', async () => {
    const issuer = 'https://login.example.com/8a4c/v2.0/'
    const { hostile, provider } = await aHostileProvider()
    const elsewhere = {
      ...provider,
      issuer,
      metadataUrl: `${hostile.issuer}/.well-known/openid-configuration?p=b2c_1`,
    }
    hostile.setMetadata({ issuer })
    const read = await localProviders(handSetClock()).of(elsewhere).metadata.get(unlimited)
    expect(read.endpoints.token).toBe(`${hostile.issuer}/token`)
    hostile.setMetadata({ issuer: hostile.issuer })
    const { metadata } = localProviders(handSetClock()).of(elsewhere)
    await expect(metadata.get(unlimited)).rejects.toMatchObject({
      message: expect.stringContaining(`"${hostile.issuer}", and not "${issuer}"`),
    })
  })

  it('B7, R25: metadataURL is held to the rules of networks', async () => {
    const { hostile, provider } = await aHostileProvider()
    const elsewhere = {
      ...provider,
      metadataUrl: `${hostile.issuer}/.well-known/openid-configuration`,
    }
    const clock = handSetClock()
    const outbound = { allowInsecureIssuers: true }
    const fetch = createOutboundFetch(elsewhere, outbound, clock)
    onTestFinished(() => fetch.destroy())
    const metadata = createMetadata({ provider: elsewhere, fetch, outbound, clock })
    await expect(metadata.get(unlimited)).rejects.toMatchObject({
      message: expect.stringContaining('outbound.denyNetworks'),
    })
    expect(hostile.requestCount('metadata')).toBe(0)
  })

  it.each([
    [{}, {}],
    [{ require_pushed_authorization_requests: 'true', require_signed_request_object: 1 }, {}],
    [
      {
        require_pushed_authorization_requests: true,
        pushed_authorization_request_endpoint: 'https://sso.example.com/par',
      },
      { wantsPushed: true, takesPushed: true },
    ],
    [
      {
        require_signed_request_object: true,
        request_object_signing_alg_values_supported: ['PS256', 7, 'none'],
      },
      { wantsSigned: true, algorithms: ['PS256', 'none'] },
    ],
    [{ pushed_authorization_request_endpoint: 'sso.example.com/par' }, {}],
    [{ request_parameter_supported: false }, { takesSigned: false }],
  ])('B16: says what is asked of authorization requests (%o)', async (changes, requests) => {
    const { hostile, provider } = await aHostileProvider()
    hostile.setMetadata(changes)
    const providers = localProviders(handSetClock())
    const read = await providers.of(provider).metadata.get(unlimited)
    expect(read.requests).toEqual({ ...NO_TERMS, ...requests })
    expect(requireEndpoint(provider, read, 'token')).toBe(`${hostile.issuer}/token`)
    const isRelative = Object.values(changes).includes('sso.example.com/par')
    expect(metadataNotes(read)).toHaveLength(isRelative ? 1 : 0)
  })

  it('FAPI 2.0: says what a profile asks for, with endpoints that lead elsewhere by http', async () => {
    const { hostile, provider } = await aHostileProvider()
    hostile.setMetadata({
      authorization_endpoint: 'http://sso.example.com/authorize',
      id_token_signing_alg_values_supported: ['PS256'],
      code_challenge_methods_supported: ['S256', 7],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      token_endpoint_auth_signing_alg_values_supported: ['ES256'],
      authorization_signing_alg_values_supported: 'PS256',
      tls_client_certificate_bound_access_tokens: true,
      mtls_endpoint_aliases: { token_endpoint: 'http://mtls.example.com/token' },
    })
    const providers = localProviders(handSetClock())
    const { requests } = await providers.of(provider).metadata.get(unlimited)
    expect(requests.profile).toEqual({
      tokenAlgorithms: ['PS256'],
      challengeMethods: ['S256'],
      methods: ['private_key_jwt'],
      assertionAlgorithms: ['ES256'],
      sendsIssuer: true,
      bindsToCertificates: true,
      plainEndpoints: ['authorization_endpoint', 'token_endpoint'],
    })
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
      complaints: {},
      aliases: {},
      aliasComplaints: {},
      sendsIssuer: false,
      requests: NO_TERMS,
      takesClaimsParameter: false,
      authenticationMethods: {},
      offers: {},
    })
    expect(hostile.requestCount('metadata')).toBe(0)
  })

  it.each([
    [
      'HTML',
      text('<html>{', 200, 'text/html; charset=utf-8'),
      'provider_unreachable',
      'with a page of HTML (text/html), not with a JSON object',
    ],
    [
      'deep JSON',
      text(`{"a":${'['.repeat(100)}${']'.repeat(100)}}`),
      'provider_unreachable',
      'not with a JSON object',
    ],
    ['nothing', text(''), 'provider_unreachable', 'with an empty body (application/json)'],
    ['status 500', json({}, 500), 'provider_unreachable', 'status 500 (application/json)'],
    [
      'status 404',
      text('<html>', 404, 'text/html'),
      'provider_misconfigured',
      'status 404 (text/html): correct spec.issuer, or set spec.metadataURL',
    ],
  ])('R25, E6: an answer of %s is a fault that says so', async (_, answer, code, part) => {
    const { hostile, provider } = await aHostileProvider()
    hostile.answer('metadata', answer)
    const { metadata } = localProviders(handSetClock()).of(provider)
    await expect(metadata.get(unlimited)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(part),
    })
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
