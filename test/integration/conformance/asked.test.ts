import { describe, expect, it } from 'vitest'
import type { Claims } from '../../../src/core/identity/identity.ts'
import type { Client } from '../../../src/core/registration/client.ts'
import { ownKeyOf, type ProvenRequest } from '../../../src/oidc/binding/own-key.ts'
import { createReader } from '../../support/conformance/asked.ts'
import { SECURITY_PROFILE } from '../../support/conformance/fapi2-setups.ts'
import { byKey } from '../../support/conformance/sender-by-key.ts'
import { aSignIn, type Setup } from '../../support/conformance/sign-in.ts'
import { createTokenSigner } from '../../support/token-signer.ts'

const changed = (setup: Setup, changes: object): Setup => ({
  ...setup,
  client: {
    ...setup.client,
    authentication: { ...setup.client.authentication, ...changes } as Client['authentication'],
  },
})

const objectionsTo = async (setup: Setup) => {
  const world = await aSignIn(setup)
  await world.signIn()
  return world.server.objections.join('\n')
}

/** What these tests prove of a client is worth what the server objects to. */
describe('the authorization server of these tests', () => {
  const stranger = createTokenSigner('client-key', 'PS256').privatePem

  it.each<[string, Setup, RegExp]>([
    [
      'an assertion for another audience',
      changed(SECURITY_PROFILE, { assertionAudience: 'TokenEndpoint' }),
      /push: client_assertion: JWTClaimValidationFailed: unexpected "aud"/,
    ],
    [
      'an assertion by an algorithm of no profile',
      changed(SECURITY_PROFILE, { algorithm: 'RS256' }),
      /push: client_assertion: JOSEAlgNotAllowed/,
    ],
    [
      'an assertion of another key',
      changed(SECURITY_PROFILE, { privateKeyPem: stranger }),
      /push: client_assertion: JWSSignatureVerificationFailed/,
    ],
    [
      'a secret in the body',
      changed(SECURITY_PROFILE, { method: 'client_secret_post', secret: 'secret' }),
      /push: a secret in the body[\s\S]*token: a secret in the body/,
    ],
    [
      'a request that nobody signed, where each is to be signed',
      {
        ...SECURITY_PROFILE,
        registration: { ...SECURITY_PROFILE.registration, signsRequests: true },
      },
      /request: nobody signed it/,
    ],
    [
      'a client that does not say who it is',
      { ...SECURITY_PROFILE, registration: { secret: 'secret' } },
      /push: the client is not known by its secret/,
    ],
  ])('objects to %s', async (_, setup, objection) => {
    expect(await objectionsTo(setup)).toMatch(objection)
  })

  const signer = createTokenSigner('client-key', 'ES256')
  const NOW_MS = Date.UTC(2031, 4, 5)
  const now = NOW_MS / 1_000
  const asked: Claims = {
    response_type: 'code',
    client_id: 'shop',
    redirect_uri: 'https://shop.example.com/cb',
    scope: 'openid',
    state: 'state-of-16-characters',
    nonce: 'nonce-of-16-characters',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
  }
  const ofTheJwt: Claims = {
    iss: 'shop',
    aud: 'https://as.test',
    iat: now,
    nbf: now,
    exp: now + 300,
    jti: 'jti-1',
  }

  const read = async (changes: Claims, typ = 'oauth-authz-req+jwt', times = 1) => {
    const registration = { clientId: 'shop', redirectUri: 'https://shop.example.com/cb' }
    const known = { ...registration, publicPem: signer.publicPem }
    const reader = createReader('https://as.test', known, () => NOW_MS)
    const request = signer.sign({ ...ofTheJwt, ...asked, ...changes }, { typ })
    for (let nth = 0; nth < times; nth += 1) {
      await reader.parameters(new URLSearchParams({ request }))
    }
    return reader.objections.join('\n')
  }

  it('takes a request object that is right', async () => {
    expect(await read({})).toBe('')
  })

  it.each<[string, Claims, RegExp]>([
    ['has expired', { exp: now - 1 }, /exp/],
    ['counts for more than an hour', { nbf: now - 3_400 }, /more than an hour/],
    ['does not count yet', { nbf: now + 60 }, /nbf/],
    ['is for somebody else', { aud: 'https://other.test' }, /aud/],
    ['is for several', { aud: ['https://as.test', 'https://other.test'] }, /aud is not the issuer/],
    ['is of somebody else', { iss: 'other' }, /iss/],
    ['has a sub', { sub: 'shop' }, /has sub/],
    ['has a reference in it', { request_uri: 'urn:x' }, /has request_uri/],
    ['asks for a token', { response_type: 'token' }, /response_type/],
    ['does without PKCE', { code_challenge: '' }, /code_challenge/],
    ['has a plain challenge', { code_challenge_method: 'plain' }, /code_challenge_method/],
    ['has a nonce of more than 64 characters', { nonce: 'x'.repeat(65) }, /nonce/],
    ['is for another redirect URI', { redirect_uri: 'https://evil.test' }, /redirect_uri/],
  ])('objects to a request object that %s', async (_, changes, objection) => {
    expect(await read(changes)).toMatch(objection)
  })

  it('objects to one of another type, and to one that comes again', async () => {
    expect(await read({}, 'JWT')).toMatch(/typ/)
    expect(await read({}, 'oauth-authz-req+jwt', 2)).toMatch(/jti is absent or old/)
  })
})

describe('proofs, at the authorization server of these tests', () => {
  const NOW_MS = Date.UTC(2031, 4, 5)
  const url = 'https://as.test/userinfo'
  const key = ownKeyOf('what the key is made from')
  const asIs: ProvenRequest = { method: 'GET', url, nowMs: NOW_MS, accessToken: 'access-1' }

  const objectionsTo = async (made: ProvenRequest, by = key, times = 1) => {
    const objections: string[] = []
    const sender = byKey(() => NOW_MS)
    const headers = { dpop: by.prove(made) }
    const form = new URLSearchParams()
    const brought = { method: 'GET', url, headers, authorization: 'DPoP access-1', form }
    for (let nth = 0; nth < times; nth += 1) {
      await sender.check('userinfo', brought, (one) => objections.push(one), { jkt: key.jkt })
    }
    return objections.join('\n')
  }

  it('are taken where they are right', async () => {
    expect(await objectionsTo(asIs)).toBe('')
  })

  it.each<[string, Partial<ProvenRequest>, RegExp]>([
    ['for another method', { method: 'POST' }, /the proof is for POST/],
    ['for another place', { url: 'https://as.test/token' }, /the proof is for GET .*token/],
    ['for another token', { accessToken: 'access-2' }, /of another token/],
    ['of long ago', { nowMs: NOW_MS - 120_000 }, /iat/],
  ])('are objected to %s', async (_, changes, objection) => {
    expect(await objectionsTo({ ...asIs, ...changes })).toMatch(objection)
  })

  it('are objected to by another key, and a second time', async () => {
    expect(await objectionsTo(asIs, ownKeyOf('of somebody else'))).toMatch(/by another key/)
    expect(await objectionsTo(asIs, key, 2)).toMatch(/a proof comes again/)
  })
})
