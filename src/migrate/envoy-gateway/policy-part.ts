import type { WrittenManifest } from '../model/migration.ts'
import {
  isObject,
  type JsonObject,
  listIn,
  objectIn,
  textIn,
  textsIn,
  withoutAbsent,
} from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { type Place, sessionClosingClause } from '../writing/manifests.ts'
import { authorizationOf } from './authorization.ts'
import { loginManifests } from './login.ts'
import { type TokenIssuer, takeTokens, tokenHeaders, tokenIssuers, tokenWays } from './tokens.ts'

/** What a policy becomes, but for where it holds. */
export interface PolicyPart {
  readonly manifests: readonly WrittenManifest[]
  readonly settings: JsonObject
  readonly rules: readonly JsonObject[]
  readonly comments: readonly string[]
}

const CLOSING: Readonly<Record<string, string>> = {
  apiKeyAuth: 'keys of callers are not known here',
  basicAuth: 'passwords of callers are not known here',
  extAuth: 'what that service decides is not known here; Sallyport takes its place at the gateway',
  mergeType: 'what a policy of the Gateway adds is not seen here',
}

const closeOthers = (ledger: Ledger, spec: JsonObject): void => {
  for (const [name, words] of Object.entries(CLOSING)) {
    if (spec[name] !== undefined) ledger.close(name, words)
  }
  if (spec.oidc === undefined && spec.jwt === undefined) {
    const some = Object.keys(CLOSING).some((name) => spec[name] !== undefined)
    if (!some && spec.authorization !== undefined && ledger.has('authorization.defaultAction')) {
      ledger.close(
        'authorization.defaultAction',
        'the policy has neither `oidc` nor `jwt`, so that nobody is known by whom to decide',
      )
    }
  }
}

interface SessionTerms {
  readonly issuer: string | undefined
  /** The cookie in which Envoy Gateway keeps the access token. */
  readonly accessCookie: string | undefined
  /** Callers may bring tokens of their own, which the checks leave alone. */
  readonly isPassed: boolean
}

const isOfAccessToken = (
  { isFromCookies, written }: TokenIssuer,
  accessCookie: string | undefined,
): boolean => {
  const cookies = textsIn(objectIn(written.extractFrom).cookies)
  return !isFromCookies || (accessCookie !== undefined && cookies.includes(accessCookie))
}

const AUDIENCES = 'jwt.providers[].audiences of the access token'
const ISSUERS = 'jwt.providers[].issuer of another token'

/** The filter for tokens runs behind that of the login, so that a session has to satisfy both. */
const checksOfSessions = (
  ledger: Ledger,
  issuers: readonly TokenIssuer[],
  { issuer, accessCookie, isPassed }: SessionTerms,
): readonly JsonObject[] => {
  const hasOthers = issuers.some((one) => one.issuer !== issuer)
  if (hasOthers && !isPassed)
    ledger.close('jwt.providers[].issuer', 'a session would need a token of another issuer as well')
  const hasAudiences = issuers.some(
    (one) => one.audiences.length > 0 && isOfAccessToken(one, accessCookie),
  )
  const lost = [...(hasOthers && isPassed ? [ISSUERS] : []), ...(hasAudiences ? [AUDIENCES] : [])]
  return lost.length === 0 ? [] : [sessionClosingClause(lost)]
}

/** Whether the filter for tokens sees one beside a session, or refuses a request without one. */
const isTokenChecked = (ledger: Ledger, issuers: readonly TokenIssuer[]): boolean =>
  ledger.flag('jwt.optional') !== true ||
  ledger.flag('oidc.forwardAccessToken') === true ||
  ledger.has('oidc.forwardIDToken.header') ||
  issuers.some(({ written }) => textsIn(objectIn(written.extractFrom).cookies).length > 0)

const authorizationHeader = (ledger: Ledger, isPassed: boolean): string => {
  const header = ledger.text('oidc.forwardIDToken.header')
  if (header !== undefined && header.toLowerCase() !== 'authorization') {
    ledger.lose('oidc.forwardIDToken.header', 'an ID token goes on in `Authorization` alone')
  }
  if (header?.toLowerCase() === 'authorization') return 'IDToken'
  if (ledger.flag('oidc.forwardAccessToken') === true) return 'AccessToken'
  return isPassed ? 'Keep' : 'Remove'
}

const withLogin = (
  ledger: Ledger,
  spec: JsonObject,
  { place, hosts }: { readonly place: Place; readonly hosts: readonly string[] },
): PolicyPart => {
  const issuers = tokenIssuers(objectIn(spec.jwt))
  const isPassed = ledger.flag('oidc.passThroughAuthHeader') === true && issuers.length > 0
  const tokens = isPassed ? tokenWays(ledger, issuers, place) : { members: [], providers: [] }
  const { authorize, rules } = authorizationOf(ledger, spec.authorization, issuers)
  const issuer = ledger.text('oidc.provider.issuer')
  const accessCookie = textIn(objectIn(objectIn(spec.oidc).cookieNames).accessToken)
  const terms = { issuer, accessCookie, isPassed }
  const checks = isTokenChecked(ledger, issuers) ? checksOfSessions(ledger, issuers, terms) : []
  const isByAccessToken = issuers.some(({ isFromCookies }) => !isFromCookies) && !isPassed
  return {
    manifests: [...loginManifests(ledger, place, { hosts, isByAccessToken }), ...tokens.providers],
    settings: withoutAbsent({
      clientRef: { name: place.name },
      authenticate: tokens.members.length === 0 ? undefined : [...tokens.members, { session: {} }],
      authorize: [...authorize, ...checks],
      upstream: withoutAbsent({
        authorization: authorizationHeader(ledger, isPassed),
        headers: tokenHeaders(issuers),
      }),
    }),
    rules: rules.map((rule) => ({ ...rule, authorize: [...listIn(rule.authorize), ...checks] })),
    comments: [],
  }
}

const NOBODY =
  'INCOMPLETE: the tokens of none of the providers can be taken. Give bearer an IdentityProvider and audiences.'

const withTokens = (ledger: Ledger, spec: JsonObject, place: Place): PolicyPart => {
  const issuers = tokenIssuers(objectIn(spec.jwt))
  const { members, providers } = tokenWays(ledger, issuers, place)
  const { authorize, rules } = authorizationOf(ledger, spec.authorization, issuers)
  const isOptional = ledger.flag('jwt.optional') === true && authorize.length + rules.length === 0
  if (members.length === 0 && !isOptional) {
    ledger.close(
      'jwt.providers[].issuer',
      'the tokens of none of the providers can be taken: give `bearer` an issuer, keys and audiences',
    )
  }
  const isNobody = members.length === 0 && !isOptional
  const unknown = { bearer: { providerRef: { name: 'set-me' }, audiences: ['set-me'] } }
  const authenticate = [
    ...members,
    ...(isOptional ? [{ anonymous: {} }] : isNobody ? [unknown] : []),
  ]
  return {
    manifests: providers,
    settings: withoutAbsent({
      authenticate,
      authorize,
      upstream: withoutAbsent({ authorization: 'AccessToken', headers: tokenHeaders(issuers) }),
    }),
    rules,
    comments: isNobody ? [NOBODY] : [],
  }
}

/** What a policy becomes. */
export const policyPart = (
  ledger: Ledger,
  spec: JsonObject,
  where: { readonly place: Place; readonly hosts: readonly string[] },
): PolicyPart => {
  takeTokens(ledger)
  closeOthers(ledger, spec)
  if (isObject(spec.oidc)) return withLogin(ledger, spec, where)
  return withTokens(ledger, spec, where.place)
}
