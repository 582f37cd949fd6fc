import type { Claims, Json } from '../../core/identity/identity.ts'

/** Whose the token of an actor is, as far as it says so itself. */
export interface Actor {
  /** `namespace/name` of the OIDCClient that it was issued to. */
  readonly client: string
  /** What the token says; absent: it is no JWT, and the rule takes that. */
  readonly claims?: Claims
}

const isObject = (value: Json | undefined): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isSame = (one: Json | undefined, other: Json | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

const isName = (value: Json | undefined): boolean => typeof value === 'string' && value !== ''

/**
 * Why nobody could tell by the new token that this actor acts, whatever the provider does, as the
 * end of a sentence about the token of the actor; `undefined`: somebody could.
 */
export const complaintAboutActor = ({ claims }: Actor, clientId: string): string | undefined => {
  if (claims === undefined) return undefined
  if (!isName(claims.sub))
    return 'has no sub claim, which `act` of the new token would have to hold'
  const issuedTo = claims.client_id ?? claims.azp
  return issuedTo === undefined || issuedTo === clientId
    ? undefined
    : 'says that it was issued to another client'
}

/** What a claim says of a client: tokens have either name for it (RFC 8693 section 4.3). */
const saidOf = (claims: Claims, name: string): Json | undefined => {
  if (name === 'client_id') return claims.client_id ?? claims.azp
  return name === 'azp' ? (claims.azp ?? claims.client_id) : claims[name]
}

/** What names a party; an issuer says only where it has that name. */
const NAMES: ReadonlySet<string> = new Set(['sub', 'client_id', 'azp'])

/**
 * Why a token that is to be exchanged does not let this actor act (RFC 8693 section 4.4), as the
 * end of a sentence about `may_act`; `undefined`: it does, or does not say. What names somebody
 * there has to be said of the actor, and whatever else both say of it has to be the same.
 */
export const complaintAboutMayAct = (
  mayAct: Json | undefined,
  { claims }: Actor,
): string | undefined => {
  if (mayAct === undefined) return undefined
  if (!isObject(mayAct)) return 'is no JSON object'
  if (claims === undefined) return 'cannot be compared with an actor token that is no JWT'
  const names = Object.keys(mayAct)
  const compared = names.filter(
    (name) => NAMES.has(name) || name === 'iss' || claims[name] !== undefined,
  )
  const other = compared.find((name) => !isSame(mayAct[name], saidOf(claims, name)))
  if (other !== undefined) return `names somebody else by \`${other}\``
  return names.some((name) => NAMES.has(name))
    ? undefined
    : 'names nobody by `sub`, `client_id` or `azp`'
}

/**
 * Why a new token does not say that this actor acts (RFC 8693 section 4.1), as the end of a
 * sentence about the token; `undefined`: it does. Who acted before, which is nested, is for the
 * provider to say.
 */
export const complaintAboutAct = (
  { act }: Claims,
  { client, claims }: Actor,
): string | undefined => {
  if (act === undefined) {
    return 'it has no act claim: the provider passes over `actor_token`, as one without delegation (RFC 8693 section 4.1) does; let it delegate, or remove `upstream.exchange.actor`'
  }
  if (!isObject(act)) return 'its act claim is no JSON object'
  if (!isName(act.sub)) return 'its act claim has no sub'
  if (claims === undefined) return undefined
  if (act.sub !== claims.sub) {
    return `the sub of its act claim is not that of the token of OIDCClient ${client}, which acts`
  }
  return act.iss === undefined || act.iss === claims.iss
    ? undefined
    : `the iss of its act claim is not that of the token of OIDCClient ${client}, which acts`
}
