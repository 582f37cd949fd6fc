import type { Json } from '../../src/core/identity/identity.ts'
import type { Registration } from './device-config.ts'
import { createTokenSigner, type SignerAlgorithm, type TokenSigner } from './token-signer.ts'

/** The key of a device, and what it signs. */
export interface Device {
  readonly jwk: Readonly<Record<string, Json>>
  /** A proof of a challenge; what is given is laid over its header and its claims. */
  readonly proof: (
    claims: Readonly<Record<string, Json>>,
    header?: Readonly<Record<string, Json | undefined>>,
  ) => string
  /** A proof that shows the key as well. */
  readonly binding: (
    offer: Pick<Registration, 'challenge' | 'authorization'>,
    header?: Readonly<Record<string, Json | undefined>>,
  ) => string
}

/** A device with a key of its own, or with that of a signer. */
export const createDevice = (
  algorithm: SignerAlgorithm = 'ES256',
  signer: TokenSigner = createTokenSigner(undefined, algorithm),
): Device => {
  const { use: _, ...jwk } = signer.publicJwk
  const proof: Device['proof'] = (claims, header = {}) =>
    signer.sign(claims, { typ: 'dbsc+jwt', ...header })
  return {
    jwk,
    proof,
    binding: ({ challenge, authorization }, header = {}) =>
      proof({ jti: challenge, authorization }, { jwk, ...header }),
  }
}
