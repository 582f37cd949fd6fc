import type { Client } from '../../core/registration/client.ts'
import { signersFor } from '../../core/registration/signers.ts'
import type { Budget } from '../../core/time/budget.ts'
import { admittedAlgorithms } from '../provider/algorithms.ts'
import type { KeySet } from '../provider/keys.ts'
import type { Refreshed } from '../provider/refreshed.ts'
import { createOpenToken, isEncrypted, type OpenedToken } from './encrypted-token.ts'
import { isIssuer, whyOtherIssuer } from './issuers.ts'
import type { UnverifiedJwt } from './jwt.ts'
import { isNumericDate } from './numeric-date.ts'
import { checkSignature } from './signature.ts'

/** A JWS in compact form, or why there is none, as a sentence about what came. */
export type Bare =
  | { readonly kind: 'signed'; readonly compact: string }
  | Extract<OpenedToken, { kind: 'refused' }>

/** An ID or logout token of a client as its provider signed it, out of encryption if it has any. */
export type OpenForClient = (client: Client, token: string) => Promise<Bare>

/** Why what is encrypted to a client stays closed where the client names no key. */
export const NOTHING_OPENS: Extract<OpenedToken, { kind: 'refused' }> = {
  kind: 'refused',
  detail:
    'It is encrypted, and nothing opens it: set `idToken.decryptionKeyRef` of the OIDCClient, or have the provider sign it alone.',
}

/**
 * Opens with the keys of the client (OpenID Connect Core 1.0 section 16.14). One that is not
 * encrypted is left as it is, with a key as without: its signature says as much about who made it.
 * @throws Fault `provider_misconfigured` if no key of the client can be used.
 */
export const createOpenForClient = (): OpenForClient => {
  const open = createOpenToken()
  return async (client, token) => {
    if (!isEncrypted(token)) return { kind: 'signed', compact: token }
    const { decryptionKeys: keys } = client
    return keys === undefined ? NOTHING_OPENS : open(token, keys, keysFieldOf(client))
  }
}

/** The field that names the keys of a client, for a fault. */
export const keysFieldOf = ({ name }: Pick<Client, 'name'>): string =>
  `\`idToken.decryptionKeyRef\` of OIDCClient ${name}`

/** Why the header of a JWT that a provider sends to a client is refused, as a sentence (R22). */
export const checkHeader = (
  jwt: UnverifiedJwt,
  client: Pick<Client, 'asking' | 'idTokenAlgorithm' | 'provider'>,
  types: readonly string[],
): string | undefined => {
  if (jwt.hasCritical) return 'Its crit header names an unknown extension.'
  if (jwt.type !== undefined && !types.includes(jwt.type)) {
    return 'Its typ header names another token.'
  }
  const { idTokenAlgorithm, asking } = client
  if (idTokenAlgorithm !== undefined && jwt.algorithm !== idTokenAlgorithm) {
    return `Its alg header is not ${idTokenAlgorithm}, which idToken.signingAlgorithm says is registered.`
  }
  if (admittedAlgorithms(signersFor(client)).includes(jwt.algorithm)) return undefined
  const of = asking.profile === undefined ? '' : ', or not of the profile of the client'
  return `Its alg header is not in signingAlgorithms${of}.`
}

/** Whom a JWT is for. */
export const audiencesOf = ({
  claims: { aud },
}: Pick<UnverifiedJwt, 'claims'>): readonly unknown[] => (Array.isArray(aud) ? aud : [aud])

/**
 * Why an ID token is of another provider, of nobody or for another client (OpenID Connect Core 1.0
 * section 3.1.3.7), as a sentence.
 */
export const checkIdTokenParties = (
  jwt: Pick<UnverifiedJwt, 'claims'>,
  client: Client,
): string | undefined => {
  const { sub, azp } = jwt.claims
  if (!isIssuer(client.provider, jwt.claims)) return whyOtherIssuer(client.provider, jwt.claims)
  if (typeof sub !== 'string' || sub === '') return 'Its sub claim is absent or malformed.'
  const audiences = audiencesOf(jwt)
  if (!audiences.includes(client.clientId)) return 'Its aud claim does not name the client.'
  if (audiences.length > 1 && azp === undefined) return 'It has several audiences and no azp claim.'
  const isOurs = azp === undefined || azp === client.clientId
  return isOurs ? undefined : 'Its azp claim names another client.'
}

/** Whether `exp`, if there is one, `iat` and `nbf` hold now; if not, why (R23). */
export const checkTimesIfExpiring = (
  { claims }: UnverifiedJwt,
  skewMs: number,
  nowMs: number,
): string | undefined => {
  const { exp, iat, nbf } = claims
  if (exp !== undefined && !isNumericDate(exp)) return 'Its exp claim is malformed.'
  if (!isNumericDate(iat)) return 'Its iat claim is absent or malformed.'
  if (nbf !== undefined && !isNumericDate(nbf)) return 'Its nbf claim is malformed.'
  if (exp !== undefined && exp * 1000 + skewMs <= nowMs) return 'Its exp claim has passed.'
  if (iat * 1000 - skewMs > nowMs) return 'Its iat claim lies ahead.'
  if (nbf !== undefined && nbf * 1000 - skewMs > nowMs) return 'Its nbf claim lies ahead.'
  return undefined
}

/** The same, and `exp` has to be there. */
export const checkTimes = (
  jwt: UnverifiedJwt,
  skewMs: number,
  nowMs: number,
): string | undefined =>
  jwt.claims.exp === undefined
    ? 'Its exp claim is absent.'
    : checkTimesIfExpiring(jwt, skewMs, nowMs)

const SIGNATURES = {
  unknown: 'It is signed with a key that the provider does not publish.',
  unfit: 'It is signed with a key of another algorithm.',
  invalid: 'Its signature is not valid.',
} as const

/** Whether the provider signed a JWT; if not, why. */
export type Signed =
  | { readonly kind: 'valid' }
  | { readonly kind: keyof typeof SIGNATURES; readonly detail: string }

/**
 * Verifies the signature with the provider's keys, as `check` does it.
 * @throws Fault if the keys were never fetched and cannot be.
 */
export const checkSigned = async (
  jwt: UnverifiedJwt,
  keys: Refreshed<KeySet>,
  budget: Budget,
  check: typeof checkSignature = checkSignature,
): Promise<Signed> => {
  const { kind } = await check(jwt, keys, budget)
  return kind === 'valid' ? { kind } : { kind, detail: SIGNATURES[kind] }
}
