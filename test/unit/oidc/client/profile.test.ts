import { expect, it } from 'vitest'
import type { RevocationFacts } from '../../../../src/core/provider/token-revocation.ts'
import { Fault } from '../../../../src/core/reason/fault.ts'
import type { Asking, ClientAuthentication } from '../../../../src/core/registration/client.ts'
import type { Profile } from '../../../../src/core/registration/profile.ts'
import { createRelyingParty } from '../../../../src/oidc/client/relying-party.ts'
import { createTokenRevocation } from '../../../../src/oidc/client/revocation.ts'
import { createUserinfo } from '../../../../src/oidc/client/userinfo.ts'
import { createAskIntrospection } from '../../../../src/oidc/inquiry/introspection-endpoint.ts'
import { aClient, someTokens } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'
import { aLogin } from '../../../support/logins.ts'
import { createTokenSigner } from '../../../support/token-signer.ts'

const own = createTokenSigner('own', 'PS256')

const authentication: ClientAuthentication = {
  method: 'private_key_jwt',
  assertionAudience: 'Issuer',
  privateKeyPem: own.privatePem,
  algorithm: 'PS256',
}

const PROFILE: Profile = {
  name: 'FAPI2Security',
  binding: 'MutualTLS',
  method: 'private_key_jwt',
  algorithms: ['PS256', 'ES256', 'EdDSA'],
}

/** What a provider of the profile says of itself. */
const METADATA = (issuer: string) => ({
  pushed_authorization_request_endpoint: `${issuer}/par`,
  code_challenge_methods_supported: ['S256'],
  id_token_signing_alg_values_supported: ['PS256'],
  token_endpoint_auth_methods_supported: ['private_key_jwt'],
  tls_client_certificate_bound_access_tokens: true,
  authorization_response_iss_parameter_supported: true,
})

/** A client with a profile, at a provider that offers all of it and signs by PS256 and by RS256. */
const aWorld = async (changes: Partial<Asking> = {}) => {
  const { hostile, provider } = await aHostileProvider()
  const signer = createTokenSigner('key-2', 'PS256')
  hostile.setKeys([hostile.signer.publicJwk, signer.publicJwk])
  hostile.setMetadata(METADATA(hostile.issuer))
  const clock = handSetClock()
  const providers = localProviders(clock)
  const relyingParty = createRelyingParty({ providers, clock })
  const asking: Asking = {
    pushed: 'Always',
    signed: 'Auto',
    responseMode: 'query',
    algorithm: 'PS256',
    profile: PROFILE,
    ...changes,
  }
  const client = aClient({ provider, authentication, asking })
  const login = aLogin({ createdAtMs: clock.nowMs() })
  const seconds = Math.floor(clock.nowMs() / 1_000)
  const claims = {
    ...{ iss: hostile.issuer, sub: 'alice', aud: 'shop', nonce: login.nonce },
    ...{ iat: seconds, exp: seconds + 300 },
  }
  const begin = () => relyingParty.authorizationUrl(client, login, {}, unlimited)
  const exchange = (query: Readonly<Record<string, string>>, id_token = signer.sign(claims)) => {
    hostile.setTokens({ access_token: 'access-2', token_type: 'Bearer', id_token })
    return relyingParty.exchange(client, login, new URLSearchParams(query), unlimited)
  }
  const answer = { code: 'c', state: login.state, iss: hostile.issuer }
  return {
    hostile,
    signer,
    claims,
    login,
    begin,
    exchange,
    answer,
    clock,
    client,
    providers,
    relyingParty,
  }
}

it('FAPI 2.0, 5.3.3: a provider that offers all of it signs somebody in', async () => {
  const { hostile, begin, exchange, answer } = await aWorld()
  expect([...new URL(await begin()).searchParams.keys()]).toEqual(['client_id', 'request_uri'])
  expect(hostile.pushedRequests[0]?.form.get('code_challenge_method')).toBe('S256')
  expect(await exchange(answer)).toMatchObject({ kind: 'tokens' })
  const [assertion = ''] = [hostile.tokenRequests[0]?.form.get('client_assertion') ?? '']
  const [header, payload] = assertion
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
  expect(header).toMatchObject({ alg: 'PS256' })
  expect(payload).toMatchObject({ aud: hostile.issuer })
})

it.each(['pushed_authorization_request_endpoint', 'code_challenge_methods_supported'])(
  'a provider without %s signs nobody in, and is asked for no weaker login',
  async (field) => {
    const { hostile, begin } = await aWorld()
    hostile.setMetadata({ ...METADATA(hostile.issuer), [field]: undefined })
    await expect(begin()).rejects.toMatchObject({
      code: 'provider_misconfigured',
      message: expect.stringMatching(
        /^shop\/shop: `profile` is FAPI2Security, and the metadata of/,
      ),
    })
    expect(hostile.requestCount('push')).toBe(0)
  },
)

it('RFC 9207: an answer without iss is refused, whatever the metadata say', async () => {
  const { hostile, exchange, answer } = await aWorld()
  hostile.setMetadata({
    ...METADATA(hostile.issuer),
    authorization_response_iss_parameter_supported: undefined,
  })
  const { iss: _, ...bare } = answer
  expect(await exchange(bare)).toEqual({
    kind: 'refused',
    reason: 'id_token_invalid',
    detail: 'The callback lacks the iss parameter.',
    unsent: true,
  })
  expect(hostile.requestCount('token')).toBe(0)
})

it('FAPI 2.0, 5.4.1: an ID token that is signed by RS256 is refused, though its provider may', async () => {
  const { hostile, claims, exchange, answer } = await aWorld()
  expect(await exchange(answer, hostile.signer.sign(claims))).toMatchObject({
    kind: 'refused',
    reason: 'id_token_invalid',
  })
})

it('FAPI 2.0 Message Signing: a request object for the issuer alone, of an hour at most', async () => {
  const name = 'FAPI2MessageSigning'
  const { hostile, begin } = await aWorld({
    signed: 'Always',
    responseMode: 'query.jwt',
    profile: { ...PROFILE, name },
  })
  await begin()
  const { form } = hostile.pushedRequests[0] ?? {}
  expect(form?.get('scope')).toBeNull()
  const [header, payload] = (form?.get('request') ?? '')
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
  expect(header).toMatchObject({ alg: 'PS256', typ: 'oauth-authz-req+jwt' })
  expect(payload).toMatchObject({ aud: hostile.issuer, iss: 'shop', response_mode: 'jwt' })
  const now = handSetClock().nowMs() / 1_000
  expect(payload.nbf).toBeLessThanOrEqual(now)
  expect(payload.nbf).toBeGreaterThan(now - 3_600)
  expect(payload.exp - payload.nbf).toBeLessThanOrEqual(3_600)
})

it('FAPI 2.0 Message Signing: answers are signed by an algorithm of the profile', async () => {
  const { hostile, signer, exchange, answer, login } = await aWorld({
    responseMode: 'query.jwt',
    profile: { ...PROFILE, name: 'FAPI2MessageSigning' },
  })
  const exp = Math.floor(handSetClock().nowMs() / 1_000) + 60
  const says = { iss: hostile.issuer, aud: 'shop', exp, code: 'c', state: login.state }
  expect(await exchange(answer)).toMatchObject({ kind: 'refused' })
  expect(await exchange({ response: hostile.signer.sign(says) })).toMatchObject({
    kind: 'refused',
    detail: expect.stringContaining(
      'alg header is not in signingAlgorithms, or not of the profile',
    ),
  })
  expect(hostile.requestCount('token')).toBe(0)
  expect(await exchange({ response: signer.sign(says) })).toMatchObject({ kind: 'tokens' })
})

/** Metadata that name one endpoint on the way to another machine by http. */
const withPlain = async (field: string) => {
  const world = await aWorld()
  const { hostile, clock, providers, client, relyingParty } = world
  hostile.setMetadata({ ...METADATA(hostile.issuer), [field]: 'http://sso.example.com/in-clear' })
  const tokens = someTokens(clock.nowMs(), { refreshToken: 'refresh-1' })
  const asked: Readonly<Record<string, () => Promise<unknown>>> = {
    refresh: () => relyingParty.refresh(client, tokens, unlimited),
    exchange: () => world.exchange(world.answer),
    introspection: () =>
      createAskIntrospection(world)('token-1', { client, signed: 'Auto' }, unlimited),
    userinfo: () => createUserinfo(world)(client, tokens, 'alice', unlimited),
    logout: () => {
      const asked = { state: 's', returnUrl: 'https://shop.example.com/oauth2/logout' }
      return relyingParty.endSessionUrl(client, asked, unlimited)
    },
    revocation: async () => {
      const facts: RevocationFacts[] = []
      const newBudget = () => unlimited
      const observe = (one: RevocationFacts) => void facts.push(one)
      const revocation = createTokenRevocation({ providers, clock, newBudget, observe })
      revocation.revoke(client, tokens)
      await revocation.close()
      throw new Fault('provider_misconfigured', facts[0]?.detail ?? 'It was revoked.')
    },
  }
  return { hostile, asked }
}

it.each([
  ['token_endpoint', 'refresh'],
  ['token_endpoint', 'exchange'],
  ['introspection_endpoint', 'introspection'],
  ['userinfo_endpoint', 'userinfo'],
  ['revocation_endpoint', 'revocation'],
  ['end_session_endpoint', 'logout'],
  ['jwks_uri', 'refresh'],
  ['jwks_uri', 'introspection'],
])('FAPI 2.0, 5.2: nothing goes by http to another machine (%s, %s)', async (field, call) => {
  const { hostile, asked } = await withPlain(field)
  await expect(asked[call]?.()).rejects.toMatchObject({
    code: 'provider_misconfigured',
    message: expect.stringContaining('no https URL'),
  })
  expect(hostile.tokenRequests).toEqual([])
})

it('FAPI 2.0, 5.2: on this machine, for a trial, calls may go by http', async () => {
  const { hostile, client, relyingParty, clock } = await aWorld()
  hostile.setTokens({ access_token: 'access-2', token_type: 'Bearer' })
  const tokens = someTokens(clock.nowMs(), { refreshToken: 'refresh-1' })
  await relyingParty.refresh(client, tokens, unlimited)
  expect(hostile.tokenRequests).toHaveLength(1)
})
