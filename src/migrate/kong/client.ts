import type { WrittenManifest } from '../model/migration.ts'
import { type JsonObject, withoutAbsent } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { manifestOf, type Place, secretComments } from '../writing/manifests.ts'
import { sessionOf } from './session.ts'
import { firstOf } from './values.ts'

const filled = (object: JsonObject): JsonObject | undefined =>
  Object.keys(object).length === 0 ? undefined : object

interface Credentials {
  readonly authentication: JsonObject
  readonly comments: readonly string[]
}

const KEYED = ['private_key_jwt']
const CERTIFIED = ['tls_client_auth', 'self_signed_tls_client_auth']

const credentialsOf = (ledger: Ledger, { name, namespace }: Place): Credentials => {
  const method = firstOf(ledger, 'client_auth') ?? ledger.text('token_endpoint_auth_method')
  for (const one of ['client_secret', 'client_jwk', 'tls_client_auth_cert_id', 'client_alg'])
    ledger.value(one)
  const algorithm = ledger.texts('client_alg').find((one) => !one.startsWith('HS'))
  const secret = { name: `${name}-client`, namespace }
  if (method === 'none') return { authentication: { method }, comments: [] }
  if (method !== undefined && KEYED.includes(method)) {
    return {
      authentication: withoutAbsent({ method, privateKeyRef: { name: secret.name }, algorithm }),
      comments: [`Make the Secret ${secret.name} with the private key in PEM (PKCS#8) as tls.key.`],
    }
  }
  if (method !== undefined && CERTIFIED.includes(method)) {
    return {
      authentication: { method, certificateRef: { name: secret.name } },
      comments: [`Make the Secret ${secret.name} of the type kubernetes.io/tls.`],
    }
  }
  return {
    authentication: withoutAbsent({ method, secretRef: { name: secret.name } }),
    comments: secretComments(secret),
  }
}

const parametersOf = (ledger: Ledger): JsonObject | undefined => {
  const names = ledger.texts('authorization_query_args_names')
  const values = ledger.texts('authorization_query_args_values')
  if (names.length !== values.length) {
    ledger.lose('authorization_query_args_names', 'there is not a value for each name')
    return undefined
  }
  return filled(Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])))
}

const MODES = ['query', 'form_post', 'query.jwt', 'form_post.jwt']

const responseModeOf = (ledger: Ledger): string | undefined => {
  const mode = ledger.text('response_mode')
  if (mode === undefined || MODES.includes(mode)) return mode
  ledger.lose('response_mode', `answers come by ${MODES.join(', ')}`)
  return undefined
}

const always = (flag: boolean | undefined): string | undefined => {
  if (flag === undefined) return undefined
  return flag ? 'Always' : 'Never'
}

const requestOf = (ledger: Ledger): JsonObject | undefined => {
  const forwarded = ledger.texts('authorization_query_args_client')
  const maxAge = ledger.text('max_age')
  return filled(
    withoutAbsent({
      parameters: parametersOf(ledger),
      forwardParameters: forwarded.length === 0 ? undefined : forwarded,
      maxAge: maxAge === undefined ? undefined : `${maxAge}s`,
      pushed: always(ledger.flag('require_pushed_authorization_requests')),
      signed: always(ledger.flag('require_signed_request_object')),
      responseMode: responseModeOf(ledger),
    }),
  )
}

const claimsOf = (ledger: Ledger): JsonObject | undefined => {
  const isAsked = ['groups_required', 'roles_required'].some((one) => ledger.texts(one).length > 0)
  const hasUserinfo = ledger.flag('search_user_info') === true
  return filled(
    withoutAbsent({
      userinfo: hasUserinfo ? 'AtLogin' : undefined,
      accessToken: isAsked ? 'Merge' : undefined,
    }),
  )
}

/** The OIDCClient of a plugin. */
export const clientManifest = (
  ledger: Ledger,
  place: Place,
  hosts: readonly string[],
): WrittenManifest => {
  const clientId = firstOf(ledger, 'client_id')
  const { authentication, comments } = credentialsOf(ledger, place)
  const spec = withoutAbsent({
    providerRef: { name: place.name },
    clientId,
    authentication,
    scopes: [...new Set(['openid', ...ledger.texts('scopes')])],
    claims: claimsOf(ledger),
    authorizationRequest: requestOf(ledger),
    ...sessionOf(ledger, hosts),
  })
  return manifestOf('OIDCClient', place, spec, [
    ...(clientId === undefined ? ['INCOMPLETE: set spec.clientId.'] : []),
    ...comments,
  ])
}
