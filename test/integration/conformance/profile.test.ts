import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../../../src/core/registration/client.ts'
import type { ProfileName } from '../../../src/core/registration/profile.ts'
import { describeKey } from '../../../src/outbound/identity/key-facts.ts'
import { clientOf, compiled } from '../../support/compiled.ts'
import type { Changes, Endpoint, Faults } from '../../support/conformance/authorization-server.ts'
import { BY_CERTIFICATE } from '../../support/conformance/sender.ts'
import { aSignIn, type Setup } from '../../support/conformance/sign-in.ts'
import { type Certificates, createCertificates } from '../../support/parts/tls.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../support/resources.ts'
import { createTokenSigner } from '../../support/token-signer.ts'

const own = createTokenSigner('client-key', 'PS256')
const signer = createTokenSigner('key-1', 'PS256')
const plain = createTokenSigner('key-rs256', 'RS256')

let server: Certificates
let shown: Certificates

beforeAll(async () => {
  ;[server, shown] = (await Promise.all(
    [['localhost'], ['shop']].map((names) => createCertificates(names)),
  )) as [Certificates, Certificates]
})

afterAll(() => Promise.all([server, shown].map((one) => one.remove())))

/** A client as it is compiled whose manifest says its profile, and nothing else of all that. */
const clientWith = (profile: ProfileName): Partial<Client> => {
  const { authentication, ...spec } = anOidcClient().spec
  const { secretRef: _, ...bare } = authentication
  const resources = [
    anIdentityProvider(),
    anOidcClient('shop/shop', {
      ...spec,
      profile,
      authentication: {
        ...bare,
        method: 'private_key_jwt',
        privateKeyRef: { name: 'shop-key', key: 'tls.key' },
        certificateRef: { name: 'shop-tls' },
      },
    }),
    aSecret('shop/shop-key', { 'tls.key': own.privatePem }),
    aSecret('shop/shop-tls', { 'tls.crt': shown.certPem, 'tls.key': shown.keyPem }),
    aProtectedRoute('shop/shop', {
      upstream: { ...aProtectedRoute().spec.upstream, authorization: 'Remove' },
    }),
  ]
  const { provider: __, ...client } = clientOf(compiled(resources, { describeKey }))
  return { ...client, userinfo: 'AtLogin' }
}

const setup = (profile: ProfileName): Setup => ({
  signer,
  registration: {
    publicPem: own.publicPem,
    ...(profile === 'FAPI2MessageSigning' ? { signsRequests: true } : {}),
  },
  client: clientWith(profile),
  provider: { caPem: server.caPem },
  sender: () => BY_CERTIFICATE,
  front: { server, clientCaPem: shown.caPem },
})

const aLogin = async (profile: ProfileName, faults: Faults = {}) => {
  const world = await aSignIn(setup(profile))
  world.server.misbehave(faults)
  return { ...world, outcome: await world.signIn() }
}

const WHOLE_WAY: readonly Endpoint[] = ['metadata', 'push', 'authorize', 'token', 'userinfo']

const PROFILES = ['FAPI2Security', 'FAPI2MessageSigning'] as const

describe.each(PROFILES)('a client whose manifest says profile: %s', (profile) => {
  it('is of its plan by that line alone: the happy path, and nothing is objected to', async () => {
    const { server: asked, outcome } = await aLogin(profile)
    expect(outcome).toMatchObject({ kind: 'session', upstream: { 'x-auth-subject': 'alice' } })
    expect(asked.called).toEqual(WHOLE_WAY)
    expect(asked.objections).toEqual([])
    const mode = profile === 'FAPI2MessageSigning' ? 'jwt' : null
    expect(asked.asked.map((one) => one.get('response_mode'))).toEqual([mode])
  })

  it('takes no ID token by RS256, though its provider may sign with that', async () => {
    const { server: asked, outcome } = await aLogin(profile, {
      keys: [signer.publicJwk, plain.publicJwk],
      signIdToken: (claims) => plain.sign(claims),
    })
    expect(outcome).toMatchObject({ kind: 'refused', status: 403, reason: 'id_token_invalid' })
    expect(asked.called).not.toContain('userinfo')
  })

  it.each<[string, Changes]>([
    ['no endpoint to push to', { pushed_authorization_request_endpoint: undefined }],
    ['no PKCE', { code_challenge_methods_supported: undefined }],
    ['no binding of tokens', { tls_client_certificate_bound_access_tokens: undefined }],
    ['no algorithm of the profile', { id_token_signing_alg_values_supported: ['RS256'] }],
    [
      'no assertions of clients',
      { token_endpoint_auth_methods_supported: ['client_secret_basic'] },
    ],
  ])('begins no weaker login at a provider that offers %s', async (_, metadata) => {
    const { server: asked, outcome } = await aLogin(profile, { metadata })
    expect(outcome).toMatchObject({ kind: 'refused', status: 503 })
    expect(asked.called).toEqual(['metadata'])
  })
})

it('FAPI2Security: an answer that names no issuer is refused, also where none was promised', async () => {
  const { server: asked, outcome } = await aLogin('FAPI2Security', { answer: { iss: undefined } })
  expect(outcome).toMatchObject({ kind: 'refused', status: 403, reason: 'id_token_invalid' })
  expect(asked.called).not.toContain('token')
  const promised = await aLogin('FAPI2Security', {
    metadata: { authorization_response_iss_parameter_supported: undefined },
  })
  expect(promised.outcome).toMatchObject({ kind: 'refused', status: 503 })
  expect(promised.server.called).toEqual(['metadata'])
})

it('FAPI2MessageSigning: what is pushed is signed, and an answer that is not is refused', async () => {
  const world = await aSignIn(setup('FAPI2MessageSigning'))
  const begun = await world.begin()
  if (begun.kind !== 'begun') throw new Error('No login has begun.')
  const state = world.server.asked[0]?.get('state') ?? ''
  const answer = new URLSearchParams({ code: 'code-2', state, iss: world.server.issuer })
  const url = `https://shop.example.com/oauth2/callback?${answer}`
  expect(await world.finish({ kind: 'query', url }, begun.cookie)).toMatchObject({
    kind: 'refused',
    status: 400,
    reason: 'malformed_callback',
  })
  expect(world.server.called).not.toContain('token')
})
