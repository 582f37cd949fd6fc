import { describe, expect, it } from 'vitest'
import type { Faults } from '../../support/conformance/authorization-server.ts'
import { MESSAGE_SIGNING } from '../../support/conformance/fapi2-setups.ts'
import { aSignIn } from '../../support/conformance/sign-in.ts'
import { createTokenSigner, unsignedToken } from '../../support/token-signer.ts'

const stranger = createTokenSigner('key-1', 'ES256')

const aLogin = async (faults: Faults = {}) => {
  const world = await aSignIn(MESSAGE_SIGNING)
  world.server.misbehave(faults)
  return { ...world, outcome: await world.signIn() }
}

describe('fapi2-message-signing-final-client-test-plan, answers that are signed', () => {
  it.each<[string, Faults, RegExp]>([
    [
      'fapi2-security-profile-final-client-test-ensure-jarm-without-iss-fails',
      { answer: { iss: undefined } },
      /iss claim is absent/,
    ],
    [
      'fapi2-security-profile-final-client-test-ensure-jarm-with-invalid-iss-fails',
      { answer: { iss: 'https://evil.test' } },
      /iss claim/,
    ],
    [
      'fapi2-security-profile-final-client-test-ensure-jarm-without-aud-fails',
      { answer: { aud: undefined } },
      /aud claim/,
    ],
    [
      'fapi2-security-profile-final-client-test-ensure-jarm-with-invalid-aud-fails',
      { answer: { aud: 'other' } },
      /aud claim/,
    ],
    [
      'fapi2-security-profile-final-client-test-ensure-jarm-without-exp-fails',
      { answer: { exp: undefined } },
      /exp claim is absent/,
    ],
    [
      'fapi2-security-profile-final-client-test-ensure-jarm-with-expired-exp-fails',
      { answer: { exp: 1_700_000_000 } },
      /exp claim has passed/,
    ],
    [
      'fapi2-security-profile-final-client-test-ensure-jarm-with-invalid-sig-fails',
      { signAnswer: (claims) => stranger.sign(claims) },
      /signature is not valid/,
    ],
    [
      'fapi2-security-profile-final-client-test-ensure-jarm-signature-is-not-none',
      { signAnswer: (claims) => unsignedToken(claims) },
      /alg header/,
    ],
  ])('%s: the code goes nowhere', async (_, faults, detail) => {
    const { server, outcome } = await aLogin(faults)
    expect(outcome).toMatchObject({
      kind: 'refused',
      status: 403,
      reason: 'id_token_invalid',
      detail: expect.stringMatching(detail),
    })
    expect(server.called).toEqual(['metadata', 'push', 'authorize'])
    expect(server.objections).toEqual([])
  })
})
