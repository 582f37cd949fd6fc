import type { WrittenManifest } from '../model/migration.ts'
import {
  isObject,
  type JsonObject,
  listIn,
  textIn,
  textsIn,
  withoutAbsent,
} from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { secondsIn, secondsText } from '../writing/durations.ts'
import { manifestOf, type Place } from '../writing/manifests.ts'
import { listed } from './input/lists.ts'
import { clientSecretOf } from './secret.ts'
import { sessionOf } from './session.ts'

const PROMPTS = ['login', 'consent', 'select_account']

const promptOf = (ledger: Ledger): readonly string[] | undefined => {
  const wanted = (ledger.text('prompt') ?? '').split(' ').filter((one) => one !== '')
  const known = wanted.filter((one) => PROMPTS.includes(one))
  if (known.length < wanted.length) {
    ledger.lose('prompt', `only ${PROMPTS.join(', ')} can be asked for`)
  }
  return known.length === 0 ? undefined : known
}

const responseModeOf = (ledger: Ledger): string | undefined => {
  const mode = ledger.text('auth_request_response_mode')
  if (mode === undefined || ['query', 'form_post'].includes(mode)) return mode
  ledger.lose('auth_request_response_mode', 'answers come by `query` or `form_post`')
  return undefined
}

const fixedParameter = (one: unknown): readonly (readonly [string, string])[] => {
  if (!isObject(one) || one.allow !== undefined) return []
  const [name, [value, ...more]] = [textIn(one.name), textsIn(one.default)]
  return name === undefined || value === undefined || more.length > 0 ? [] : [[name, value]]
}

const parametersOf = (ledger: Ledger): JsonObject | undefined => {
  const written = listIn(ledger.value('login_url_parameters'))
  const fixed = written.flatMap(fixedParameter)
  if (fixed.length < written.length) {
    ledger.lose(
      'login_url_parameters',
      'those that a link may choose (`allow`) are not carried over: `authorizationRequest.forwardParameters` copies any value',
    )
  }
  return fixed.length === 0 ? undefined : Object.fromEntries(fixed)
}

const lifetimeOf = (ledger: Ledger): string | undefined => {
  const seconds = secondsIn(ledger.text('cookie_csrf_expire') ?? '')
  return seconds === undefined || seconds === 0
    ? undefined
    : secondsText(Math.min(Math.max(seconds, 60), 86_400))
}

const requestOf = (ledger: Ledger): JsonObject | undefined => {
  const acrValues = (ledger.text('acr_values') ?? '').split(' ').filter((one) => one !== '')
  const request = withoutAbsent({
    acrValues: acrValues.length === 0 ? undefined : acrValues,
    prompt: promptOf(ledger),
    responseMode: responseModeOf(ledger),
    parameters: parametersOf(ledger),
    lifetime: lifetimeOf(ledger),
  })
  return Object.keys(request).length === 0 ? undefined : request
}

const scopesOf = (ledger: Ledger): readonly string[] => {
  const scopes = (ledger.text('scope') ?? '').split(' ').filter((one) => one !== '')
  if (scopes.length > 0) return [...new Set(['openid', ...scopes])]
  const isGeneric =
    ledger.text('provider') === 'oidc' && listed(ledger, 'allowed_groups').length > 0
  return ['openid', 'email', 'profile', ...(isGeneric ? ['groups'] : [])]
}

const resourcesOf = (ledger: Ledger): readonly string[] | undefined => {
  const resource = ledger.text('resource')
  if (resource === undefined || /^[a-z][a-z0-9+.-]*:/i.test(resource)) {
    return resource === undefined ? undefined : [resource]
  }
  ledger.lose(
    'resource',
    'it is no URI: put it into `authorizationRequest.parameters` if the provider wants it',
  )
  return undefined
}

const claimsOf = (ledger: Ledger): JsonObject => {
  const isSkipped = ledger.flag('skip_claims_from_profile_url') === true
  const hasRoles =
    listed(ledger, 'allowed_roles').length > 0 || ledger.text('provider') === 'keycloak-oidc'
  return withoutAbsent({
    userinfo: isSkipped ? undefined : 'AtLogin',
    accessToken: hasRoles ? 'Merge' : undefined,
  })
}

const clientIdOf = (ledger: Ledger): string | undefined => {
  const id = ledger.text('client_id')
  if (id !== undefined && !/\$[({]/.test(id)) return id
  if (ledger.has('client_id')) {
    ledger.lose(
      'client_id',
      'it stands in a Secret or a variable, and `clientId` of an OIDCClient is written out: set it',
    )
  }
  return undefined
}

/** The OIDCClient. */
export const clientManifest = (
  ledger: Ledger,
  place: Place,
  hosts: readonly string[],
): WrittenManifest => {
  const { authentication, comments } = clientSecretOf(ledger, place)
  const clientId = clientIdOf(ledger)
  const claims = claimsOf(ledger)
  const spec = withoutAbsent({
    providerRef: { name: place.name },
    displayName: ledger.text('provider_display_name'),
    clientId,
    authentication,
    scopes: scopesOf(ledger),
    resources: resourcesOf(ledger),
    claims: Object.keys(claims).length === 0 ? undefined : claims,
    authorizationRequest: requestOf(ledger),
    ...sessionOf(ledger, hosts),
  })
  return manifestOf('OIDCClient', place, spec, [
    ...(clientId === undefined ? ['INCOMPLETE: set spec.clientId.'] : []),
    ...comments,
  ])
}
