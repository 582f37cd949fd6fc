import type { ObjectRef } from '../../policy/resource/resource.ts'

/** A condition as it ought to be; when it came to be so is known where it is written. */
export interface DesiredCondition {
  /** For example `Accepted`. */
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  /** One stable word, for example `HostConflict`. */
  readonly reason: string
  /** Sentences. */
  readonly message: string
}

/** One host of a ProtectedRoute, as its status names it. */
export interface DesiredHost {
  readonly host: string
  readonly state: 'Programmed' | 'Broken' | 'Conflicted'
  /** `namespace/name` of the route that owns it; only for `Conflicted`. */
  readonly conflictingWith?: string
}

/** What the provider of an OIDCClient has to know, as its status names it. */
export interface DesiredRegistration {
  readonly redirectUris: readonly string[]
  readonly postLogoutRedirectUris: readonly string[]
}

/** What the status of one custom resource ought to say. */
export interface DesiredStatus {
  readonly ref: ObjectRef
  /** The very object that this is about: one that was deleted and made anew has another. */
  readonly uid: string
  /** The `metadata.generation` that this was said about. */
  readonly generation: number
  /** In the order in which a person reads them; each type once. */
  readonly conditions: readonly DesiredCondition[]
  /** IdentityProvider: how many verification keys it publishes. */
  readonly keys?: number
  /** IdentityProvider: when its metadata was last read. */
  readonly lastDiscoveryMs?: number
  /** ProtectedRoute: in the order of `spec.hosts`. */
  readonly hosts?: readonly DesiredHost[]
  /** OIDCClient: what to register at the provider. */
  readonly registration?: DesiredRegistration
  /** OIDCClient: the claims that were absent at the last login, although something names them. */
  readonly absentClaims?: readonly string[]
}
