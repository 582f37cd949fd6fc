import type { Credentials, ProviderUnderTest, Spec } from './provider-under-test.ts'

/** What the manifests of a suite are made of. */
export interface ManifestFacts {
  readonly issuer: string
  readonly caPem: string
  readonly web: Credentials
  readonly odd: Credentials
  readonly bearerAudiences: readonly string[]
}

const NAMESPACE = 'shop'

const ours = (kind: string, name: string, spec: Spec): Spec => ({
  apiVersion: 'sallyport.dev/v1alpha1',
  kind,
  metadata: { name, namespace: NAMESPACE },
  spec,
})

const core = (kind: string, name: string, content: Spec): Spec => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: NAMESPACE },
  ...content,
})

const secret = (name: string, { clientSecret }: Credentials): Spec =>
  core('Secret', name, { stringData: { 'client-secret': clientSecret } })

const client = (
  name: string,
  provider: string,
  credentials: Credentials,
  settings: Spec = {},
): readonly Spec[] => [
  secret(`${name}-client`, credentials),
  ours('OIDCClient', name, {
    providerRef: { name: provider },
    clientId: credentials.clientId,
    ...settings,
    authentication: {
      secretRef: { name: `${name}-client` },
      ...(settings.authentication as Spec | undefined),
    },
  }),
]

const route = (name: string): Spec =>
  ours('ProtectedRoute', name, { hosts: [`${name}.localhost`], clientRef: { name } })

const api = (host: string, audiences: readonly string[]): Spec =>
  ours('ProtectedRoute', 'api', {
    hosts: [host],
    authenticate: [{ bearer: { providerRef: { name: 'idp' }, audiences } }],
  })

/** Everything that Sallyport is told in a suite. */
export const manifestsFor = (
  { providerSettings = {}, clientSettings = {}, routeSettings = {} }: ProviderUnderTest,
  { issuer, caPem, web, odd, bearerAudiences }: ManifestFacts,
): readonly Spec[] => {
  const tls = { caRef: { name: 'gateway-ca' } }
  return [
    core('ConfigMap', 'gateway-ca', { data: { 'ca.crt': caPem } }),
    ours('IdentityProvider', 'plain', { issuer, tls }),
    ours('IdentityProvider', 'idp', { issuer, tls, ...providerSettings }),
    ...client('plain', 'plain', web),
    ...client('web', 'idp', web, clientSettings),
    ...client('odd', 'idp', odd, clientSettings),
    route('plain'),
    ours('ProtectedRoute', 'app', {
      hosts: ['app.localhost'],
      clientRef: { name: 'web' },
      ...routeSettings,
    }),
    route('odd'),
    api('api.localhost', bearerAudiences),
  ]
}

const PUBLIC_ORIGIN = 'https://idp.example.com'

/** The manifests to copy, for the documentation. */
export const manifestsToCopy = (
  { providerSettings = {}, clientSettings = {}, cannot }: ProviderUnderTest,
  issuer: string,
  bearerAudiences: readonly string[] | undefined,
): readonly Spec[] => {
  const { pathname } = new URL(issuer)
  const end = pathname === '/' && !issuer.endsWith('/') ? '' : pathname
  const credentials = { clientId: 'shop', clientSecret: 'replace-me' }
  return [
    ours('IdentityProvider', 'idp', { issuer: `${PUBLIC_ORIGIN}${end}`, ...providerSettings }),
    ...client('web', 'idp', credentials, clientSettings),
    ours('ProtectedRoute', 'app', { hosts: ['app.example.com'], clientRef: { name: 'web' } }),
    ...(cannot.bearer !== undefined || bearerAudiences === undefined
      ? []
      : [api('api.example.com', bearerAudiences)]),
  ]
}
