/** Asymmetric JWS algorithms a provider may be allowed to sign with (RFC 8725 section 3.2). */
export type SigningAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'

/** The endpoints of a provider that configuration may set, overriding discovery. */
export const ENDPOINT_NAMES = [
  'authorization',
  'token',
  'jwks',
  'userinfo',
  'introspection',
  'endSession',
  'revocation',
  'pushedAuthorizationRequest',
] as const

/** One of them. */
export type EndpointName = (typeof ENDPOINT_NAMES)[number]

/**
 * Who says claims in the place of a provider (OpenID Connect Core 1.0 section 5.6.2), and may.
 */
export interface ClaimSource {
  /** Whose claims they are: the `iss` of its JWTs, its keys, and how it is called. */
  readonly provider: Provider
  /** What may be asked, each byte for byte as a token has to name it; empty: nothing is. */
  readonly endpoints: readonly string[]
}

/** What the issuer of a provider of many tenants holds in the place of the tenant. */
export const TENANT_PLACE = '{tenantid}'

/** The member of `tenants` that lets in every one. */
export const ANY_TENANT = '*'

/** The issuer of one tenant. */
export const issuerOfTenant = ({ issuer }: Pick<Provider, 'issuer'>, tenant: string): string =>
  issuer.replace(TENANT_PLACE, tenant)

/** A compiled IdentityProvider, or what a claim source has of one: an issuer with keys alone. */
export interface Provider {
  /** `namespace/name` of the resource. */
  readonly name: string
  /**
   * Changes whenever anything in here does. Caches, connections and breakers are kept per name and
   * generation, so an edited provider starts afresh and never meets the facts of its former self.
   */
  readonly generation: string
  /** The exact `iss` (OpenID Connect Discovery 1.0 section 4.3). */
  readonly issuer: string
  /**
   * The tenants that tokens may come from, where the issuer holds `{tenantid}`; `*`: from all.
   * Absent: the issuer is one.
   */
  readonly tenants?: readonly string[]
  /** Further `iss` of access tokens that are signed by the same keys. */
  readonly additionalIssuers?: readonly string[]
  readonly discovery: boolean
  /** Where the metadata are; absent: below the issuer. */
  readonly metadataUrl?: string
  readonly endpoints: Readonly<Partial<Record<EndpointName, string>>>
  /** PEM certificates that are trusted besides those of Node.js, for this provider alone. */
  readonly caPem?: string
  /** What leads to this provider; absent: what leads to all of them, if anything does. */
  readonly proxy?: {
    /** `http:` or `https:`, with host and port alone. */
    readonly url: string
    /** PEM certificates that an `https:` proxy is trusted by, besides those of Node.js. */
    readonly caPem?: string
  }
  readonly signingAlgorithms: readonly SigningAlgorithm[]
  readonly clockSkewMs: number
  readonly requestTimeoutMs: number
  readonly metadataRefreshMs: number
  readonly keysRefreshMs: number
  /** An access token whose `exp` is further ahead is refused; absent: none is for that. */
  readonly maxTokenLifetimeMs?: number
  /** Who may say claims in its place; absent: nobody. */
  readonly claimSources?: readonly ClaimSource[]
  /** Set where it is a claim source of an IdentityProvider, and none itself. */
  readonly isClaimSource?: true
}
