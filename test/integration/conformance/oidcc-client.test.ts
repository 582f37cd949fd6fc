import { describe, expect, it } from 'vitest'
import type { Client } from '../../../src/core/registration/client.ts'
import { aClient } from '../../support/builders.ts'
import type { Faults, Sign } from '../../support/conformance/authorization-server.ts'
import { aSignIn, type Setup } from '../../support/conformance/sign-in.ts'
import { json } from '../../support/hostile-provider.ts'
import { createTokenSigner, hmacToken, unsignedToken } from '../../support/token-signer.ts'

const SECRET = 'correct-horse'

const signer = createTokenSigner('key-1', 'RS256')

const basic: Setup = {
  signer,
  registration: { secret: SECRET },
  client: {
    authentication: { method: 'client_secret_basic', secret: SECRET },
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    userinfo: 'AtLogin',
  },
}

/** A login at a server with these faults. */
const aLogin = async (faults: Faults = {}, changes: Partial<Client> = {}) => {
  const world = await aSignIn({ ...basic, client: { ...basic.client, ...changes } })
  world.server.misbehave(faults)
  return { ...world, outcome: await world.signIn() }
}

const session = { kind: 'session' }

const refused = (detail: RegExp) => ({
  kind: 'refused',
  status: 403,
  reason: 'id_token_invalid',
  detail: expect.stringMatching(detail),
})

describe('oidcc-client-test-plan, what of it is in no other plan', () => {
  const forged: readonly [string, Sign][] = [
    ['oidcc-client-test-invalid-sig-hs256', (claims) => hmacToken(claims, 'another-secret')],
    [
      'oidcc-client-test-invalid-sig-es256',
      (claims) => createTokenSigner('key-1', 'ES256').sign(claims),
    ],
  ]

  it.each(forged)('%s: no session', async (_, signIdToken) => {
    const { server, outcome } = await aLogin({ signIdToken })
    expect(outcome).toMatchObject(refused(/alg|key|signature/))
    expect(server.called).not.toContain('userinfo')
  })

  it('oidcc-client-test-invalid-athash: an ID token of another access token is refused', async () => {
    const { server, outcome } = await aLogin({ idToken: { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' } })
    expect(outcome).toMatchObject(refused(/at_hash/))
    expect(server.called).not.toContain('userinfo')
  })

  it('oidcc-client-test-form-post-error: an error is told, and no login begins by itself', async () => {
    const { server, outcome } = await aLogin(
      { answer: { code: undefined, error: 'login_required', error_description: 'Nobody.' } },
      {
        authorizationParameters: { prompt: 'none', max_age: '0' },
        asking: { ...aClient().asking, responseMode: 'form_post' },
      },
    )
    expect(outcome).toMatchObject({
      kind: 'refused',
      reason: 'provider_error',
      detail: expect.stringContaining('login_required: Nobody.'),
    })
    expect(server.called).toEqual(['metadata', 'authorize'])
    const [asked] = server.asked
    expect([asked?.get('prompt'), asked?.get('max_age')]).toEqual(['none', '0'])
  })

  it('oidcc-client-test-userinfo-bearer-header: the access token is in the header alone', async () => {
    const { server } = await aLogin()
    expect(server.called.filter((one) => one === 'userinfo')).toHaveLength(1)
    expect(server.objections).toEqual([])
  })

  it('oidcc-client-test-ignores-unparseable-key-in-jwks: passed over', async () => {
    const unknown = [
      { kty: 'AKP', alg: 'ML-DSA-99', kid: 'key-7', pub: 'AAAA' },
      { kty: 'MADE-UP', kid: 'key-8', x: 'AAAA' },
    ]
    const { outcome } = await aLogin({ keys: [...unknown, signer.publicJwk] })
    expect(outcome).toMatchObject(session)
  })
})

describe('oidcc-client-config-certification-test-plan', () => {
  it('oidcc-client-test-discovery-openid-config: the endpoints are those of the metadata', async () => {
    const { server } = await aLogin()
    expect(server.called).toEqual(['metadata', 'authorize', 'token', 'userinfo'])
    expect(server.objections).toEqual([])
  })

  it('oidcc-client-test-discovery-jwks-uri-keys: the keys are those of jwks_uri', async () => {
    const other = createTokenSigner('key-1', 'RS256')
    const { outcome } = await aLogin({
      keys: [other.publicJwk],
      signIdToken: (claims) => other.sign(claims),
    })
    expect(outcome).toMatchObject(session)
    const gone = await aLogin({ instead: { jwks: json({ keys: [] }) } })
    expect(gone.outcome).toMatchObject({ kind: 'refused', status: 503 })
  })

  it('oidcc-client-test-discovery-issuer-mismatch: no login begins', async () => {
    const { server, outcome } = await aLogin({ metadata: { issuer: 'https://evil.test' } })
    expect(outcome).toMatchObject({ kind: 'refused', status: 503 })
    expect(new Set(server.called)).toEqual(new Set(['metadata']))
  })

  it.each([
    ['oidcc-client-test-signing-key-rotation', 3_600_000],
    ['oidcc-client-test-signing-key-rotation-just-before-signing', 0],
  ])('%s: a new key is fetched', async (_, laterMs) => {
    const { server, ports, signIn, outcome } = await aLogin()
    expect(outcome).toMatchObject(session)
    ports.nowMs += laterMs
    const rotated = createTokenSigner('key-2', 'RS256')
    server.misbehave({
      keys: [rotated.publicJwk],
      signIdToken: (claims) => rotated.sign(claims),
    })
    expect(await signIn()).toMatchObject(session)
  })
})

describe('oidcc-client-refreshtoken-test-plan', () => {
  /** A page that is asked for when the access token has ended. */
  const aRefresh = async (faults: Faults) => {
    const { server, ports, outcome, visit } = await aLogin()
    expect(outcome).toMatchObject(session)
    server.misbehave(faults)
    ports.nowMs += 300_000
    return { server, ports, visited: await visit() }
  }

  it('oidcc-client-test-refresh-token: goes on with the new tokens', async () => {
    for (const faults of [{}, { refreshedIdToken: {} }]) {
      const { server, visited } = await aRefresh(faults)
      expect(visited).toMatchObject({ upstream: { authorization: 'Bearer access-4' } })
      expect(server.tokenForms.at(-1)?.get('refresh_token')).toBe('refresh-3')
      expect(server.objections).toEqual([])
    }
  })

  it.each<[string, Faults]>([
    [
      'oidcc-client-test-refresh-token-invalid-issuer',
      { refreshedIdToken: { iss: 'https://evil.test' } },
    ],
    ['oidcc-client-test-refresh-token-invalid-sub', { refreshedIdToken: { sub: 'mallory' } }],
    ['oidcc-client-test-refresh-token-invalid-aud', { refreshedIdToken: { aud: 'other' } }],
    ['oidcc-client-test-refresh-token-invalid-azp', { refreshedIdToken: { azp: 'other' } }],
    [
      'a refresh whose ID token nobody signed',
      { refreshedIdToken: {}, signIdToken: (claims) => unsignedToken(claims) },
    ],
  ])('%s: the session ends', async (_, faults) => {
    const { ports, visited } = await aRefresh(faults)
    expect(visited).toMatchObject({ kind: 'refused', status: 302 })
    expect(ports.stored.size).toBe(0)
  })
})

describe('oidcc-client-test-3rd-party-init-login-test-plan', () => {
  it('oidcc-client-test-3rd-party-init-login: a link with the issuer begins a login', async () => {
    const { server, begin, finish } = await aSignIn(basic)
    const begun = await begin(`/oauth2/login?iss=${encodeURIComponent(server.issuer)}`)
    if (begun.kind !== 'begun') throw new Error('No login has begun.')
    expect(await finish(begun.carried, begun.cookie)).toMatchObject(session)
    expect(server.objections).toEqual([])
  })
})
