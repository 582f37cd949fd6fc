import { claimNamesIn } from '../../core/identity/elsewhere.ts'
import type { Claims, Json } from '../../core/identity/identity.ts'
import { mayAdd } from '../../core/identity/session-claims.ts'

/** Where claims are said to be (OpenID Connect Core 1.0 section 5.6.2). */
export type Place =
  /** Aggregated claims: in a JWT that stands in the document itself. */
  | { readonly kind: 'jwt'; readonly jwt: string }
  /** Distributed claims: at a URL, for whoever has a token, if one is given. */
  | { readonly kind: 'endpoint'; readonly endpoint: string; readonly accessToken?: string }

/** Claims that a document says are in one place. Nothing of it is verified. */
export interface Reference {
  /** The claims that may be taken from there; at least one. */
  readonly names: readonly string[]
  readonly place: Place
}

/** What a header may carry as a token (RFC 6750 section 2.1 names fewer characters). */
const TOKEN = /^[\x21-\x7e]+$/

const isObject = (value: Json | undefined): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What is neither of the two kinds, or both, or no text where it has to be one, is no place. */
const placeOf = (value: Json | undefined): Place | undefined => {
  if (!isObject(value)) return undefined
  const { JWT: jwt, endpoint, access_token: accessToken } = value
  if (typeof jwt === 'string' && endpoint === undefined) return { kind: 'jwt', jwt }
  if (typeof endpoint !== 'string' || jwt !== undefined) return undefined
  if (accessToken === undefined) return { kind: 'endpoint', endpoint }
  return typeof accessToken === 'string' && TOKEN.test(accessToken)
    ? { kind: 'endpoint', endpoint, accessToken }
    : undefined
}

/**
 * The claims that a document says are elsewhere, by place, each place once. Claims that no other
 * may say, or that the document has itself, are left out, and so is what is malformed: it stays
 * elsewhere, and nothing is known of it.
 */
export const referencesIn = (document: Claims): readonly Reference[] => {
  const { _claim_sources: sources } = document
  if (!isObject(sources)) return []
  const named = Object.entries(claimNamesIn(document)).flatMap(([name, source]) =>
    typeof source === 'string' && Object.hasOwn(sources, source) && mayAdd(document, name)
      ? [{ name, source }]
      : [],
  )
  return [...Map.groupBy(named, ({ source }) => source)].flatMap(([source, members]) => {
    const place = placeOf(sources[source])
    return place === undefined ? [] : [{ names: members.map(({ name }) => name), place }]
  })
}
