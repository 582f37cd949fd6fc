import type { Claims, Json } from './identity.ts'

const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The claims that a document says are elsewhere, with what it calls the place. */
export const claimNamesIn = ({ _claim_names: names }: Claims): Readonly<Record<string, Json>> =>
  isObject(names) ? names : {}

/**
 * Whether a token says that a claim is somewhere else, so that nobody knows what it holds, should
 * it not be there: as aggregated and distributed claims do (OpenID Connect Core 1.0 section 5.6.2),
 * and as Microsoft Entra ID does with the groups of whoever has too many.
 */
export const isElsewhere = (claims: Claims, name: string): boolean =>
  (claims._claim_names !== undefined && Object.hasOwn(claimNamesIn(claims), name)) ||
  (name === 'groups' && claims.hasgroups !== undefined && claims.hasgroups !== false)

/**
 * A document without its places. They may hold tokens that are for those places alone, and nobody
 * needs them once it is known what is there.
 */
export const withoutPlaces = (document: Claims): Claims => {
  if (document._claim_sources === undefined) return document
  const { _claim_sources: _, ...rest } = document
  return rest
}
