import type { AddressRange } from './address-range.ts'

/** A pattern that a whole text is held against, in time linear in the text (R6). */
export interface TextPattern {
  /** As the operator wrote it. */
  readonly source: string
  readonly test: (text: string) => boolean
}

/** One condition on the path of a request; all of them on the canonical, decoded path (R5). */
export type PathMatch =
  | { readonly kind: 'exact'; readonly path: string }
  | { readonly kind: 'prefix'; readonly path: string }
  | ({ readonly kind: 'pattern' } & TextPattern)

/** What the value of a request header must be. */
export type HeaderCondition =
  | { readonly kind: 'value'; readonly value: string }
  | ({ readonly kind: 'pattern' } & TextPattern)

/** A condition on a request header, of which the caller has the choice. */
export type HeaderMatch = HeaderCondition & {
  /** Lower case. */
  readonly name: string
}

/** A clause of `match`: every part that is set must hold. */
export interface Match {
  readonly path?: PathMatch
  /** Upper case; absent: every method. */
  readonly methods?: ReadonlySet<string>
  /** Never empty; all of them must hold. */
  readonly headers?: readonly HeaderMatch[]
  /** Never empty; one of them holds the address of the connection. */
  readonly sourceAddresses?: readonly AddressRange[]
}

/**
 * Whether a path lies under a prefix by whole segments. The prefix of a match or of a protected
 * resource has no slash at its end, but for `/` itself.
 */
export const isUnder = (prefix: string, path: string): boolean =>
  prefix === '/' ||
  (path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/'))
