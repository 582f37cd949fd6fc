import type { WrittenManifest } from '../model/migration.ts'
import { type JsonObject, objectIn, textIn, withoutAbsent } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { secondsText } from '../writing/durations.ts'
import {
  certificateComments,
  certificatesMap,
  manifestOf,
  type Place,
  secretComments,
} from '../writing/manifests.ts'
import { proxyUrl } from '../writing/proxy-url.ts'

const filled = (object: JsonObject): JsonObject | undefined =>
  Object.keys(object).length === 0 ? undefined : object

const LONGEST_SECONDS = 720 * 3600

const secondsOf = (ledger: Ledger, name: string): number | undefined => {
  const seconds = Number(ledger.text(name) ?? 0)
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, LONGEST_SECONDS) : undefined
}

const endpointsOf = (ledger: Ledger): JsonObject | undefined =>
  filled(
    withoutAbsent({
      authorization: ledger.text('authorization_uri'),
      token: ledger.text('token_uri'),
      jwks: ledger.text('jwks_fetcher.jwks_uri'),
    }),
  )

/** The IdentityProvider of a filter, with the certificates that it trusts. */
export const providerManifests = (ledger: Ledger, place: Place): readonly WrittenManifest[] => {
  const issuer = ledger.text('configuration_uri')?.replace(/\/\.well-known\/.*$/, '')
  const pem = ledger.text('trusted_certificate_authority')
  const file = ledger.text('trusted_certificate_authority_file')
  const authorities = { name: `${place.name}-ca`, namespace: place.namespace }
  const keys = secondsOf(ledger, 'jwks_fetcher.periodic_fetch_interval_sec')
  const proxy = ledger.text('proxy_uri')
  const spec = withoutAbsent({
    issuer,
    discovery: issuer === undefined ? 'Disabled' : undefined,
    endpoints: endpointsOf(ledger),
    tls:
      pem === undefined && file === undefined ? undefined : { caRef: { name: authorities.name } },
    proxy: proxy === undefined ? undefined : { url: proxyUrl(proxy) },
    refreshInterval:
      keys === undefined ? undefined : { keys: secondsText(Math.min(Math.max(keys, 10), 86_400)) },
  })
  const unnamed =
    'INCOMPLETE: set spec.issuer to the `iss` of its ID tokens, which the input does not name.'
  return [
    ...(pem === undefined ? [] : [certificatesMap(authorities, pem)]),
    manifestOf('IdentityProvider', place, spec, [
      ...(issuer === undefined ? [unnamed] : []),
      ...(file === undefined ? [] : certificateComments(authorities, file)),
    ]),
  ]
}

interface Credentials {
  readonly authentication: JsonObject
  readonly comments: readonly string[]
}

const credentialsOf = (ledger: Ledger, { name, namespace }: Place): Credentials => {
  const reference = objectIn(ledger.value('client_secret_ref'))
  ledger.value('client_secret')
  const [known, where = namespace] = [textIn(reference.name), textIn(reference.namespace)]
  const method = ledger.text('client_authentication_method')
  const secret = { name: known ?? `${name}-client`, namespace }
  const authentication = withoutAbsent({ method, secretRef: { name: secret.name } })
  if (known === undefined) return { authentication, comments: secretComments(secret) }
  const comments =
    where === namespace ? [] : [`The Secret ${known} is in ${where}: copy it to ${namespace}.`]
  return { authentication, comments }
}

const SAME_SITE: Readonly<Record<string, string>> = {
  SAME_SITE_LAX: 'Lax',
  SAME_SITE_STRICT: 'Strict',
  SAME_SITE_NONE: 'None',
}

const cookieOf = (ledger: Ledger, hosts: readonly string[]): JsonObject | undefined => {
  const domain = ledger.text('cookie_attributes.domain')?.toLowerCase()
  const isAbove =
    hosts.length > 0 && hosts.every((one) => one === domain || one.endsWith(`.${domain}`))
  if (domain !== undefined && !isAbove) {
    ledger.lose(
      'cookie_attributes.domain',
      '`session.cookie.domain` has to be above all hosts of the client',
    )
  }
  return filled(
    withoutAbsent({
      domain: isAbove ? domain : undefined,
      sameSite: SAME_SITE[ledger.text('cookie_attributes.same_site') ?? ''],
      partitioned: ledger.flag('cookie_attributes.partitioned'),
    }),
  )
}

const sessionOf = (ledger: Ledger, hosts: readonly string[]): JsonObject | undefined => {
  const absolute = secondsOf(ledger, 'absolute_session_timeout')
  const idle = secondsOf(ledger, 'idle_session_timeout')
  const shown = idle === undefined ? undefined : Math.min(idle, absolute ?? 12 * 3600)
  const shortest = absolute !== undefined && absolute < 1800 ? absolute : undefined
  return filled(
    withoutAbsent({
      idleTimeout:
        (shown ?? shortest) === undefined ? undefined : secondsText(shown ?? shortest ?? 0),
      absoluteTimeout: absolute === undefined ? undefined : secondsText(absolute),
      cookie: cookieOf(ledger, hosts),
    }),
  )
}

const logoutOf = (ledger: Ledger, issuer: string | undefined): JsonObject | undefined => {
  const redirect = ledger.text('logout.redirect_uri')
  const isAtProvider =
    redirect !== undefined && URL.parse(redirect)?.host === URL.parse(issuer ?? '')?.host
  const isUsable = redirect?.startsWith('https://') === true || redirect?.startsWith('/') === true
  if (redirect !== undefined && !isUsable) {
    ledger.lose('logout.redirect_uri', 'it has to be an https URL, or a path on the same host')
  }
  return filled(
    withoutAbsent({
      path: ledger.text('logout.path'),
      redirectURL: isUsable && !isAtProvider ? redirect : undefined,
    }),
  )
}

/** The host and path of the callback. */
export const callbackOf = (ledger: Ledger): { readonly host?: string; readonly path?: string } => {
  const { hostname, pathname } = URL.parse(ledger.text('callback_uri') ?? '') ?? {}
  return withoutAbsent({ host: hostname, path: pathname })
}

/** The OIDCClient of a filter. */
export const clientManifest = (
  ledger: Ledger,
  place: Place,
  hosts: readonly string[],
): WrittenManifest => {
  const { authentication, comments } = credentialsOf(ledger, place)
  const clientId = ledger.text('client_id')
  const { host, path } = callbackOf(ledger)
  const isOther = host !== undefined && !(hosts.length === 1 && hosts[0] === host)
  const spec = withoutAbsent({
    providerRef: { name: place.name },
    clientId,
    authentication,
    scopes: [...new Set(['openid', ...ledger.texts('scopes')])],
    callback: filled(withoutAbsent({ host: isOther && hosts.length > 0 ? host : undefined, path })),
    session: sessionOf(ledger, hosts),
    logout: logoutOf(ledger, ledger.text('configuration_uri') ?? ledger.text('authorization_uri')),
  })
  return manifestOf('OIDCClient', place, spec, [
    ...(clientId === undefined ? ['INCOMPLETE: set spec.clientId.'] : []),
    ...comments,
  ])
}

const isAuthorization = (header: string | undefined): boolean =>
  header?.toLowerCase() === 'authorization'

/** What stands in `Authorization` for the upstream. */
export const upstreamOf = (ledger: Ledger): JsonObject => {
  const [id, access] = [ledger.text('id_token.header'), ledger.text('access_token.header')]
  for (const [name, header] of [
    ['id_token.header', id],
    ['access_token.header', access],
  ] as const) {
    if (header !== undefined && !isAuthorization(header)) {
      ledger.lose(name, 'a token goes on in `Authorization` alone')
    }
  }
  if (isAuthorization(id)) return { authorization: 'IDToken' }
  return { authorization: isAuthorization(access) ? 'AccessToken' : 'Keep' }
}
