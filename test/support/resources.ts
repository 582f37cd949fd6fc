import type {
  ConfigMap,
  IdentityProvider,
  Namespace,
  ObjectMeta,
  OIDCClient,
  ProtectedRoute,
  Secret,
} from '../../src/policy/resource/resource.ts'
import { withDefaults } from './schema-defaults.ts'

/** `namespace/name`, and the age where it matters. */
const metaOf = (path: string, creationTimestampMs?: number): ObjectMeta => {
  const [namespace = '', name = ''] = path.split('/')
  const created = creationTimestampMs === undefined ? {} : { creationTimestampMs }
  return { namespace, name, labels: {}, annotations: {}, ...created }
}

/** A Namespace with these labels besides that of its name. */
export const aNamespace = (
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Namespace => ({
  kind: 'Namespace',
  metadata: {
    namespace: '',
    name,
    labels: { 'kubernetes.io/metadata.name': name, ...labels },
    annotations: {},
  },
})

/** An IdentityProvider with every default of its schema. */
export const anIdentityProvider = (
  path = 'shop/keycloak',
  spec: Partial<IdentityProvider['spec']> = {},
  creationTimestampMs?: number,
): IdentityProvider => ({
  kind: 'IdentityProvider',
  metadata: metaOf(path, creationTimestampMs),
  spec: {
    ...withDefaults('IdentityProvider', { issuer: 'https://sso.example.com/realms/shop' }),
    ...spec,
  },
})

/** An OIDCClient with every default of its schema; its secret is in `shop-oidc`. */
export const anOidcClient = (
  path = 'shop/shop',
  spec: Partial<OIDCClient['spec']> = {},
  creationTimestampMs?: number,
): OIDCClient => ({
  kind: 'OIDCClient',
  metadata: metaOf(path, creationTimestampMs),
  spec: {
    ...withDefaults('OIDCClient', {
      providerRef: { name: 'keycloak' },
      clientId: 'shop',
      authentication: { secretRef: { name: 'shop-oidc' } },
    }),
    ...spec,
  },
})

/**
 * A ProtectedRoute with every default of its schema, for shop.example.com and the client `shop`.
 */
export const aProtectedRoute = (
  path = 'shop/shop',
  spec: Partial<ProtectedRoute['spec']> = {},
  creationTimestampMs?: number,
): ProtectedRoute => ({
  kind: 'ProtectedRoute',
  metadata: metaOf(path, creationTimestampMs),
  spec: {
    ...withDefaults('ProtectedRoute', {
      hosts: ['shop.example.com'],
      clientRef: { name: 'shop' },
    }),
    ...spec,
  },
})

/** The Secret that the client names. */
export const aSecret = (
  path = 'shop/shop-oidc',
  data: Secret['data'] = { 'client-secret': 'correct horse' },
): Secret => ({ kind: 'Secret', metadata: metaOf(path), data })

/** A ConfigMap. */
export const aConfigMap = (path: string, data: ConfigMap['data']): ConfigMap => ({
  kind: 'ConfigMap',
  metadata: metaOf(path),
  data,
})

/** The smallest useful set: shop.example.com with its client, provider and Secret. */
export const aShop = () => {
  const provider = anIdentityProvider()
  const client = anOidcClient()
  const route = aProtectedRoute()
  const secret = aSecret()
  return { provider, client, route, secret, shop: [provider, client, route, secret] }
}
