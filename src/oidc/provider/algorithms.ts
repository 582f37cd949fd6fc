import type { SigningAlgorithm } from '../../core/registration/provider.ts'

/**
 * The `alg` values that a provider's allow-list admits (R22). `Ed25519` is the name that RFC 9864
 * gives to what most still call `EdDSA`; nothing symmetric and no `none` can be in here.
 */
export const admittedAlgorithms = (allowed: readonly SigningAlgorithm[]): readonly string[] =>
  allowed.flatMap((algorithm) => (algorithm === 'EdDSA' ? ['EdDSA', 'Ed25519'] : [algorithm]))

const CURVES: Readonly<Record<string, string>> = {
  ES256: 'P-256',
  ES384: 'P-384',
  ES512: 'P-521',
  EdDSA: 'Ed25519',
  Ed25519: 'Ed25519',
}

const isRsa = (algorithm: string): boolean => /^[RP]S/.test(algorithm)

/** What of a JSON Web Key decides which algorithms it may serve. */
export interface KeyShape {
  readonly kty?: string
  readonly crv?: string
  readonly alg?: string
}

const sameAlgorithm = (a: string, b: string): boolean =>
  a === b || (CURVES[a] === 'Ed25519' && CURVES[b] === 'Ed25519')

/**
 * Whether a key may serve an algorithm: its type, its curve and its own `alg` all fit (RFC 8725
 * section 3.1).
 */
export const keyFits = (key: KeyShape, algorithm: string): boolean => {
  if (key.alg !== undefined && !sameAlgorithm(key.alg, algorithm)) return false
  if (isRsa(algorithm)) return key.kty === 'RSA'
  const curve = CURVES[algorithm]
  const type = curve === 'Ed25519' ? 'OKP' : 'EC'
  return curve !== undefined && key.kty === type && key.crv === curve
}
