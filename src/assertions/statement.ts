import { claimAt } from '../core/decision/told-value.ts'
import type { Claims, Identity, Json } from '../core/identity/identity.ts'
import type { AssertionTerms } from '../core/policy/upstream.ts'

/** What a statement is made with. */
export interface StatementContext {
  readonly issuer: string
  readonly nowMs: number
  /** Unlike that of any other. */
  readonly id: string
}

/** The claims of an assertion, of which that one is always there. */
export type Statement = Claims & { readonly exp: number }

const MS = 1_000

/** In seconds, as a JWT has it, and never later. */
const secondsOf = (ms: number): number => Math.floor(ms / MS)

/** A session that is used now lasts for its idle time at least; neither outlives its end. */
const endOf = ({ expiresAtMs, idleTimeoutMs }: Identity, nowMs: number, lifetimeMs: number) =>
  Math.min(
    nowMs + lifetimeMs,
    expiresAtMs ?? Number.POSITIVE_INFINITY,
    nowMs + (idleTimeoutMs ?? Number.POSITIVE_INFINITY),
  )

const isLevel = (value: Json | undefined): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Made by entries: whatever a claim is called, it is a member and nothing else. */
const placed = (level: Claims, [name = '', ...rest]: readonly string[], value: Json): Claims => {
  const below = Object.hasOwn(level, name) ? level[name] : undefined
  const next = rest.length === 0 ? value : placed(isLevel(below) ? below : {}, rest, value)
  return Object.fromEntries([
    ...Object.entries(level).filter(([key]) => key !== name),
    [name, next],
  ])
}

/**
 * The claims of an assertion (RFC 7519 section 4.1): who is calling, for whom, from when until
 * when. `sub_id` (RFC 9493 section 3.2.3) says which provider knows the subject by that name. The
 * claims that the terms name are in the places that they have in the identity; absent ones are left
 * out.
 */
export const statementOf = (
  { audience, claims, lifetimeMs }: AssertionTerms,
  identity: Identity,
  { issuer, nowMs, id }: StatementContext,
): Statement => {
  const { subject } = identity
  const chosen = claims.reduce<Claims>((told, path) => {
    const value = claimAt(identity.claims, path)
    return value === undefined ? told : placed(told, path, value)
  }, {})
  return {
    ...chosen,
    iss: issuer,
    sub: subject,
    sub_id: { format: 'iss_sub', iss: identity.issuer, sub: subject },
    aud: audience,
    iat: secondsOf(nowMs),
    exp: secondsOf(endOf(identity, nowMs, lifetimeMs)),
    jti: id,
  }
}
