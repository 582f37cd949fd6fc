import { stringify } from 'yaml'

/** A manifest of any kind. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace: string }
  readonly [field: string]: unknown
}

const API_VERSION = 'sallyport.dev/v1alpha1'

/** One of Sallyport's kinds. */
export const ours = (
  kind: 'IdentityProvider' | 'OIDCClient' | 'ProtectedRoute',
  namespace: string,
  name: string,
  spec: object,
): Manifest => ({ apiVersion: API_VERSION, kind, metadata: { name, namespace }, spec })

/** One of Kubernetes' own. */
export const core = (
  kind: 'ConfigMap' | 'Secret' | 'Namespace',
  namespace: string,
  name: string,
  more: object,
): Manifest => ({ apiVersion: 'v1', kind, metadata: { name, namespace }, ...more })

/** A rule that lets everybody through below a path. */
export const openBelow = (prefix: string) => ({
  name: 'open',
  match: [{ path: { prefix } }],
  public: true,
})

/** As a file of resources. */
export const manifestText = (manifests: readonly Manifest[]): string =>
  manifests.map((manifest) => stringify(manifest)).join('---\n')
