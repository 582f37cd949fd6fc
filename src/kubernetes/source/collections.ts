import type { Kind, ObjectRef } from '../../policy/resource/resource.ts'

/** The kinds that are looked up by name, and only where something names them. */
export type DataKind = 'Secret' | 'ConfigMap'

/** Whether a kind is looked up by name. */
export const isDataKind = (kind: Kind): kind is DataKind =>
  kind === 'Secret' || kind === 'ConfigMap'

/** One collection of the API server, as a watch follows it. */
export interface Collection {
  readonly kind: Kind
  readonly apiVersion: string
  readonly path: string
  /** The one object that is wanted; absent: all of them. */
  readonly name?: string
  /** What is followed, as a sentence names it. */
  readonly title: string
  /** The right that following it takes, as a sentence names it. */
  readonly right: string
  /** The namespace whose objects alone are concerned; absent: all. */
  readonly namespace?: string
}

/** The API group and version of the custom resources. */
export const API_VERSION = 'sallyport.dev/v1alpha1'

/** The plurals of the custom resources. */
export const PLURALS = {
  IdentityProvider: 'identityproviders',
  OIDCClient: 'oidcclients',
  ProtectedRoute: 'protectedroutes',
} as const satisfies Partial<Record<Kind, string>>

/** The kinds that are custom resources. */
export type CustomKind = keyof typeof PLURALS

const CUSTOM_KINDS = ['IdentityProvider', 'OIDCClient', 'ProtectedRoute'] as const

/** Whether a kind is a custom resource. */
export const isCustomKind = (kind: Kind): kind is CustomKind => Object.hasOwn(PLURALS, kind)

const DATA: Readonly<Record<DataKind, string>> = { Secret: 'secrets', ConfigMap: 'configmaps' }

const customIn = (kind: CustomKind, namespace: string | undefined): Collection => {
  const within = namespace === undefined ? '' : `/namespaces/${namespace}`
  const where = namespace === undefined ? 'every namespace' : `the namespace ${namespace}`
  return {
    kind,
    apiVersion: API_VERSION,
    path: `/apis/${API_VERSION}${within}/${PLURALS[kind]}`,
    title: `${kind} objects of ${where}`,
    right: `list and watch on ${PLURALS[kind]}.sallyport.dev in ${where}`,
    ...(namespace === undefined ? {} : { namespace }),
  }
}

/** The collections of custom resources in these namespaces; of all if none is named. */
export const customCollections = (namespaces: readonly string[]): readonly Collection[] => {
  const places = namespaces.length === 0 ? [undefined] : [...new Set(namespaces)]
  return CUSTOM_KINDS.flatMap((kind) => places.map((namespace) => customIn(kind, namespace)))
}

/**
 * The collection that holds one Secret or ConfigMap and nothing else, so that rights on that name
 * suffice.
 */
export const dataCollection = (kind: DataKind, { namespace, name }: ObjectRef): Collection => ({
  kind,
  apiVersion: 'v1',
  path: `/api/v1/namespaces/${namespace}/${DATA[kind]}`,
  name,
  title: `${kind} ${namespace}/${name}`,
  right: `list and watch on ${DATA[kind]} in the namespace ${namespace}`,
  namespace,
})

/** The namespaces themselves, for their labels. */
export const NAMESPACES: Collection = {
  kind: 'Namespace',
  apiVersion: 'v1',
  path: '/api/v1/namespaces',
  title: 'The labels of namespaces',
  right: 'list and watch on namespaces in the whole cluster',
}
