import { describe, expect, it } from 'vitest'
import type { Client } from '../../../src/core/registration/client.ts'
import { aClient } from '../../support/builders.ts'
import type { Endpoint, Faults } from '../../support/conformance/authorization-server.ts'
import { aSignIn, type Setup } from '../../support/conformance/sign-in.ts'
import { createTokenSigner, unsignedToken } from '../../support/token-signer.ts'

const SECRET = 'correct-horse'

const signer = createTokenSigner('key-1', 'RS256')
const stranger = createTokenSigner('key-1', 'RS256')

const basic: Setup = {
  signer,
  registration: { secret: SECRET },
  client: {
    authentication: { method: 'client_secret_basic', secret: SECRET },
    scopes: ['openid', 'profile', 'email', 'address', 'phone'],
    asking: { ...aClient().asking, responseMode: 'form_post' },
    userinfo: 'AtLogin',
  },
}

/** A login at a server with these faults. */
const aLogin = async (faults: Faults = {}, changes: Partial<Client> = {}, by = signer) => {
  const world = await aSignIn({ ...basic, signer: by, client: { ...basic.client, ...changes } })
  world.server.misbehave(faults)
  return { ...world, outcome: await world.signIn() }
}

const WHOLE_WAY: readonly Endpoint[] = ['metadata', 'authorize', 'token', 'userinfo']

const session = { kind: 'session' }

const refused = (detail: RegExp) => ({
  kind: 'refused',
  status: 403,
  reason: 'id_token_invalid',
  detail: expect.stringMatching(detail),
})

describe('oidcc-client-formpost-basic-certification-test-plan', () => {
  it('oidcc-client-test: the whole way, and nothing on it that a specification objects to', async () => {
    const { server, outcome } = await aLogin()
    expect(outcome).toMatchObject({
      kind: 'session',
      upstream: { authorization: 'Bearer access-2', 'x-auth-subject': 'alice' },
    })
    expect(server.called).toEqual(WHOLE_WAY)
    expect(server.objections).toEqual([])
    expect(server.asked[0]?.get('response_mode')).toBe('form_post')
  })

  const badIdTokens: readonly [string, Faults, RegExp][] = [
    ['oidcc-client-test-invalid-iss', { idToken: { iss: 'https://evil.test' } }, /iss \(issuer\)/],
    ['oidcc-client-test-missing-sub', { idToken: { sub: undefined } }, /sub/],
    ['oidcc-client-test-invalid-aud', { idToken: { aud: 'other' } }, /aud \(audience\)/],
    ['oidcc-client-test-missing-aud', { idToken: { aud: undefined } }, /aud/],
    ['oidcc-client-test-missing-iat', { idToken: { iat: undefined } }, /iat/],
    ['oidcc-client-test-nonce-invalid', { idToken: { nonce: 'another' } }, /nonce/],
    [
      'oidcc-client-test-invalid-sig-rs256',
      { signIdToken: (claims) => stranger.sign(claims) },
      /signature/,
    ],
    [
      'oidcc-client-test-idtoken-sig-none',
      { signIdToken: (claims) => unsignedToken(claims) },
      /alg/,
    ],
  ]

  it.each(badIdTokens)(
    '%s: no session, and the access token goes nowhere',
    async (_, faults, detail) => {
      const { server, outcome } = await aLogin(faults)
      expect(outcome).toMatchObject(refused(detail))
      expect(server.called).not.toContain('userinfo')
      expect(server.objections).toEqual([])
    },
  )

  it('oidcc-client-test-kid-absent-single-jwks: the one key is the key', async () => {
    const nameless = createTokenSigner(undefined, 'RS256')
    const { server, outcome } = await aLogin({ keys: [nameless.publicJwk] }, {}, nameless)
    expect(outcome).toMatchObject(session)
    expect(server.objections).toEqual([])
  })

  it('oidcc-client-test-kid-absent-multiple-jwks: every key that it may be is tried', async () => {
    const nameless = createTokenSigner(undefined, 'RS256')
    const others = [1, 2].map(() => createTokenSigner(undefined, 'RS256').publicJwk)
    const keys = [...others, nameless.publicJwk]
    expect((await aLogin({ keys }, {}, nameless)).outcome).toMatchObject(session)
    expect((await aLogin({ keys: others }, {}, nameless)).outcome).toMatchObject(
      refused(/key|sign/),
    )
  })

  it('oidcc-client-test-idtoken-sig-rs256: taken, also of a client that asks for nothing else', async () => {
    const { server, outcome } = await aLogin({}, { idTokenAlgorithm: 'RS256' })
    expect(outcome).toMatchObject(session)
    expect(server.objections).toEqual([])
  })

  it('oidcc-client-test-userinfo-invalid-sub: no session of two subjects', async () => {
    const { server, outcome } = await aLogin({ userinfo: { sub: 'mallory' } })
    expect(outcome).toMatchObject({ kind: 'refused', status: 403, reason: 'userinfo_refused' })
    expect(server.called).toEqual(WHOLE_WAY)
  })

  it('oidcc-client-test-scope-userinfo-claims: what the scopes grant is with the session', async () => {
    const { ports, server, outcome } = await aLogin()
    expect(outcome).toMatchObject({ upstream: { 'x-auth-email': 'alice@example.com' } })
    expect([...ports.stored.values()].map(({ session: { tokens } }) => tokens.userinfo)).toEqual([
      {
        sub: 'alice',
        name: 'Alice Adams',
        preferred_username: 'alice',
        zoneinfo: 'Europe/Berlin',
        email: 'alice@example.com',
        email_verified: true,
        address: { country: 'DE' },
        phone_number: '+49 30 1234',
        phone_number_verified: false,
      },
    ])
    expect(server.asked[0]?.get('scope')).toBe('openid profile email address phone')
  })

  it('oidcc-client-test-client-secret-basic: the secret is in the header, and nowhere else', async () => {
    const { server, outcome } = await aLogin()
    expect(outcome).toMatchObject(session)
    expect(server.objections).toEqual([])
    expect([...(server.tokenForms[0]?.keys() ?? [])].toSorted()).toEqual([
      'code',
      'code_verifier',
      'grant_type',
      'redirect_uri',
    ])
  })
})
