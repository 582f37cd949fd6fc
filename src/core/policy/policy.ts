import type { Client } from '../registration/client.ts'
import type { DecryptionKey } from '../registration/decryption-key.ts'
import type { Provider } from '../registration/provider.ts'
import type { Cors, TokenNames, TokenPlace } from './applications.ts'
import type { DecisionPoint } from './decision-point.ts'
import type { Match } from './match.ts'
import type { ProtectedResources } from './protected-resource.ts'
import type { Requirement } from './requirement.ts'
import type { MetadataEntry } from './told.ts'
import type { Exchange, ToldHeader, Upstream } from './upstream.ts'

/** What an entry of `authenticate` asks for of whoever shows a token. */
export interface AskedProof {
  /** What its tokens have to be bound to; absent: nothing, and what binds one is proven anyway. */
  readonly proof?: 'DPoP' | 'MutualTLS'
  /** Whether DPoP proofs need a nonce of ours; absent: no. */
  readonly nonce?: true
}

/** The bearer tokens that one entry of `authenticate` accepts. */
export interface BearerMethod extends AskedProof {
  readonly kind: 'bearer'
  readonly provider: Provider
  /**
   * At least one of these must be in the claim that names audiences (R23); empty where only a
   * protected resource has one, its URL.
   */
  readonly audiences: readonly string[]
  /** A longer token is refused unread. */
  readonly maxBytes: number
  /** Which claim that is: `aud`, unless the provider has none. */
  readonly audienceClaim: string
  /** Never empty. */
  readonly accepts: readonly ('access_token' | 'id_token')[]
  /** Where its tokens are looked for; absent: in `authorization`. Never empty. */
  readonly from?: readonly TokenPlace[]
  /** What opens encrypted tokens; absent: nothing does. Never empty. */
  readonly decryptionKeys?: readonly DecryptionKey[]
}

/** What a way in was told in an entry of `authenticate`: plain data, its own. */
export type WaySettings = Readonly<Record<string, unknown>>

/** A credential that the provider is asked about, by a way in of that name. */
export interface CredentialMethod<Settings extends WaySettings = WaySettings> extends AskedProof {
  readonly kind: 'credential'
  /** The member of `authenticate`, which is how the way is found. */
  readonly way: string
  /** Whose people or tokens are taken. */
  readonly provider: Provider
  /** As whom the provider is asked; absent: as nobody. */
  readonly client?: Client
  /** Where the credential is looked for; absent: in `authorization`. Never empty. */
  readonly from?: readonly TokenPlace[]
  readonly settings: Settings
}

/**
 * One way to authenticate; tried in order. `anonymous` comes last: whom no other knows passes
 * without an identity.
 */
export type AuthenticateMethod =
  | { readonly kind: 'session' }
  | BearerMethod
  | CredentialMethod
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
  /** There if, and only if, the upstream gets what the access token was exchanged for. */
  readonly exchange?: Exchange
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
  /** Absent: callers have to be told how to get tokens. */
  readonly resources?: ProtectedResources
  /** The names of what the platform requires here; absent: nothing. */
  readonly platform?: readonly string[]
}
