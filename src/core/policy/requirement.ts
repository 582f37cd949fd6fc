import type { AddressRange } from './address-range.ts'
import type { Expression } from './expression.ts'
import type { TextPattern } from './match.ts'

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
  /** One of these must match. */
  readonly matches?: readonly TextPattern[]
  /** Whether `A` to `Z` are taken for `a` to `z`; the values above are in lower case then. */
  readonly ignoreCase?: true
}

/** Where the e-mail address must be, which the provider has verified. */
export interface EmailDomainsRequirement {
  readonly kind: 'email_domains'
  /** Lower case; one that begins with `*.` stands for every name below it. */
  readonly domains: readonly string[]
  /** Whether an address counts that the provider has not verified. */
  readonly allowUnverified: boolean
}

/** Where the connection must come from. */
export interface SourceAddressesRequirement {
  readonly kind: 'source_addresses'
  readonly ranges: readonly AddressRange[]
}

/** An expression that must come to true. */
export interface CelRequirement {
  readonly kind: 'cel'
  readonly expression: Expression
}

/** How and when the caller must have authenticated; at least one of the two is set. */
export interface AuthenticationContextRequirement {
  readonly kind: 'authentication_context'
  /** `acr` must be one of these; never empty. */
  readonly acrValues?: readonly string[]
  /** How long ago `auth_time` may be, in milliseconds: whole seconds. */
  readonly maxAgeMs?: number
}

/** Alternatives, of which one must hold. */
export interface AnyRequirement {
  readonly kind: 'any'
  /** Never empty, and none of them has alternatives itself. */
  readonly clauses: readonly Exclude<Requirement, AnyRequirement | PlatformRequirement>[]
}

/** A clause that the platform requires, whatever the owner of the route writes. */
export interface PlatformRequirement {
  readonly kind: 'platform'
  /** What the platform calls it. */
  readonly by: string
  readonly clause: Exclude<Requirement, PlatformRequirement>
}

/** One clause of `authorize`; all of them must hold. */
export type Requirement =
  | ScopesRequirement
  | ClaimRequirement
  | EmailDomainsRequirement
  | SourceAddressesRequirement
  | CelRequirement
  | AuthenticationContextRequirement
  | AnyRequirement
  | PlatformRequirement
