import type { Document } from 'yaml'
import { startEnvoy } from '../parts/envoy.ts'
import { freePort } from '../parts/free-port.ts'
import { API_AUDIENCE } from '../parts/oidc-provider-settings.ts'
import type { StackOptions } from '../parts/stack.ts'
import { BROKEN, type Manifest, ours, shop } from './manifests.ts'

/** The host whose rules have a clause of each kind. */
export const CLAUSES = BROKEN

const rule = (name: string, more: Manifest): Manifest => ({
  name,
  match: [{ path: { prefix: `/${name}` } }],
  ...more,
})

const MACHINE = [{ name: 'x-kind', pattern: 'machine-[0-9]+' }]

const ROUTE = ours('ProtectedRoute', 'clauses', {
  hosts: [CLAUSES],
  clientRef: { name: 'web' },
  authenticate: [
    { bearer: { providerRef: { name: 'idp' }, audiences: [API_AUDIENCE] } },
    { session: {} },
  ],
  rules: [
    rule('domain', { authorize: [{ emailDomains: ['example.test'] }] }),
    rule('other-domain', { authorize: [{ emailDomains: ['example.com', '*.example.test'] }] }),
    rule('pattern', {
      authorize: [{ claim: 'email', matches: ['(alice|carol)@EXAMPLE.test'], ignoreCase: true }],
    }),
    rule('alternatives', {
      authorize: [
        {
          any: [
            { claim: 'groups', anyOf: ['ADMINS'], ignoreCase: true },
            { scopes: ['orders:write'] },
            { sourceAddresses: ['127.0.0.2/32'] },
          ],
        },
      ],
    }),
    rule('scopes', {
      authorize: [{ any: [{ scopes: ['orders:write'] }, { scopes: ['orders:delete'] }] }],
    }),
    rule('expression', {
      authorize: [
        { cel: 'claims.email.startsWith("alice@") && request.headers["x-kind"] == "human"' },
        { cel: '!request.path.contains("secret")' },
      ],
      upstream: { headers: [{ name: 'x-login', cel: 'claims.email.split("@")[0]' }] },
    }),
    rule('failing', { authorize: [{ cel: 'claims.team == "night"' }] }),
    rule('network', {
      authorize: [{ sourceAddresses: ['127.0.0.2/32', '192.0.2.0/24', '2001:db8::/32'] }],
    }),
    rule('open', {
      match: [{ path: { prefix: '/open' }, sourceAddresses: ['192.0.2.44/32'] }],
      public: true,
    }),
    rule('machines', {
      match: [{ path: { prefix: '/kind' }, headers: MACHINE }],
      onUnauthenticated: 'Challenge',
      authorize: [{ scopes: ['orders:write'] }],
    }),
  ],
})

const LISTENERS = ['static_resources', 'listeners']

const PROXY_PROTOCOL = {
  name: 'envoy.filters.listener.proxy_protocol',
  typed_config: {
    '@type':
      'type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol',
  },
}

/** The same listener once more, on another port, behind the PROXY protocol. */
const addProxied = (document: Document, port: number): void => {
  const [first] = document.toJS().static_resources.listeners
  document.addIn(LISTENERS, {
    ...first,
    name: 'proxied',
    address: { socket_address: { address: '127.0.0.1', port_value: port } },
    listener_filters: [PROXY_PROTOCOL, ...first.listener_filters],
  })
}

/** A stack with that host, whose gateway reads the PROXY protocol on another port as well. */
export const manyClauses = async (): Promise<{
  readonly options: StackOptions
  readonly proxiedPort: number
}> => {
  const proxiedPort = await freePort()
  const options: StackOptions = {
    resources: shop({ more: [ROUTE] }),
    gateway: (envoy) =>
      startEnvoy({ ...envoy, change: (document) => addProxied(document, proxiedPort) }),
  }
  return { options, proxiedPort }
}
