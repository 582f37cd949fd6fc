import { stringify } from 'yaml'
import { WEB_CLIENT } from '../parts/oidc-provider.ts'
import { API_AUDIENCE } from '../parts/oidc-provider-settings.ts'
import type { StackFacts } from '../parts/stack.ts'

/** A manifest before it is YAML. */
export type Manifest = Readonly<Record<string, unknown>>

/** What a suite wants otherwise than the shop has it. */
export interface ShopChanges {
  /** Fields of the IdentityProvider's `spec`. */
  readonly provider?: (facts: StackFacts) => Manifest
  /** Fields of the OIDCClient's `spec`. */
  readonly client?: Manifest
  /** More manifests. */
  readonly more?: readonly Manifest[]
}

const NAMESPACE = 'shop'

/**
 * The host of the web application: public below `/assets`, for admins below `/admin`, for the
 * signed-in elsewhere.
 */
export const APP = 'app.localhost'

/**
 * The host of the API: bearer tokens with `orders:read`, `orders:write` to change something;
 * sessions as well.
 */
export const API = 'api.localhost'

/** The host of an application whose upstream gets no access token. */
export const OPS = 'ops.localhost'

/** A host whose route refers to a client that does not exist. */
export const BROKEN = 'other.localhost'

/** A host that no route names. */
export const UNKNOWN = 'unknown.localhost'

/** A resource of ours. */
export const ours = (kind: string, name: string, spec: Manifest): Manifest => ({
  apiVersion: 'sallyport.dev/v1alpha1',
  kind,
  metadata: { name, namespace: NAMESPACE },
  spec,
})

const core = (kind: string, name: string, content: Manifest): Manifest => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: NAMESPACE },
  ...content,
})

const provider = (facts: StackFacts, changes: Manifest): readonly Manifest[] => [
  core('ConfigMap', 'gateway-ca', { data: { 'ca.crt': facts.caPem } }),
  ours('IdentityProvider', 'idp', {
    issuer: facts.issuer,
    tls: { caRef: { kind: 'ConfigMap', name: 'gateway-ca' } },
    ...changes,
  }),
]

const client = (changes: Manifest): readonly Manifest[] => [
  core('Secret', 'web-client', { stringData: { 'client-secret': WEB_CLIENT.clientSecret } }),
  ours('OIDCClient', 'web', {
    providerRef: { name: 'idp' },
    clientId: WEB_CLIENT.clientId,
    authentication: { secretRef: { name: 'web-client' } },
    scopes: ['openid', 'profile', 'email', 'orders:read'],
    resources: [API_AUDIENCE],
    ...changes,
  }),
]

const ROUTES: readonly Manifest[] = [
  ours('ProtectedRoute', 'app', {
    hosts: [APP],
    clientRef: { name: 'web' },
    upstream: { headers: [{ name: 'x-user-groups', claim: 'groups' }] },
    rules: [
      {
        name: 'assets',
        match: [{ path: { prefix: '/assets' }, methods: ['GET', 'HEAD'] }],
        public: true,
      },
      {
        name: 'admin',
        match: [{ path: { prefix: '/admin' } }],
        authorize: [{ claim: 'groups', anyOf: ['admins'] }],
      },
    ],
  }),
  ours('ProtectedRoute', 'api', {
    hosts: [API],
    clientRef: { name: 'web' },
    authenticate: [
      { bearer: { providerRef: { name: 'idp' }, audiences: [API_AUDIENCE] } },
      { session: {} },
    ],
    onUnauthenticated: 'Challenge',
    authorize: [{ scopes: ['orders:read'] }],
    rules: [
      {
        name: 'change-orders',
        match: [{ path: { prefix: '/orders' }, methods: ['POST', 'PUT', 'PATCH', 'DELETE'] }],
        authorize: [{ scopes: ['orders:write'] }],
      },
    ],
  }),
  ours('ProtectedRoute', 'ops', {
    hosts: [OPS],
    clientRef: { name: 'web' },
    upstream: { accessToken: 'None' },
  }),
]

const BROKEN_ROUTE = ours('ProtectedRoute', 'broken', {
  hosts: [BROKEN],
  clientRef: { name: 'missing' },
})

/**
 * The shop of the end-to-end suites: one provider, one client, and a route for each of the hosts
 * above.
 */
export const shop =
  (changes: ShopChanges = {}) =>
  (facts: StackFacts): Readonly<Record<string, string>> => ({
    'platform.yaml': [
      ...provider(facts, changes.provider?.(facts) ?? {}),
      ...client(changes.client ?? {}),
    ]
      .map((manifest) => stringify(manifest))
      .join('---\n'),
    'routes.yaml': [...ROUTES, ...(changes.more ?? [BROKEN_ROUTE])]
      .map((manifest) => stringify(manifest))
      .join('---\n'),
  })
