import { describe, expect, it } from 'vitest'
import type { Endpoint, Faults } from '../../support/conformance/authorization-server.ts'
import { MESSAGE_SIGNING, SECURITY_PROFILE } from '../../support/conformance/fapi2-setups.ts'
import { aSignIn, type Setup } from '../../support/conformance/sign-in.ts'
import { createTokenSigner, unsignedToken } from '../../support/token-signer.ts'

const WHOLE_WAY: readonly Endpoint[] = ['metadata', 'push', 'authorize', 'token', 'userinfo']

const plain = createTokenSigner('key-rs256', 'RS256')

const aLogin = async (setup: Setup, faults: Faults = {}) => {
  const world = await aSignIn(setup)
  world.server.misbehave(faults)
  return { ...world, outcome: await world.signIn() }
}

const PLANS = [
  ['fapi2-security-profile-final-client-test-plan', SECURITY_PROFILE],
  ['fapi2-message-signing-final-client-test-plan', MESSAGE_SIGNING],
] as const

describe.each(PLANS)('%s', (_plan, setup) => {
  const good: readonly [string, Faults][] = [
    ['fapi2-security-profile-final-client-test-happy-path', {}],
    ['fapi2-security-profile-final-client-test-valid-aud-as-array', { idToken: { aud: ['shop'] } }],
    [
      'fapi2-security-profile-final-client-test-token-endpoint-response-without-expires_in',
      { tokens: { expires_in: undefined } },
    ],
    [
      'fapi2-security-profile-final-client-test-token-type-case-insensitivity',
      { tokens: { token_type: 'bEARER' } },
    ],
  ]

  it.each(good)('%s: a session, and nothing that a specification objects to', async (_, faults) => {
    const { server, outcome } = await aLogin(setup, faults)
    expect(outcome).toMatchObject({
      kind: 'session',
      upstream: { authorization: 'Bearer access-3', 'x-auth-subject': 'alice' },
    })
    expect(server.called).toEqual(WHOLE_WAY)
    expect(server.objections).toEqual([])
  })

  it('fapi2-security-profile-final-client-test-discovery-issuer-mismatch: no login begins', async () => {
    const { server, outcome } = await aLogin(setup, {
      metadata: { issuer: 'https://evil.example.com' },
    })
    expect(outcome).toMatchObject({
      kind: 'refused',
      status: 503,
      detail: expect.stringContaining('evil.example.com'),
    })
    expect(new Set(server.called)).toEqual(new Set(['metadata']))
  })

  const badIdTokens: readonly [string, Faults, RegExp][] = [
    [
      'fapi2-security-profile-final-client-test-invalid-iss',
      { idToken: { iss: 'https://evil.test' } },
      /iss/,
    ],
    [
      'fapi2-security-profile-final-client-test-invalid-missing-iss',
      { idToken: { iss: undefined } },
      /iss/,
    ],
    ['fapi2-security-profile-final-client-test-invalid-aud', { idToken: { aud: 'other' } }, /aud/],
    [
      'fapi2-security-profile-final-client-test-invalid-missing-aud',
      { idToken: { aud: undefined } },
      /aud/,
    ],
    [
      'fapi2-security-profile-final-client-test-invalid-secondary-aud',
      { idToken: { aud: ['shop', 'other'] } },
      /aud/,
    ],
    [
      'fapi2-security-profile-final-client-test-invalid-expired-exp',
      { idToken: { exp: 1_700_000_000 } },
      /exp/,
    ],
    [
      'fapi2-security-profile-final-client-test-invalid-missing-exp',
      { idToken: { exp: undefined } },
      /exp/,
    ],
    [
      'fapi2-security-profile-final-client-test-invalid-nonce',
      { idToken: { nonce: 'another' } },
      /nonce/,
    ],
    [
      'fapi2-security-profile-final-client-test-invalid-missing-nonce',
      { idToken: { nonce: undefined } },
      /nonce/,
    ],
    [
      'fapi2-security-profile-final-client-test-invalid-null-alg',
      { signIdToken: (claims) => unsignedToken(claims) },
      /alg/,
    ],
    [
      'fapi2-security-profile-final-client-test-invalid-alternate-alg',
      {
        keys: [setup.signer.publicJwk, plain.publicJwk],
        signIdToken: (claims) => plain.sign(claims),
      },
      /alg/,
    ],
  ]

  it.each(badIdTokens)(
    '%s: no session, and the access token goes nowhere',
    async (_, faults, detail) => {
      const { server, outcome } = await aLogin(setup, faults)
      expect(outcome).toMatchObject({
        kind: 'refused',
        status: 403,
        reason: 'id_token_invalid',
        detail: expect.stringMatching(detail),
      })
      expect(server.called).toContain('token')
      expect(server.called).not.toContain('userinfo')
      expect(server.objections).toEqual([])
    },
  )

  const badStates: readonly [string, Faults][] = [
    [
      'fapi2-security-profile-final-client-test-ensure-authorization-response-with-invalid-state-fails',
      { answer: { state: 'another' } },
    ],
    [
      'fapi2-security-profile-final-client-test-ensure-authorization-response-with-invalid-missing-state-fails',
      { answer: { state: undefined } },
    ],
  ]

  it.each(badStates)('%s: the code goes nowhere', async (_, faults) => {
    const { server, outcome } = await aLogin(setup, faults)
    expect(outcome).toMatchObject({ kind: 'refused', status: expect.any(Number) })
    expect(outcome).toMatchObject({
      reason: expect.stringMatching(/^(state_mismatch|malformed_callback)$/),
    })
    expect(server.called).toEqual(['metadata', 'push', 'authorize'])
  })

  it('fapi2-security-profile-final-client-refresh-token-test: refreshes by what came last', async () => {
    const { server, ports, visit } = await aLogin(setup)
    for (const [used, access] of [
      ['refresh-4', 'access-5'],
      ['refresh-6', 'access-7'],
    ]) {
      ports.nowMs += 300_000
      expect(await visit()).toMatchObject({ upstream: { authorization: `Bearer ${access}` } })
      expect(server.tokenForms.at(-1)?.get('refresh_token')).toBe(used)
    }
    expect(server.objections).toEqual([])
  })
})

describe('fapi2-security-profile-final-client-test-plan, answers that are not signed', () => {
  it.each<[string, Faults]>([
    [
      'fapi2-security-profile-final-client-test-invalid-authorization-response-iss',
      { answer: { iss: 'https://evil.test' } },
    ],
    [
      'fapi2-security-profile-final-client-test-remove-authorization-response-iss',
      { answer: { iss: undefined } },
    ],
  ])('%s: the code goes nowhere', async (_, faults) => {
    const { server, outcome } = await aLogin(SECURITY_PROFILE, faults)
    expect(outcome).toMatchObject({
      kind: 'refused',
      status: 403,
      reason: 'id_token_invalid',
      detail: expect.stringContaining('iss parameter'),
    })
    expect(server.called).toEqual(['metadata', 'push', 'authorize'])
  })
})
