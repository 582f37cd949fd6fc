import type { Claims, Json } from '../../core/identity/identity.ts'
import type { AskedProof } from '../../core/policy/policy.ts'
import type { Binding } from '../../core/provider/proofs.ts'

const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/

const CERTIFICATE = 'x5t#S256'

const KNOWN: ReadonlySet<string> = new Set(['jkt', CERTIFICATE])

/** Of Keycloak, beside `jkt`: what the key is for. `DPoP` says what `jkt` alone says as well. */
const KEY_USE = 'kc-jkt-type'

const addsNothing = (name: string, cnf: Claims): boolean =>
  name === KEY_USE && cnf[KEY_USE] === 'DPoP' && cnf.jkt !== undefined

const isObject = (value: Json): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isThumbprint = (value: unknown): value is string =>
  typeof value === 'string' && THUMBPRINT.test(value)

/**
 * What a token is bound to by its `cnf` claim (RFC 7800), `undefined` if to nothing. A kind of
 * binding that we cannot check is a sentence: nobody could be asked to prove it, and a token that
 * somebody has stolen would pass for theirs.
 */
export const bindingOf = (claims: Claims, tokenHash: string): Binding | string | undefined => {
  const { cnf } = claims
  if (cnf === undefined) return undefined
  if (!isObject(cnf)) return 'The cnf claim is no object.'
  const names = Object.keys(cnf).filter((name) => !addsNothing(name, cnf))
  const unknown = names.filter((name) => !KNOWN.has(name))
  if (names.length === 0 || unknown.length > 0) {
    return `The cnf claim binds the token by ${unknown.map((name) => JSON.stringify(name)).join(', ') || 'nothing'}, and jkt and ${CERTIFICATE} are what is checked.`
  }
  if (!names.every((name) => isThumbprint(cnf[name]))) {
    return 'The cnf claim holds something that is no SHA-256 in base64url.'
  }
  const { jkt, [CERTIFICATE]: certificate } = cnf
  return {
    ...(isThumbprint(jkt) ? { jkt } : {}),
    ...(isThumbprint(certificate) ? { certificate } : {}),
    tokenHash,
  }
}

const UNBOUND = {
  DPoP: 'The token is bound to no key (cnf.jkt), and `proof: DPoP` of the rule takes no other.',
  MutualTLS: `The token is bound to no certificate (cnf.${CERTIFICATE}), and \`proof: MutualTLS\` of the rule takes no other.`,
} as const

/** Why a method does not take a token with this binding, as a sentence. */
export const whyUnbound = (
  binding: Binding | undefined,
  { proof }: Pick<AskedProof, 'proof'>,
): string | undefined => {
  if (proof === undefined) return undefined
  const bound = proof === 'DPoP' ? binding?.jkt : binding?.certificate
  return bound === undefined ? UNBOUND[proof] : undefined
}
