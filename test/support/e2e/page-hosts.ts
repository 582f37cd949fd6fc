import { freePort } from '../parts/free-port.ts'
import { WEB_CLIENT } from '../parts/oidc-provider.ts'
import type { StackOptions } from '../parts/stack.ts'
import { type Manifest, ours, shop } from './manifests.ts'

/** The site of the application: names below it are one site to a browser. */
const SITE = 'shop.test'

/** Where the pages are from whose scripts may read. */
export const PAGES = `app.${SITE}`
/** What they read. Its session cookie stays within its site, as is the default. */
export const DATA = `api.${SITE}`
/** The same, with a session cookie that goes along from everywhere. */
export const WIDE = `wide.${SITE}`
/** Of the same site, and not listed. */
export const NEIGHBOUR = `other.${SITE}`
/** Of another site, and listed. */
export const PARTNER = 'partner.test'
/** Of another site, and not listed. */
export const STRANGER = 'stranger.test'

const HOSTS = [PAGES, DATA, WIDE, NEIGHBOUR, PARTNER, STRANGER]

const rule = (path: string, more: Manifest): Manifest => ({
  name: path.slice(1),
  match: [{ path: { prefix: path } }],
  ...more,
})

/** Nothing listens there. */
const AWAY = 'https://127.0.0.1:9/v1/data/allow'

const DATA_RULES = [
  rule('/admins', { authorize: [{ claim: 'groups', anyOf: ['nobody'] }] }),
  rule('/away', { authorize: [{ external: { opa: { url: AWAY } } }] }),
  rule('/closed', { cors: { allowOrigins: [] } }),
  rule('/home', { authenticate: [{ session: {} }, { anonymous: {} }] }),
]

const client = (name: string, sameSite: 'Lax' | 'None'): Manifest =>
  ours('OIDCClient', name, {
    providerRef: { name: 'idp' },
    clientId: WEB_CLIENT.clientId,
    authentication: { secretRef: { name: 'web-client' } },
    scopes: ['openid', 'profile', 'email'],
    session: { cookie: { sameSite }, info: { claims: ['email', 'groups'] } },
    logout: { redirectURLs: ['/home/goodbye'] },
  })

const dataRoute = (name: string, host: string, port: number): Manifest =>
  ours('ProtectedRoute', name, {
    hosts: [host],
    clientRef: { name },
    cors: {
      allowOrigins: [PAGES, PARTNER].map((one) => `https://${one}:${port}`),
      allowHeaders: ['content-type'],
      exposeHeaders: ['x-sallyport-reason'],
      allowCredentials: true,
    },
    rules: DATA_RULES,
  })

const PUBLIC_PAGES = ours('ProtectedRoute', 'public-pages', {
  hosts: [PAGES, NEIGHBOUR, PARTNER, STRANGER],
  authenticate: [{ bearer: { providerRef: { name: 'idp' }, audiences: ['none'] } }],
  rules: [rule('/', { name: 'pages', public: true })],
})

/** What a suite has besides those hosts. */
interface MorePages extends Pick<StackOptions, 'envoy' | 'hosts'> {
  /** Manifests, by the port of Envoy. */
  readonly more?: (port: number) => readonly Manifest[]
}

/**
 * A stack with these hosts: public pages, and two hosts whose rules differ in what a script that
 * asks for them is answered.
 */
export const pageHosts = async ({
  hosts = [],
  more = () => [],
  envoy,
}: MorePages = {}): Promise<StackOptions> => {
  const port = await freePort()
  const on = (path: string) => [DATA, WIDE].map((host) => `https://${host}:${port}${path}`)
  return {
    port,
    hosts: [...HOSTS, ...hosts],
    ...(envoy === undefined ? {} : { envoy }),
    oidcProvider: {
      redirectUris: on('/oauth2/callback'),
      postLogoutRedirectUris: on('/oauth2/logout'),
    },
    resources: shop({
      more: [
        client('data', 'Lax'),
        client('wide', 'None'),
        dataRoute('data', DATA, port),
        dataRoute('wide', WIDE, port),
        PUBLIC_PAGES,
        ...more(port),
      ],
    }),
  }
}
