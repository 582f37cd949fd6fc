import type { Asking } from '../../../src/core/registration/client.ts'
import type { SigningAlgorithm } from '../../../src/core/registration/provider.ts'
import { aClient } from '../builders.ts'
import { createTokenSigner } from '../token-signer.ts'
import type { Setup } from './sign-in.ts'

/** The algorithms of FAPI 2.0 Security Profile section 5.4.1. */
const ALGORITHMS: readonly SigningAlgorithm[] = ['PS256', 'ES256', 'EdDSA']

const setup = (algorithm: 'PS256' | 'ES256', asking: Partial<Asking>): Setup => {
  const key = createTokenSigner('client-key', algorithm)
  return {
    signer: createTokenSigner('key-1', algorithm),
    registration: {
      publicPem: key.publicPem,
      ...(asking.signed === 'Always' ? { signsRequests: true } : {}),
    },
    client: {
      authentication: {
        method: 'private_key_jwt',
        assertionAudience: 'Issuer',
        privateKeyPem: key.privatePem,
        keyId: 'client-key',
        algorithm,
      },
      scopes: ['openid', 'profile', 'email', 'offline_access'],
      asking: { ...aClient().asking, algorithm, pushed: 'Always', ...asking },
      userinfo: 'AtLogin',
    },
    provider: { signingAlgorithms: ALGORITHMS },
  }
}

/** FAPI 2.0 Security Profile: requests are pushed, answers plain. */
export const SECURITY_PROFILE = setup('PS256', {})

/** FAPI 2.0 Message Signing: requests and answers are signed as well. */
export const MESSAGE_SIGNING = setup('ES256', { signed: 'Always', responseMode: 'query.jwt' })
