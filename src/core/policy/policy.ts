import type { Cors, TokenNames, TokenPlace } from './applications.ts'
import type { DecisionPoint } from './decision-point.ts'
import type { Match } from './match.ts'
import type { Requirement } from './requirement.ts'
import type { MetadataEntry } from './told.ts'
import type { ToldHeader, Upstream } from './upstream.ts'

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
  'endSession',
  'revocation',
] as const

/** One of them. */
export type EndpointName = (typeof ENDPOINT_NAMES)[number]

/** A compiled IdentityProvider. */
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
}

/** Whom a client assertion is for (RFC 7523 section 3): the `iss` of the provider or a URL. */
export type AssertionAudience = 'Issuer' | 'TokenEndpoint'

/** How a client authenticates at the token endpoint (OpenID Connect Core 1.0 section 9). */
export type ClientAuthentication =
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly secret: string }
  | {
      readonly method: 'client_secret_jwt'
      readonly secret: string
      readonly assertionAudience: AssertionAudience
    }
  | {
      readonly method: 'private_key_jwt'
      readonly assertionAudience: AssertionAudience
      /** PKCS#8 PEM. */
      readonly privateKeyPem: string
      readonly keyId?: string
      readonly algorithm: SigningAlgorithm
    }
  | { readonly method: 'none' }

/**
 * Attributes of the session cookie that a client may choose. Secure, HttpOnly and Path=/ are fixed.
 */
export interface SessionCookie {
  /**
   * Begins with `__Host-`, or with `__Secure-` if there is a domain (RFC 6265bis section 4.1.3).
   */
  readonly name: string
  /** The parent domain whose hosts share the session; absent: each host has its own. */
  readonly domain?: string
  readonly sameSite: 'Lax' | 'Strict' | 'None'
  /** Kept apart for each site that frames the host. */
  readonly partitioned?: true
}

/** A claim that a page is told about its own session. */
export interface InfoClaim {
  /** The path as the operator wrote it; what the page knows it by. */
  readonly written: string
  /** One name per level. */
  readonly path: readonly string[]
}

/** A compiled OIDCClient with everything it refers to. */
export interface Client {
  /** `namespace/name` of the resource. */
  readonly name: string
  /**
   * The tenant: a session, login state or ticket of one tenant is nothing to another (R13).
   * Survives edits.
   */
  readonly tenant: string
  /** Changes whenever anything in here does, secrets included. */
  readonly generation: string
  readonly provider: Provider
  /** What people know the provider by, where several can be chosen from. */
  readonly displayName: string
  readonly clientId: string
  readonly authentication: ClientAuthentication
  readonly scopes: readonly string[]
  /** RFC 8707 resource indicators. */
  readonly resources: readonly string[]
  /** Static parameters added to every authorization request. */
  readonly authorizationParameters: Readonly<Record<string, string>>
  /** Query parameters of the original request that are copied into the authorization request. */
  readonly forwardParameters: readonly string[]
  /** How long the end-user may take between the authorization request and the callback (R16). */
  readonly loginLifetimeMs: number
  /** What ID and logout tokens have to be signed with; absent: any of `signingAlgorithms`. */
  readonly idTokenAlgorithm?: SigningAlgorithm
  readonly callbackPath: string
  /** Where pages ask about their session, and begin a login; absent: nowhere. */
  readonly pagePaths?: { readonly session: string; readonly login: string }
  /** The one host of the redirect URI; absent: each host has its own. */
  readonly callbackHost?: string
  /** When the userinfo endpoint is asked for more claims (OpenID Connect Core 1.0 section 5.3). */
  readonly userinfo: 'Never' | 'AtLogin' | 'AtRefresh'
  /** Whether the claims of the access token are among those of a session. */
  readonly accessTokenClaims: 'Ignore' | 'Merge'
  readonly session: {
    readonly idleTimeoutMs: number
    readonly absoluteTimeoutMs: number
    /** The lifetimes of a session whose end-user wants to stay signed in; absent: not offered. */
    readonly rememberMe?: { readonly idleTimeoutMs: number; readonly absoluteTimeoutMs: number }
    /** How long before its expiry an access token is refreshed on use; absent: never. */
    readonly refreshBeforeMs?: number
    /** What a session counts from alone; empty: from anywhere. */
    readonly bindTo: readonly ('UserAgent' | 'Address')[]
    /** How many one subject may have; the oldest end. Absent: any number. */
    readonly maxPerSubject?: number
    /** Sessions that began before this have ended, once that time has come. */
    readonly revokeBeforeMs?: number
    readonly cookie: SessionCookie
    /** The claims that a page is told about its own session. */
    readonly info: readonly InfoClaim[]
    /** The origins that may frame a sign-in, as `frame-ancestors` takes them; absent: none. */
    readonly framing?: readonly string[]
  }
  readonly logout: {
    readonly path: string
    /**
     * Where the browser goes after sign-out; absent: a page that says so. A path of the same host,
     * or an https URL.
     */
    readonly redirectUrl?: string
    /** Where a link may have it go instead: paths of the same host, and https URLs. */
    readonly redirectUrls: readonly string[]
    readonly atProvider: boolean
    /**
     * What the request to sign out at the provider carries besides what RP-Initiated Logout 1.0
     * says. A value is literal, `$RETURN_URL` or `$CLIENT_ID`.
     */
    readonly endSessionParameters: Readonly<Record<string, string>>
    /** Whether a logout takes the tokens back at the provider (RFC 7009). */
    readonly revokeTokens: boolean
    /** Where Front-Channel Logout 1.0 is taken; absent: nowhere. */
    readonly frontChannelPath?: string
    /** Whether the provider may end sessions by Back-Channel Logout 1.0. */
    readonly backChannel: boolean
  }
}

/** The bearer tokens that one entry of `authenticate` accepts. */
export interface BearerMethod {
  readonly kind: 'bearer'
  readonly provider: Provider
  /** At least one of these must be in the claim that names audiences; never empty (R23). */
  readonly audiences: readonly string[]
  /** A longer token is refused unread. */
  readonly maxBytes: number
  /** Which claim that is: `aud`, unless the provider has none. */
  readonly audienceClaim: string
  /** Never empty. */
  readonly accepts: readonly ('access_token' | 'id_token')[]
  /** Where its tokens are looked for; absent: in `authorization`. Never empty. */
  readonly from?: readonly TokenPlace[]
}

/**
 * One way to authenticate; tried in order. `anonymous` comes last: whom no other knows passes
 * without an identity.
 */
export type AuthenticateMethod =
  | { readonly kind: 'session' }
  | BearerMethod
  | { readonly kind: 'anonymous' }

/** What happens to a request without an acceptable credential. */
export type OnUnauthenticated = 'Auto' | 'Login' | 'Challenge'

/**
 * One clause of a policy. The route-level settings are a rule as well, the one that matches what is
 * left.
 */
export interface Rule {
  readonly name: string
  /** Any of these; empty for the route-level rule. */
  readonly matches: readonly Match[]
  /**
   * Those that end-users sign in with here, and whose sessions count; absent on every rule of a
   * policy without parts: those of the policy.
   */
  readonly clients?: readonly Client[]
  readonly public: boolean
  readonly authenticate: readonly AuthenticateMethod[]
  readonly onUnauthenticated: OnUnauthenticated
  /** The largest form that is kept over a login; absent: none is. */
  readonly keepFormsMaxBytes?: number
  readonly authorize: readonly Requirement[]
  /** Who is asked last, when all of `authorize` holds; absent: nobody is. */
  readonly decisionPoint?: DecisionPoint
  readonly upstream: Upstream
  /** What the downstream is told beside the answer of the upstream; absent: nothing. */
  readonly response?: { readonly headers: readonly ToldHeader[] }
  /** Absent: Envoy is told nothing of who is calling. */
  readonly metadata?: readonly MetadataEntry[]
  /** Absent: what answers say to pages of other origins is for the upstream to say. */
  readonly cors?: Cors
  /** Absent: tokens are taken from `authorization` alone, or not at all. */
  readonly tokenNames?: TokenNames
}

/** A compiled ProtectedRoute: immutable, complete, and free of I/O. */
export interface Policy {
  /** `namespace/name` of the resource. */
  readonly name: string
  /**
   * Those that end-users may sign in with, in the order in which they are offered; none for a host
   * that takes bearer tokens only. Those of rules are among them, each client once.
   */
  readonly clients: readonly Client[]
  /** The header in which the gateway says which of the route's hosts the browser sees. */
  readonly publicHostHeader?: string
  /** First match wins. */
  readonly rules: readonly Rule[]
  /**
   * Whether a path decides anything: then a path that is not canonical is refused, not guessed at.
   */
  readonly pathSensitive: boolean
  /** The route-level settings, for a request that no rule matches. */
  readonly fallback: Rule
  /**
   * Every header name that this policy sets from an identity, lower case, as it is spelled and with
   * `-` for `_` and `.`; removed from all requests (R8).
   */
  readonly identityHeaders: ReadonlySet<string>
  /**
   * Header names that any route of the same namespace sets, and those that the platform has taken
   * off, likewise: wherever a request shows them.
   */
  readonly siblingHeaders: ReadonlySet<string>
  /** The names of what the platform requires here; absent: nothing. */
  readonly platform?: readonly string[]
}
