import type { Kind, ObjectRef } from '../../policy/resource.ts'

/** The kinds that are looked up by name, and only where something names them. */
export type DataKind = 'Secret' | 'ConfigMap'

/** One collection of the API server, as a watch follows it. */
export interface Collection {
  readonly kind: Kind
  readonly apiVersion: string
  readonly path: string
  /** The one object that is wanted; absent: all of them. */
  readonly name?: string
  /** What is followed, as a sentence names it. */
  readonly title: string
}

const API_VERSION = 'sallyport.dev/v1alpha1'

const CUSTOM = {
  IdentityProvider: 'identityproviders',
  OIDCClient: 'oidcclients',
  ProtectedRoute: 'protectedroutes',
} as const satisfies Partial<Record<Kind, string>>

const CUSTOM_KINDS = ['IdentityProvider', 'OIDCClient', 'ProtectedRoute'] as const

const DATA: Readonly<Record<DataKind, string>> = { Secret: 'secrets', ConfigMap: 'configmaps' }

const customIn = (kind: keyof typeof CUSTOM, namespace: string | undefined): Collection => {
  const within = namespace === undefined ? '' : `/namespaces/${namespace}`
  const where = namespace === undefined ? 'every namespace' : `the namespace ${namespace}`
  return {
    kind,
    apiVersion: API_VERSION,
    path: `/apis/${API_VERSION}${within}/${CUSTOM[kind]}`,
    title: `${kind} objects of ${where}`,
  }
}

/** The collections of custom resources in these namespaces; of all if none is named. */
export const customCollections = (namespaces: readonly string[]): readonly Collection[] => {
  const places = namespaces.length === 0 ? [undefined] : [...new Set(namespaces)]
  return CUSTOM_KINDS.flatMap((kind) => places.map((namespace) => customIn(kind, namespace)))
}

/** The collection that holds one Secret or ConfigMap and nothing else, so that rights on that name suffice. */
export const dataCollection = (kind: DataKind, { namespace, name }: ObjectRef): Collection => ({
  kind,
  apiVersion: 'v1',
  path: `/api/v1/namespaces/${namespace}/${DATA[kind]}`,
  name,
  title: `${kind} ${namespace}/${name}`,
})
