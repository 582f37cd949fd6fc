import type { WrittenManifest } from '../model/migration.ts'
import { type JsonObject, objectIn, textIn, withoutAbsent } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { secondsIn, secondsText } from '../writing/durations.ts'
import { manifestOf, type Place } from '../writing/manifests.ts'

const filled = (object: JsonObject): JsonObject | undefined =>
  Object.keys(object).length === 0 ? undefined : object

const providerSpec = (ledger: Ledger): JsonObject =>
  withoutAbsent({
    issuer: ledger.text('oidc.provider.issuer'),
    endpoints: filled(
      withoutAbsent({
        authorization: ledger.text('oidc.provider.authorizationEndpoint'),
        token: ledger.text('oidc.provider.tokenEndpoint'),
        endSession: ledger.text('oidc.provider.endSessionEndpoint'),
      }),
    ),
  })

/** The path and host of a redirect URL, in which Envoy may put parts of the request. */
const callbackOf = (ledger: Ledger, hosts: readonly string[]): JsonObject => {
  const written = ledger.text('oidc.redirectURL') ?? '/oauth2/callback'
  const [, host, path = written] = /^(?:[^/]*:\/\/)([^/]*)(\/.*)?$/.exec(written) ?? []
  const isFixed = host !== undefined && !host.includes('%')
  const isOther = isFixed && hosts.length > 0 && !(hosts.length === 1 && hosts[0] === host)
  return withoutAbsent({ host: isOther ? host : undefined, path })
}

const lifetimeOf = (ledger: Ledger): JsonObject | undefined => {
  const seconds = secondsIn(ledger.text('oidc.csrfTokenTTL') ?? '')
  return seconds === undefined
    ? undefined
    : { lifetime: secondsText(Math.min(Math.max(seconds, 60), 86_400)) }
}

const domainOf = (ledger: Ledger, hosts: readonly string[]): string | undefined => {
  const domain = ledger.text('oidc.cookieDomain')?.replace(/^\./, '').toLowerCase()
  if (domain === undefined) return undefined
  const isAbove =
    hosts.length > 0 && hosts.every((one) => one === domain || one.endsWith(`.${domain}`))
  if (isAbove) return domain
  ledger.lose(
    'oidc.cookieDomain',
    '`session.cookie.domain` has to be above all hosts of the client',
  )
  return undefined
}

const sessionOf = (ledger: Ledger, hosts: readonly string[]): JsonObject | undefined =>
  filled(
    withoutAbsent({
      refresh: ledger.flag('oidc.refreshToken') === false ? { disabled: true } : undefined,
      cookie: filled(
        withoutAbsent({
          domain: domainOf(ledger, hosts),
          sameSite: ledger.text('oidc.cookieConfig.sameSite'),
        }),
      ),
    }),
  )

interface Credentials {
  readonly clientId: string | undefined
  readonly secret: string
  readonly comments: readonly string[]
}

const credentialsOf = (ledger: Ledger, { name, namespace }: Place): Credentials => {
  const { name: secret, namespace: where } = objectIn(ledger.value('oidc.clientSecret'))
  const clientId = ledger.text('oidc.clientID')
  if (clientId === undefined) {
    ledger.lose(
      'oidc.clientIDRef',
      'it stands in a Secret, and `clientId` of an OIDCClient is written out: set it',
    )
  }
  const isElsewhere = where !== undefined && where !== namespace
  return {
    clientId,
    secret: textIn(secret) ?? name,
    comments: [
      ...(clientId === undefined ? ['INCOMPLETE: set spec.clientId.'] : []),
      ...(isElsewhere
        ? [`The Secret ${textIn(secret)} is in ${textIn(where)}: copy it to ${namespace}.`]
        : []),
    ],
  }
}

const claimsOf = (isByAccessToken: boolean): JsonObject | undefined =>
  isByAccessToken ? { accessToken: 'Merge' } : undefined

/** The IdentityProvider and the OIDCClient of a policy with `oidc`. */
export const loginManifests = (
  ledger: Ledger,
  place: Place,
  {
    hosts,
    isByAccessToken,
  }: { readonly hosts: readonly string[]; readonly isByAccessToken: boolean },
): readonly WrittenManifest[] => {
  const { clientId, secret, comments } = credentialsOf(ledger, place)
  const resources = ledger.texts('oidc.resources')
  const spec = withoutAbsent({
    providerRef: { name: place.name },
    clientId,
    authentication: { secretRef: { name: secret } },
    scopes: [...new Set(['openid', ...ledger.texts('oidc.scopes')])],
    resources: resources.length === 0 ? undefined : resources,
    claims: claimsOf(isByAccessToken),
    authorizationRequest: lifetimeOf(ledger),
    callback: callbackOf(ledger, hosts),
    session: sessionOf(ledger, hosts),
    logout: { path: ledger.text('oidc.logoutPath') ?? '/logout' },
  })
  return [
    manifestOf('IdentityProvider', place, providerSpec(ledger)),
    manifestOf('OIDCClient', place, spec, comments),
  ]
}
