/** A claim value that a rule can name. */
export type ClaimValue = string | number | boolean

/** Scopes that must all have been granted. */
export interface ScopesRequirement {
  readonly kind: 'scopes'
  readonly scopes: readonly string[]
}

/** What a claim must be; every part that is set must hold. */
export interface ClaimRequirement {
  readonly kind: 'claim'
  /** The path into the claims, one name per level. */
  readonly path: readonly string[]
  /** The path as the operator wrote it. */
  readonly written: string
  readonly anyOf?: readonly ClaimValue[]
  readonly allOf?: readonly ClaimValue[]
  readonly noneOf?: readonly ClaimValue[]
  readonly exists?: boolean
}

/** One clause of `authorize`; all of them must hold. */
export type Requirement = ScopesRequirement | ClaimRequirement
