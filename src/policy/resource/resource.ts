import type {
  IdentityProviderSpec,
  OIDCClientSpec,
  ProtectedRouteSpec,
} from './resource-specs.generated.ts'

/** The kinds that configuration is made of. */
export type Kind =
  | 'IdentityProvider'
  | 'OIDCClient'
  | 'ProtectedRoute'
  | 'Secret'
  | 'ConfigMap'
  | 'Namespace'

/** Names one object; `namespace/name` within a kind is unique. */
export interface ObjectRef {
  readonly kind: Kind
  /** Empty for a Namespace. */
  readonly namespace: string
  readonly name: string
}

/** What every object carries, wherever it was read from. */
export interface ObjectMeta {
  /** Empty for a Namespace. */
  readonly namespace: string
  readonly name: string
  /** Milliseconds since the epoch; absent in files that do not say. */
  readonly creationTimestampMs?: number
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

interface Typed<K extends Kind> {
  readonly kind: K
  readonly metadata: ObjectMeta
}

/** How to reach and trust one OpenID provider. */
export interface IdentityProvider extends Typed<'IdentityProvider'> {
  readonly spec: IdentityProviderSpec
}

/** One registration at a provider. */
export interface OIDCClient extends Typed<'OIDCClient'> {
  readonly spec: OIDCClientSpec
}

/** Which hosts and paths are protected, by which client, and how. */
export interface ProtectedRoute extends Typed<'ProtectedRoute'> {
  readonly spec: ProtectedRouteSpec
}

/** A core/v1 Secret; values are decoded. */
export interface Secret extends Typed<'Secret'> {
  readonly data: Readonly<Record<string, string>>
}

/** A core/v1 ConfigMap. */
export interface ConfigMap extends Typed<'ConfigMap'> {
  readonly data: Readonly<Record<string, string>>
}

/** A core/v1 Namespace: of interest for its labels alone. */
export interface Namespace extends Typed<'Namespace'> {}

/** A decoded object: valid by its schema, defaults filled in. */
export type Resource =
  | IdentityProvider
  | OIDCClient
  | ProtectedRoute
  | Secret
  | ConfigMap
  | Namespace

/**
 * Where in an object a problem is: one name or index per level, for example `['spec', 'hosts', 0]`.
 */
export type FieldPath = readonly (string | number)[]

/** Something an operator must mend, in a sentence that names the value's problem and the fix. */
export interface Problem {
  readonly object: ObjectRef
  readonly field: FieldPath
  readonly message: string
  /**
   * The condition reason of the custom resource, for example `HostConflict` or `SecretNotFound`.
   */
  readonly reason: ProblemReason
}

/** Condition reasons, as the custom resources document them. */
export type ProblemReason =
  | 'Invalid'
  | 'HostConflict'
  | 'ProviderNotFound'
  | 'ProviderUnsuitable'
  | 'ClientNotFound'
  | 'RefNotPermitted'
  | 'ClientUnsuitable'
  | 'SecretNotFound'
  | 'SecretInvalid'
  | 'SecretNotReadable'
  | 'ConfigMapNotFound'
  | 'ConfigMapInvalid'
  | 'ConfigMapNotReadable'

/** `Kind namespace/name`: the key of an object in maps and messages. */
export const objectKey = ({ kind, namespace, name }: ObjectRef): string =>
  namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`

/** The reference to an object. */
export const refOf = (resource: Resource): ObjectRef => ({
  kind: resource.kind,
  namespace: resource.metadata.namespace,
  name: resource.metadata.name,
})
