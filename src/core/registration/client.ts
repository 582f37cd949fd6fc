import type { DecryptionKey } from './decryption-key.ts'
import type { Profile } from './profile.ts'
import type { Provider, SigningAlgorithm } from './provider.ts'

/** Whom a client assertion is for (RFC 7523 section 3): the `iss` of the provider or a URL. */
export type AssertionAudience = 'Issuer' | 'TokenEndpoint'

/** A certificate that is shown to a provider, with its key. */
export interface ClientCertificate {
  /** PEM: the certificate, and after it those that lead to its authority. */
  readonly certificatePem: string
  /** PEM, not encrypted. */
  readonly privateKeyPem: string
}

/** How a client authenticates by the TLS connection itself (RFC 8705 section 2). */
export interface CertificateAuthentication extends ClientCertificate {
  readonly method: 'tls_client_auth' | 'self_signed_tls_client_auth'
}

/** How a client authenticates by a token that Kubernetes has issued (RFC 7523 section 2.2). */
export interface ServiceAccountAuthentication {
  readonly method: 'service_account_token'
  readonly assertionAudience: AssertionAudience
  /** Whose token; absent: the one that the process has in a file. */
  readonly serviceAccount?: { readonly namespace: string; readonly name: string }
}

/** How a client authenticates by a key that the process makes for it, and replaces. */
export interface ManagedKeyAuthentication {
  readonly method: 'private_key_jwt'
  readonly assertionAudience: AssertionAudience
  readonly algorithm: 'ES256' | 'PS256' | 'EdDSA'
  /** How long one key signs. */
  readonly rotationMs: number
}

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
  | ManagedKeyAuthentication
  | CertificateAuthentication
  | ServiceAccountAuthentication
  | { readonly method: 'none' }

/**
 * What access tokens are bound to: a key of each session (RFC 9449), or a certificate that is shown
 * to the provider (RFC 8705).
 */
export type SenderConstraint = 'None' | 'DPoP' | 'MutualTLS'

/** When something is done: where the provider demands it, at every login, or at none. */
export type WhenAsking = 'Auto' | 'Always' | 'Never'

/**
 * How a provider answers: in the query of the redirect URI or by a form that the browser posts
 * there, as it is, or as one JWT that it signed (JARM).
 */
export type ResponseMode = 'query' | 'query.jwt' | 'form_post' | 'form_post.jwt'

/** How a provider is asked to sign somebody in. */
export interface Asking {
  /** Whether the provider itself is handed the request, and the browser a reference (RFC 9126). */
  readonly pushed: WhenAsking
  /** Whether what is asked is signed by the client (RFC 9101). */
  readonly signed: WhenAsking
  /** What it is signed with: the algorithm of the client's key. Absent: it has none. */
  readonly algorithm?: SigningAlgorithm
  readonly responseMode: ResponseMode
  /** What all of it is held to; absent: to nothing but the fields. */
  readonly profile?: Profile
}

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

/** How sessions are bound to the device that they began on. */
export interface DeviceBound {
  /** Whether a session that no device is bound to counts. */
  readonly mode: 'Prefer' | 'Require'
  /** The name of the short-lived cookie, which a proof renews. */
  readonly cookieName: string
  readonly cookieLifetimeMs: number
  /** For how long one challenge is handed out. */
  readonly challengeLifetimeMs: number
  /** Whether a proof is taken once. */
  readonly singleUse: boolean
  /** For how long after its last proof a session counts without the short-lived cookie. */
  readonly graceMs: number
  /** Where a browser shows its key, and where it proves it. */
  readonly paths: { readonly bind: string; readonly refresh: string }
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
  readonly senderConstrained: SenderConstraint
  /** What tokens are bound to, where the client authenticates otherwise than by a certificate. */
  readonly bindingCertificate?: ClientCertificate
  readonly scopes: readonly string[]
  /** RFC 8707 resource indicators. */
  readonly resources: readonly string[]
  /** Static parameters added to every authorization request. */
  readonly authorizationParameters: Readonly<Record<string, string>>
  /** Query parameters of the original request that are copied into the authorization request. */
  readonly forwardParameters: readonly string[]
  readonly asking: Asking
  /** How long the end-user may take between the authorization request and the callback (R16). */
  readonly loginLifetimeMs: number
  /** What ID and logout tokens have to be signed with; absent: any of `signingAlgorithms`. */
  readonly idTokenAlgorithm?: SigningAlgorithm
  /** What opens whatever the provider encrypts to the client; absent: nothing does. Never empty. */
  readonly decryptionKeys?: readonly DecryptionKey[]
  readonly callbackPath: string
  /** Where pages ask about their session, and begin a login; absent: nowhere. */
  readonly pagePaths?: { readonly session: string; readonly login: string }
  /** The one host of the redirect URI; absent: each host has its own. */
  readonly callbackHost?: string
  /** When the userinfo endpoint is asked for more claims (OpenID Connect Core 1.0 section 5.3). */
  readonly userinfo: 'Never' | 'AtLogin' | 'AtRefresh'
  /** Whether an answer of it counts only if the provider signed it. */
  readonly userinfoSigned: 'Auto' | 'Always'
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
    /** Absent: sessions are bound to no device. */
    readonly deviceBound?: DeviceBound
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
