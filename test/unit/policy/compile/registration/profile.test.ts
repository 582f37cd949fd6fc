import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { describeKey } from '../../../../../src/outbound/identity/key-facts.ts'
import type { OIDCClient } from '../../../../../src/policy/resource/resource.ts'
import { clientOf, compiled } from '../../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../../support/resources.ts'

const pem = { type: 'pkcs8', format: 'pem' } as const

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pem).toString()
const SHORT = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export(pem).toString()
const ED25519 = generateKeyPairSync('ed25519').privateKey.export(pem).toString()
const onCurve = (namedCurve: string): string =>
  generateKeyPairSync('ec', { namedCurve }).privateKey.export(pem).toString()

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'

type Spec = OIDCClient['spec']

/** A client with a profile, the key that it signs with, and a provider that suits it. */
const shopWith = (
  written: Partial<Spec['authentication']> = {},
  key = RSA,
  more: Partial<Spec> = {},
  provider: Parameters<typeof anIdentityProvider>[1] = {},
) => {
  const { spec } = anOidcClient()
  const authentication = {
    ...spec.authentication,
    method: 'private_key_jwt',
    privateKeyRef: { name: 'shop-key', key: 'tls.key' },
    certificateRef: { name: 'shop-certificate' },
    ...written,
  } as const
  const { secretRef: _, ...bare } = authentication
  const client = anOidcClient('shop/shop', {
    profile: 'FAPI2Security',
    authentication: bare,
    ...more,
  })
  const resources = [
    anIdentityProvider('shop/keycloak', provider),
    client,
    aSecret('shop/shop-key', { 'tls.key': key }),
    aSecret('shop/shop-certificate', { 'tls.crt': CERTIFICATE, 'tls.key': RSA }),
    aProtectedRoute('shop/shop', {
      upstream: { ...aProtectedRoute().spec.upstream, authorization: 'Remove' },
    }),
  ]
  return (allowInsecureIssuers = false) =>
    compiled(resources, { describeKey, options: { allowInsecureIssuers } })
}

const messagesOf = (compilation: ReturnType<typeof compiled>): readonly string[] =>
  compilation.problems.map(({ message }) => message)

describe('what follows from a profile', () => {
  it('FAPI2Security: all that it demands, without another field', () => {
    const client = clientOf(shopWith()())
    expect(client.asking).toEqual({
      pushed: 'Always',
      signed: 'Auto',
      responseMode: 'query',
      algorithm: 'PS256',
      profile: {
        name: 'FAPI2Security',
        binding: 'MutualTLS',
        method: 'private_key_jwt',
        algorithms: ['PS256', 'ES256', 'EdDSA'],
      },
    })
    expect(client.authentication).toMatchObject({ algorithm: 'PS256', assertionAudience: 'Issuer' })
    expect(client.senderConstrained).toBe('MutualTLS')
    expect(client.bindingCertificate?.certificatePem).toContain('AAAA')
  })

  it('access tokens are bound by DPoP where there is no certificate, and as is said where it is', () => {
    const { spec } = anOidcClient()
    const authentication = {
      method: 'private_key_jwt',
      privateKeyRef: { name: 'shop-key', key: 'tls.key' },
    } as const
    const plain = clientOf(shopWith({}, RSA, { authentication })())
    expect(plain).toMatchObject({
      senderConstrained: 'DPoP',
      asking: { profile: { binding: 'DPoP' } },
    })
    const said = clientOf(shopWith({}, RSA, { senderConstrained: 'DPoP' })())
    expect(said.senderConstrained).toBe('DPoP')
    expect(said.bindingCertificate).toBeUndefined()
    expect(spec.senderConstrained).toBeUndefined()
  })

  it('FAPI2MessageSigning: signed requests and answers besides', () => {
    const { asking } = clientOf(shopWith({}, RSA, { profile: 'FAPI2MessageSigning' })())
    expect(asking).toMatchObject({ pushed: 'Always', signed: 'Always', responseMode: 'query.jwt' })
  })

  it('None: what the fields say', () => {
    const shop = shopWith({}, RSA, { profile: 'None', senderConstrained: 'MutualTLS' })()
    const client = clientOf(shop)
    expect(client.asking).toEqual({
      pushed: 'Auto',
      signed: 'Auto',
      responseMode: 'query',
      algorithm: 'RS256',
    })
  })

  it.each([
    ['RSA', RSA, 'PS256'],
    ['P-256', onCurve('prime256v1'), 'ES256'],
    ['Ed25519', ED25519, 'EdDSA'],
  ] as const)('a key for %s signs by the one algorithm that is its own', (_, key, algorithm) => {
    expect(clientOf(shopWith({}, key)()).authentication).toMatchObject({ algorithm })
    expect(messagesOf(shopWith({ algorithm }, key)())).toEqual([])
  })

  it('a provider may sign by those of its algorithms that are of the profile', () => {
    const shop = shopWith({}, RSA, {}, { signingAlgorithms: ['RS256', 'ES256', 'ES384'] })()
    expect(clientOf(shop).asking.profile?.algorithms).toEqual(['ES256'])
  })
})

describe('what contradicts a profile', () => {
  it.each([
    ['a short one', SHORT, {}, /is an RSA key of 1024 bits, and the profile demands .*2048 bits: /],
    ['another curve', onCurve('secp384r1'), {}, /is a key of the curve P-384, .*: put one there/],
    ['Ed448', generateKeyPairSync('ed448').privateKey.export(pem).toString(), {}, /curve Ed448/],
    [
      'another algorithm',
      RSA,
      { algorithm: 'ES256' } as const,
      /signs by PS256, .* is ES256: leave/,
    ],
    ['no key', RSA.replace(/\n[A-Za-z0-9+/]{10}/, '\n'), {}, /cannot be read: put one there/],
  ])('a key is refused, with what it is and what is demanded: %s', (_, key, written, message) => {
    const { problems } = shopWith(written, key)()
    expect(problems).toMatchObject([
      {
        field: ['spec', 'authentication', 'privateKeyRef'],
        reason: 'SecretInvalid',
        message: expect.stringMatching(message),
      },
    ])
  })

  it.each([
    ['discovery', { discovery: 'Disabled', endpoints: { jwks: 'https://a.example/keys' } }],
    ['endpoints.pushed', { endpoints: { pushedAuthorizationRequest: 'https://a.example/par' } }],
    ['tenants', { issuer: 'https://a.example/{tenantid}', tenants: ['*'] }],
    ['signingAlgorithms RS256', { signingAlgorithms: ['RS256'] }],
  ] as const)('an IdentityProvider with %s is refused', (what, provider) => {
    const messages = messagesOf(shopWith({}, RSA, {}, provider)())
    expect(messages).toContainEqual(
      expect.stringMatching(
        new RegExp(
          `^\`profile\` is FAPI2Security, and IdentityProvider shop/keycloak has ${what}.*: `,
        ),
      ),
    )
  })

  it('an endpoint that no profile speaks of may be set', () => {
    const provider = { endpoints: { endSession: 'https://a.example/out' } }
    expect(messagesOf(shopWith({}, RSA, {}, provider)())).toEqual([])
  })

  it('http is for this machine alone', () => {
    const at = (issuer: string) => messagesOf(shopWith({}, RSA, {}, { issuer })(true))
    for (const host of ['127.0.0.1:8080', 'localhost:8080', '[::1]:8080']) {
      expect(at(`http://${host}`)).toEqual([])
    }
    for (const host of ['sso.example.com', '127.0.0.1.example.com', '10.0.0.1']) {
      expect(at(`http://${host}`)).toEqual([
        expect.stringContaining(`has the issuer http://${host}, and the profile demands https`),
      ])
    }
  })

  it('everything is told at once', () => {
    const provider = {
      discovery: 'Disabled',
      endpoints: { jwks: 'https://a.example/keys' },
      signingAlgorithms: ['RS256'],
    } as const
    const messages = messagesOf(shopWith({}, SHORT, {}, provider)())
    for (const what of ['discovery Disabled', 'signingAlgorithms', 'RSA key of 1024 bits']) {
      expect(messages).toContainEqual(expect.stringContaining(what))
    }
  })
})
