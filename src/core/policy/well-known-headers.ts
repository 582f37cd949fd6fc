/** The identity headers of one product. */
export interface WellKnownHeaders {
  readonly product: string
  /** Lower case, `-` for `_` and `.`. */
  readonly names: readonly string[]
  /** What else begins so, spelled likewise. */
  readonly prefixes: readonly string[]
}

/**
 * Headers by which other products say who is calling. An upstream that stood behind one of them may
 * believe whoever sends them, so they are taken off every request (R8). Not among them is what an
 * application can verify by itself and callers send on purpose, as `x-auth-token`, nor what the
 * gateway owns, as `x-forwarded-client-cert`.
 */
export const WELL_KNOWN_HEADERS: readonly WellKnownHeaders[] = [
  {
    product: 'oauth2-proxy',
    names: [
      'x-forwarded-user',
      'x-forwarded-email',
      'x-forwarded-preferred-username',
      'x-forwarded-groups',
      'x-forwarded-access-token',
    ],
    prefixes: ['x-auth-request-'],
  },
  {
    product: 'Jenkins (reverse proxy authentication)',
    names: ['x-forwarded-mail', 'x-forwarded-displayname', 'x-forwarded-roles'],
    prefixes: [],
  },
  {
    product: 'Grafana and Gitea (authentication by a proxy)',
    names: [],
    prefixes: ['x-webauth-'],
  },
  {
    product: 'Authelia, Django, CGI (`REMOTE_USER`)',
    names: ['remote-user', 'remote-groups', 'remote-email', 'remote-name'],
    prefixes: [],
  },
  {
    product: 'Kubernetes (front proxy), nginx and Apache recipes',
    names: [],
    prefixes: ['x-remote-'],
  },
  {
    product: 'Kong',
    names: ['x-userinfo', 'x-id-token', 'x-access-token', 'x-anonymous-consumer'],
    prefixes: ['x-consumer-', 'x-credential-', 'x-authenticated-'],
  },
  { product: 'mod_auth_openidc, nginx-openid-connect', names: [], prefixes: ['oidc-'] },
  { product: 'Shibboleth', names: [], prefixes: ['shib-'] },
  {
    product: 'Louketo and Gatekeeper for Keycloak',
    names: [
      'x-auth-audience',
      'x-auth-expiresin',
      'x-auth-groups',
      'x-auth-roles',
      'x-auth-userid',
      'x-auth-username',
    ],
    prefixes: [],
  },
  {
    product: 'Istio and Envoy (`claim_to_headers`, `forward_payload_header`) as commonly set',
    names: ['x-jwt-payload', 'x-token-subject', 'x-token-email', 'x-jwt-assertion'],
    prefixes: ['x-jwt-claim-'],
  },
  {
    product: 'Google Cloud (IAP, API Gateway, Endpoints)',
    names: ['x-apigateway-api-userinfo', 'x-endpoint-api-userinfo'],
    prefixes: ['x-goog-authenticated-user-', 'x-goog-iap-'],
  },
  {
    product: 'Azure App Service and Container Apps',
    names: ['x-ms-client-principal'],
    prefixes: ['x-ms-client-principal-', 'x-ms-token-'],
  },
  {
    product: 'AWS (load balancer, Verified Access)',
    names: [],
    prefixes: ['x-amzn-oidc-', 'x-amzn-ava-'],
  },
  { product: 'Cloudflare Access', names: [], prefixes: ['cf-access-'] },
  { product: 'Pomerium', names: [], prefixes: ['x-pomerium-'] },
  { product: 'Vouch Proxy', names: [], prefixes: ['x-vouch-'] },
  { product: 'authentik', names: [], prefixes: ['x-authentik-'] },
  { product: 'Tailscale Serve', names: [], prefixes: ['tailscale-user-'] },
  {
    product: 'SiteMinder, WebSEAL and Oracle Access Manager',
    names: ['sm-user', 'sm-userdn', 'sm-universalid', 'iv-user', 'iv-groups', 'oam-remote-user'],
    prefixes: [],
  },
]

const NAMES: ReadonlySet<string> = new Set(WELL_KNOWN_HEADERS.flatMap(({ names }) => names))
const PREFIXES: readonly string[] = WELL_KNOWN_HEADERS.flatMap(({ prefixes }) => prefixes)

/** Whether a name, in lower case and with `-` for `_` and `.`, is an identity header of others. */
export const isWellKnownHeader = (normal: string): boolean =>
  NAMES.has(normal) || PREFIXES.some((prefix) => normal.startsWith(prefix))
