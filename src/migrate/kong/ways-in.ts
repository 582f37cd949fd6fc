import { type JsonObject, withoutAbsent } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { wordsOf } from './values.ts'

/** How callers may authenticate, and what that takes. */
export interface WaysIn {
  readonly authenticate: readonly JsonObject[]
  readonly hasSession: boolean
  /** Whether something is asked of the provider as the client. */
  readonly needsClient: boolean
  readonly hasPassword: boolean
}

const AS_CLIENT = ['introspection', 'password', 'refresh_token']
const UNSET = ['authorization_code', 'session', 'bearer']

const fromOf = (ledger: Ledger): readonly JsonObject[] | undefined => {
  const types = ledger.texts('bearer_token_param_type')
  const cookie = ledger.text('bearer_token_cookie_name')
  if (types.length === 0) return undefined
  if (types.includes('body'))
    ledger.lose(
      'bearer_token_param_type',
      'a body is never looked into; the other places are written',
    )
  const places = [
    ...(types.includes('header') ? [{ header: 'authorization' }] : []),
    ...(types.includes('cookie') && cookie !== undefined ? [{ cookie }] : []),
    ...(types.includes('query') ? [{ query: 'access_token' }] : []),
  ]
  return places.length === 0 ? undefined : places
}

const proofOf = (ledger: Ledger): JsonObject => {
  const isDpop = ledger.text('proof_of_possession_dpop') === 'strict'
  const isMtls = ledger.text('proof_of_possession_mtls') === 'strict'
  const hasNonce = ledger.flag('dpop_use_nonce') === true
  return withoutAbsent({
    proof: isDpop ? 'DPoP' : isMtls ? 'MutualTLS' : undefined,
    dpop: hasNonce ? { nonce: 'Require' } : undefined,
  })
}

const audienceClaimOf = (ledger: Ledger): string | undefined => {
  const [claim, ...more] = ledger.texts('audience_claim')
  if (more.length > 0 && ledger.has('audience_required')) {
    ledger.close(
      'audience_claim',
      'audiences are looked for at the top of a token, and not within another claim',
    )
  }
  return claim === undefined || claim === 'aud' || more.length > 0 ? undefined : claim
}

const NO_AUDIENCE =
  'without `audience_required` a token for whatever service would be let in: tokens are refused until `audiences` are listed'

/** What the methods become that take tokens or credentials, by their names. */
const membersOf = (
  ledger: Ledger,
  name: string,
): Readonly<Record<string, JsonObject | undefined>> => {
  const audiences = [...new Set(wordsOf(ledger.texts('audience_required')).flat())].slice(0, 16)
  const hasAudiences = audiences.length > 0
  const audienceClaim = audienceClaimOf(ledger)
  const from = fromOf(ledger)
  const terms = { audiences, audienceClaim, from, ...proofOf(ledger) }
  const providerRef = { name }
  const header = ledger.text('refresh_token_param_name')?.toLowerCase()
  return {
    bearer: hasAudiences ? { bearer: withoutAbsent({ providerRef, ...terms }) } : undefined,
    introspection: hasAudiences
      ? { introspection: withoutAbsent({ clientRef: { name }, ...terms }) }
      : undefined,
    userinfo: hasAudiences ? undefined : { userinfo: withoutAbsent({ providerRef, from }) },
    client_credentials: hasAudiences
      ? { clientCredentials: { providerRef, audiences } }
      : undefined,
    password: {
      password: withoutAbsent({
        clientRef: { name },
        audiences: hasAudiences ? audiences : undefined,
      }),
    },
    refresh_token: {
      refreshToken: withoutAbsent({
        clientRef: { name },
        audiences: hasAudiences ? audiences : undefined,
        from: header === undefined ? undefined : [{ header }],
      }),
    },
  }
}

/** The ways in that the plugin has, in the order in which they are tried. */
export const waysInOf = (ledger: Ledger, name: string): WaysIn => {
  const written = ledger.texts('auth_methods')
  const methods = written.length === 0 ? UNSET : written
  const hasSession = methods.includes('session') || methods.includes('authorization_code')
  const members = membersOf(ledger, name)
  const wanted = methods.filter((one) => Object.hasOwn(members, one))
  const missing = wanted.filter((one) => members[one] === undefined)
  if (written.length > 0 && (missing.length > 0 || methods.includes('kong_oauth2'))) {
    const lost = [...missing, ...methods.filter((one) => one === 'kong_oauth2')]
    ledger.lose(
      'auth_methods',
      `${lost.join(', ')}: ${missing.length > 0 ? NO_AUDIENCE : 'tokens of Kong itself are not known here'}`,
    )
  }
  return {
    authenticate: [
      ...wanted.map((one) => members[one]).filter((one) => one !== undefined),
      ...(hasSession ? [{ session: {} }] : []),
    ],
    hasSession,
    needsClient:
      hasSession || wanted.some((one) => AS_CLIENT.includes(one) && members[one] !== undefined),
    hasPassword: wanted.includes('password'),
  }
}
