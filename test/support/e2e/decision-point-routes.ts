import { API_AUDIENCE } from '../parts/oidc-provider-settings.ts'
import { BROKEN, type Manifest, ours } from './manifests.ts'

/** The host whose rules ask decision points. */
export const DECISIONS = BROKEN

/** Where the decision points are, and how they are trusted. */
export interface DecisionPointUrls {
  readonly opa: string
  readonly cerbos: string
  readonly token: string
  readonly caPem: string
}

const own = (kind: string, name: string, data: Manifest): Manifest => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'shop' },
  ...data,
})

const external = (which: Manifest, more: Manifest = {}): Manifest => ({
  external: {
    ...which,
    timeout: '3s',
    tls: { caRef: { name: 'decisions-ca' } },
    credentialsRef: { name: 'decisions' },
    ...more,
  },
})

const rule = (name: string, which: Manifest, more?: Manifest): Manifest => ({
  name,
  match: [{ path: { prefix: `/${name}` } }],
  authorize: [{ claim: 'sub', exists: true }, external(which, more)],
})

/** The route, and what it refers to. */
export const decisionRoutes = (urls: DecisionPointUrls): readonly Manifest[] => {
  const opa = (name: string) => ({ opa: { url: `${urls.opa}/v1/data/shop/${name}` } })
  return [
    own('Secret', 'decisions', { stringData: { token: urls.token } }),
    own('Secret', 'wrong', { stringData: { token: 'wrong' } }),
    own('ConfigMap', 'decisions-ca', { data: { 'ca.crt': urls.caPem } }),
    ours('ProtectedRoute', 'decisions', {
      hosts: [DECISIONS],
      clientRef: { name: 'web' },
      authenticate: [
        { bearer: { providerRef: { name: 'idp' }, audiences: [API_AUDIENCE] } },
        { session: {} },
      ],
      rules: [
        rule('opa', opa('allow'), { send: { claims: ['email'], headers: ['x-tenant'] } }),
        rule('object', opa('verdict')),
        rule('undefined', opa('nothing')),
        rule('text', opa('text')),
        rule('conflict', opa('conflict')),
        rule('stranger', opa('allow'), { credentialsRef: { name: 'wrong' } }),
        rule('kept', opa('allow'), { cache: { ttl: '5m' }, send: { claims: ['email'] } }),
        rule('cerbos', { authzen: { url: `${urls.cerbos}/access/v1/evaluation` } }),
        rule('untrusted', opa('allow'), { tls: { caRef: { name: 'gateway-ca' } } }),
      ],
    }),
  ]
}

/** What OPA decides: alice may do everything below her paths, and nobody anything else. */
export const OPA_POLICY = `package shop

default allow := false

allow if {
	input.subject.properties.email == "alice@example.test"
	input.resource.properties.host == "${DECISIONS}"
	input.action.name == "GET"
	not input.context.headers["x-tenant"] == "red"
}

verdict := {"allow": input.subject.id == "alice", "reason": "only alice"}

text := "true"

conflict := true if input.action.name

conflict := false if input.action.name
`

/** What Cerbos decides: GET below /cerbos/open, for everybody whom the host lets ask. */
export const CERBOS_POLICY = {
  apiVersion: 'api.cerbos.dev/v1',
  resourcePolicy: {
    resource: 'route',
    version: 'default',
    rules: [
      {
        actions: ['GET'],
        effect: 'EFFECT_ALLOW',
        roles: ['user'],
        condition: {
          match: {
            all: {
              of: [
                { expr: 'request.resource.id.startsWith("/cerbos/open")' },
                { expr: `request.resource.attr.host == "${DECISIONS}"` },
                { expr: 'request.principal.id == "alice"' },
              ],
            },
          },
        },
      },
    ],
  },
} as const
