import { isObject, type JsonObject, listIn, objectIn, textIn, textsIn } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { allOfOneOf } from '../writing/alternatives.ts'
import { claimPath } from '../writing/names.ts'
import { pathMatch } from './path-match.ts'
import type { TokenIssuer } from './tokens.ts'

/** What a policy asks of whoever is authenticated. */
export interface Asked {
  readonly authorize: readonly JsonObject[]
  readonly rules: readonly JsonObject[]
}

interface Allowing {
  readonly match: JsonObject | undefined
  readonly clauses: readonly JsonObject[]
}

const RULE = 'authorization.rules[]'
const BEYOND = ['clientCIDRs', 'headers', 'clientIPGeoLocations']

const claimsIn = (jwt: JsonObject): readonly JsonObject[] =>
  listIn(jwt.claims)
    .filter(isObject)
    .map(({ name, values }) => ({ claim: claimPath(String(name)), anyOf: textsIn(values) }))

const issuerClause = (jwt: JsonObject, issuers: readonly TokenIssuer[]): readonly JsonObject[] => {
  const meant = issuers.find(({ name }) => name === jwt.provider)
  return issuers.length < 2 || meant?.issuer === undefined
    ? []
    : [{ claim: 'iss', anyOf: [meant.issuer] }]
}

const clausesOf = (
  principal: JsonObject,
  issuers: readonly TokenIssuer[],
): readonly JsonObject[] => {
  const jwt = objectIn(principal.jwt)
  const scopes = textsIn(jwt.scopes)
  return [
    ...claimsIn(jwt),
    ...(scopes.length === 0 ? [] : [{ scopes }]),
    ...issuerClause(jwt, issuers),
  ]
}

const isSayable = (rule: JsonObject): boolean =>
  rule.cel === undefined && BEYOND.every((one) => objectIn(rule.principal)[one] === undefined)

const allowing = (rule: JsonObject, issuers: readonly TokenIssuer[]): Allowing => {
  const operation = objectIn(rule.operation)
  const methods = textsIn(operation.methods)
  const path = pathMatch(objectIn(operation.path))
  const match = { ...path, ...(methods.length === 0 ? {} : { methods }) }
  return {
    match: rule.operation === undefined ? undefined : match,
    clauses: clausesOf(objectIn(rule.principal), issuers),
  }
}

const FIELDS = [
  ...['name', 'action', 'operation.methods', 'operation.path'],
  ...['principal.jwt.claims', 'principal.jwt.provider', 'principal.jwt.scopes'],
]

const takeRules = (ledger: Ledger): void => {
  for (const field of FIELDS) ledger.value(`${RULE}.${field}`)
  ledger.value('authorization.defaultAction')
}

const closedBy = (ledger: Ledger, name: string, words: string): Asked => {
  ledger.close(name, words)
  return { authorize: [], rules: [] }
}

const rulesOf = (allowed: readonly Allowing[]): readonly JsonObject[] =>
  allowed.flatMap(({ match, clauses }, index) =>
    match === undefined ? [] : [{ name: `allow-${index + 1}`, match: [match], authorize: clauses }],
  )

/** What no rule allows is denied, as there. */
const OTHERWISE = { cel: 'false // what no rule of the policy allows is denied' }

const DENIES =
  'a rule that denies has no like here: write what it means as `noneOf`, `cel` or a rule of its own'
const NOTHING = 'no rule that allows can be said here: nobody is let in'

/** The clauses and rules that allow what the policy allows, and nothing else. */
export const authorizationOf = (
  ledger: Ledger,
  authorization: unknown,
  issuers: readonly TokenIssuer[],
): Asked => {
  if (!isObject(authorization)) return { authorize: [], rules: [] }
  takeRules(ledger)
  const written = listIn(authorization.rules).filter(isObject)
  if (written.some(({ action }) => action === 'Deny'))
    return closedBy(ledger, `${RULE}.action`, DENIES)
  if (textIn(authorization.defaultAction) === 'Allow') return { authorize: [], rules: [] }
  const allowed = written.filter(isSayable).map((rule) => allowing(rule, issuers))
  const general = allowed.filter(({ match }) => match === undefined)
  const authorize = allOfOneOf(general.map(({ clauses }) => clauses))
  const rules = rulesOf(allowed)
  if (authorize !== undefined) return { authorize, rules }
  if (general.length === 0 && rules.length > 0) return { authorize: [OTHERWISE], rules }
  const where = written.length === 0 ? 'authorization.defaultAction' : `${RULE}.action`
  return closedBy(ledger, where, NOTHING)
}
