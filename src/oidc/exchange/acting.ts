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

/**
 * Why a token that is to be exchanged does not let this actor act (RFC 8693 section 4.4), as the
 * end of a sentence about `may_act`; `undefined`: it does, or does not say. Whatever both tokens
 * say of the actor has to be the same, and one thing at least besides the issuer.
 */
export const complaintAboutMayAct = (
  { may_act: mayAct }: Claims,
  { claims }: Actor,
): string | undefined => {
  if (mayAct === undefined) return undefined
  if (!isObject(mayAct)) return 'is no JSON object'
  if (claims === undefined) return 'cannot be compared with an actor token that is no JWT'
  const names = Object.keys(mayAct)
  const said = names.filter(
    (name) => name === 'sub' || name === 'iss' || claims[name] !== undefined,
  )
  const other = said.find((name) => !isSame(mayAct[name], claims[name]))
  if (other !== undefined) return `names somebody else by \`${other}\``
  return said.some((name) => name !== 'iss') ? undefined : 'says nothing that the actor token says'
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
