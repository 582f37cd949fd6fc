import { core, type Manifest, openBelow, ours } from './manifests.ts'

/** A cluster with many routes, whose teams have their namespaces. */
export const NAMESPACES = 10
export const CLIENTS = 50

/** Where the n-th route or client lives. */
export const namespaceOf = (index: number): string => `team-${index % NAMESPACES}`

/** The hosts of the n-th route. */
export const hostsOf = (index: number): readonly string[] =>
  ['www', 'api', 'ops'].map((label) => `${label}.route-${index}.example.com`)

/** The n-th route: three hosts, and a path where everybody is let through. */
export const manyRoute = (index: number, open = '/open'): Manifest =>
  ours('ProtectedRoute', namespaceOf(index), `route-${index}`, {
    hosts: hostsOf(index),
    clientRef: { name: `client-${index % CLIENTS}` },
    rules: [openBelow(open)],
  })

/** Everything but the routes: a provider in each namespace, and clients with a Secret each. */
export const surroundingsOfRoutes = (): readonly Manifest[] => [
  ...Array.from({ length: NAMESPACES }, (_, index) =>
    ours('IdentityProvider', namespaceOf(index), 'idp', { issuer: 'https://sso.example.com' }),
  ),
  ...Array.from({ length: CLIENTS }, (_, index) => [
    core('Secret', namespaceOf(index), `client-${index}`, {
      stringData: { 'client-secret': `secret-${index}` },
    }),
    ours('OIDCClient', namespaceOf(index), `client-${index}`, {
      providerRef: { name: 'idp' },
      clientId: 'shop',
      authentication: { secretRef: { name: `client-${index}` } },
    }),
  ]).flat(),
]
