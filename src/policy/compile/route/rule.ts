import type { OnUnauthenticated, Rule } from '../../../core/policy/policy.ts'
import { hasLiteralBeginning } from '../../matching/path-pattern.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { ProtectedRouteRule } from '../../resource/resource-specs.generated.ts'
import { checkCredentialWays } from '../../ways/credential-ways.ts'
import { inheritedCors } from '../applications/cors.ts'
import { checkAuthenticationContexts } from '../clause/authentication-context.ts'
import type { DecisionPointDraft } from '../clause/decision-point.ts'
import { requirementsOf } from '../clause/requirements.ts'
import type { Findings } from '../object/findings.ts'
import type { ExchangeDraft } from '../upstream/exchange.ts'
import { responseOf } from '../upstream/response-headers.ts'
import { upstreamOf } from '../upstream/upstream.ts'
import { checkAnonymous } from './anonymous.ts'
import { matchOf } from './match.ts'
import { inheritedMetadata, metadataOf } from './metadata.ts'
import { type MethodDraft, methodsOf, takesAuthenticated } from './methods.ts'

/** A rule before its providers, clients and decision point are looked at. */
export type RuleDraft = Omit<Rule, 'authenticate' | 'clients' | 'decisionPoint' | 'exchange'> & {
  readonly authenticate: readonly MethodDraft[]
  /** `namespace/name` of each. */
  readonly clients?: readonly string[]
  readonly decisionPoint?: DecisionPointDraft
  readonly exchange?: ExchangeDraft
}

/**
 * What a rule asks for and gives; the route's own are what a rule inherits where it says nothing.
 */
export type Terms = Pick<
  RuleDraft,
  'authenticate' | 'onUnauthenticated' | 'authorize' | 'upstream' | 'response' | 'metadata' | 'cors'
>

/**
 * A public rule asks for nothing and gives nothing. What callers may send is the same on every path
 * of a route.
 */
const publicTerms = ({ upstream: { passHeaders } }: Terms): Terms => ({
  authenticate: [],
  onUnauthenticated: 'Challenge',
  authorize: [],
  upstream: {
    authorization: 'Keep',
    headers: [],
    ...(passHeaders === undefined ? {} : { passHeaders }),
  },
})

const termsOf = (
  rule: ProtectedRouteRule,
  inherited: Terms,
  namespace: string,
  field: FieldPath,
  findings: Findings,
): Terms => {
  const { authenticate, authorize } = rule
  const onUnauthenticated: OnUnauthenticated = rule.onUnauthenticated ?? inherited.onUnauthenticated
  return {
    authenticate:
      authenticate === undefined
        ? inherited.authenticate
        : methodsOf(namespace, authenticate, [...field, 'authenticate'], findings),
    onUnauthenticated,
    authorize:
      authorize === undefined
        ? inherited.authorize
        : requirementsOf(authorize, [...field, 'authorize'], findings),
    upstream: upstreamOf(rule.upstream, [...field, 'upstream'], findings, inherited.upstream),
    ...responseOf(rule.response, [...field, 'response'], findings, inherited),
    ...(rule.metadata === undefined
      ? inheritedMetadata(inherited)
      : metadataOf(rule.metadata, [...field, 'metadata'], findings)),
  }
}

const asksForSomething = (rule: ProtectedRouteRule): boolean =>
  rule.authenticate !== undefined ||
  rule.onUnauthenticated !== undefined ||
  rule.keepForms !== undefined ||
  rule.authorize !== undefined ||
  rule.clientRef !== undefined ||
  rule.upstream !== undefined ||
  rule.response !== undefined ||
  rule.metadata !== undefined

const ANYBODY = 'The rule is public, and anybody can send a header'

/** How to have a member of `match` leave anything out; `undefined`: it does. */
const narrowerOf = ({ path }: ProtectedRouteRule['match'][number]): string | undefined => {
  if (path === undefined || path.prefix === '/') return 'a `path` other than the prefix `/`'
  const { pattern } = path
  if (pattern === undefined || hasLiteralBeginning(pattern)) return undefined
  return 'a `path` whose pattern has `/` and a letter or digit first, in each of its alternatives,'
}

/** A header is the caller's own, so that what it alone chooses is not opened by it. */
const checkPublic = ({ match }: ProtectedRouteRule, field: FieldPath, findings: Findings): void => {
  for (const [index, one] of match.entries()) {
    if (one.headers === undefined || one.sourceAddresses !== undefined) continue
    const narrower = narrowerOf(one)
    if (narrower === undefined) continue
    const message = `${ANYBODY}: add \`sourceAddresses\` or ${narrower} here, or remove \`public\``
    findings.add([...field, 'match', index, 'headers'], message)
  }
}

/** A form waits for a login, so there must be one. */
const checkKeepForms = (
  { authenticate, onUnauthenticated }: Terms,
  field: FieldPath,
  findings: Findings,
): void => {
  const leadsToLogin =
    onUnauthenticated !== 'Challenge' &&
    authenticate.some(({ kind }) => kind === 'session') &&
    authenticate.every(({ kind }) => kind !== 'anonymous')
  if (leadsToLogin) return
  const message =
    'The rule keeps forms for a login that it never starts: remove `keepForms`, or take `session`, and neither `anonymous` nor `Challenge`'
  findings.add([...field, 'keepForms'], message)
}

/** Refuses what a rule asks of an authentication and nobody could have. */
export const checkContexts = (
  { authorize, authenticate }: Pick<RuleDraft, 'authorize' | 'authenticate'>,
  field: FieldPath,
  findings: Findings,
): void =>
  checkAuthenticationContexts(
    { authorize, takesAuthenticated: authenticate.some(takesAuthenticated) },
    field,
    findings,
  )

/** A client of a rule's own is for whom it signs in. */
const checkClient = ({ authenticate }: Terms, field: FieldPath, findings: Findings): void => {
  if (authenticate.some(({ kind }) => kind === 'session')) return
  const message =
    'The rule takes no sessions, so that nobody signs in with this client: add `session` to `authenticate`, or remove `clientRef`'
  findings.add([...field, 'clientRef'], message)
}

/** Reads one rule; what it leaves unset it has from the route. */
export const readRule = (
  rule: ProtectedRouteRule,
  inherited: Terms,
  namespace: string,
  field: FieldPath,
  findings: Findings,
): RuleDraft => {
  if (rule.public && asksForSomething(rule)) {
    findings.add(field, 'The rule is public and asks for or adds something: remove one of the two')
  }
  if (rule.public) checkPublic(rule, field, findings)
  const cors = inheritedCors(rule.cors, inherited, [...field, 'cors'], findings)
  const terms = rule.public
    ? publicTerms(inherited)
    : termsOf(rule, inherited, namespace, field, findings)
  if (!rule.public) checkAnonymous(terms, rule, field, findings)
  if (!rule.public) checkCredentialWays(terms, rule, field, findings)
  if (rule.authenticate !== undefined || rule.authorize !== undefined) {
    checkContexts(terms, [...field, 'authorize'], findings)
  }
  if (rule.clientRef !== undefined && !rule.public) checkClient(terms, field, findings)
  const { keepForms } = rule
  if (keepForms !== undefined && !rule.public) checkKeepForms(terms, field, findings)
  return {
    name: rule.name,
    matches: rule.match.map((match, index) => matchOf(match, [...field, 'match', index], findings)),
    public: rule.public,
    ...(keepForms === undefined ? {} : { keepFormsMaxBytes: keepForms.maxBytes }),
    ...terms,
    ...cors,
  }
}
