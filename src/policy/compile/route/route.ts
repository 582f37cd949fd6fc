import type { CompileExpression } from '../../../core/policy/expression.ts'
import type { Upstream } from '../../../core/policy/upstream.ts'
import { parseHost } from '../../matching/host.ts'
import type { FieldPath, ProtectedRoute } from '../../resource/resource.ts'
import type { ProtectedRouteProtectedResource } from '../../resource/resource-specs.generated.ts'
import { areExpressionsTooLong } from '../../resource/written-expressions.ts'
import { checkCredentialWays, refusePasswords } from '../../ways/credential-ways.ts'
import { type ServerDraft, serverDraftOf } from '../applications/authorization-server.ts'
import { inheritedCors } from '../applications/cors.ts'
import { checkProtectedResource, type RuleOfResource } from '../applications/protected-resource.ts'
import { takesTokensFor } from '../applications/resource-issuers.ts'
import { requirementsOf } from '../clause/requirements.ts'
import { createFindings, type Finding, type Findings, tooLong } from '../object/findings.ts'
import { checkFloors } from '../platform/check-floors.ts'
import type { Floor } from '../platform/floor.ts'
import { checkKeptAudience, type KeptAudience, refuseAssertions } from '../upstream/assertion.ts'
import { withExchanges } from '../upstream/exchange.ts'
import { checkPassedHeaders } from '../upstream/passed-headers.ts'
import { responseOf } from '../upstream/response-headers.ts'
import { upstreamOf } from '../upstream/upstream.ts'
import { checkAnonymous } from './anonymous.ts'
import {
  type ClientReference,
  type ClientReferences,
  clientNameOf,
  clientReferencesOf,
} from './client-references.ts'
import { withDecisionPoints } from './decision-points.ts'
import { checkOwnHeaders } from './match-headers.ts'
import { metadataOf } from './metadata.ts'
import { methodsOf, withoutAudience } from './methods.ts'
import { checkContexts, type RuleDraft, readRule, type Terms } from './rule.ts'

/** A ProtectedRoute as read, before what it refers to is looked at. */
export interface RouteDraft {
  readonly name: string
  readonly namespace: string
  /** Canonical, without duplicates. */
  readonly hosts: readonly string[]
  /** Those of rules, too; each once. */
  readonly clients: readonly ClientReference[]
  readonly publicHostHeader?: string
  readonly rules: readonly RuleDraft[]
  readonly fallback: RuleDraft
  readonly protectedResource?: ProtectedRouteProtectedResource
  readonly authorizationServer?: ServerDraft
}

/**
 * The name of the route-level settings in logs and metrics. Rules cannot have it: theirs have no
 * `(`.
 */
const FALLBACK_NAME = '(route)'

/** The canonical ones among the hosts of a route. */
export const readHosts = (written: readonly string[], findings: Findings): readonly string[] => {
  const hosts = new Set<string>()
  for (const [index, text] of written.entries()) {
    const field = ['spec', 'hosts', index]
    const host = findings.take(field, 'host', text, parseHost(text))
    if (host === undefined) continue
    if (hosts.has(host)) findings.add(field, `The host "${host}" is listed twice: remove one`)
    hosts.add(host)
  }
  return [...hosts]
}

/** A token for a resource is of no use beyond it, and no business of an upstream. */
const OF_RESOURCES: Upstream = { authorization: 'Remove', headers: [] }

const routeTerms = ({ metadata, spec }: ProtectedRoute, findings: Findings): Terms => ({
  authenticate: methodsOf(
    metadata.namespace,
    spec.authenticate,
    ['spec', 'authenticate'],
    findings,
  ),
  onUnauthenticated: spec.onUnauthenticated,
  authorize: requirementsOf(spec.authorize, ['spec', 'authorize'], findings),
  upstream: upstreamOf(
    spec.upstream,
    ['spec', 'upstream'],
    findings,
    spec.protectedResource === undefined ? undefined : OF_RESOURCES,
  ),
  ...responseOf(spec.response, ['spec', 'response'], findings),
  ...metadataOf(spec.metadata, ['spec', 'metadata'], findings),
  ...inheritedCors(spec.cors, {}, ['spec', 'cors'], findings),
})

/** What a rule's end-users sign in with, where that is not the same on the whole route. */
const partOf = (
  { hasParts }: ClientReferences,
  clients: readonly ClientReference[],
): Pick<RuleDraft, 'clients'> => (hasParts ? { clients: clients.map(clientNameOf) } : {})

const readRules = (
  { metadata, spec }: ProtectedRoute,
  terms: Terms,
  clients: ClientReferences,
  findings: Findings,
): readonly RuleDraft[] => {
  const names = new Set<string>()
  return spec.rules.map((rule, index) => {
    const field = ['spec', 'rules', index]
    if (names.has(rule.name)) {
      findings.add([...field, 'name'], `The rule name "${rule.name}" is taken: rename one of them`)
    }
    names.add(rule.name)
    const part = partOf(clients, clients.ofRule(index))
    return { ...readRule(rule, terms, metadata.namespace, field, findings), ...part }
  })
}

/**
 * Without a client nobody can sign in, so whatever would need a login is refused instead of failing
 * later.
 */
const checkSignIn = (rule: RuleDraft, field: FieldPath, findings: Findings): void => {
  if (rule.authenticate.some(({ kind }) => kind === 'session')) {
    const message =
      'The method `session` needs `clientRef` or `clientRefs`: add it, or list only `bearer`'
    findings.add([...field, 'authenticate'], message)
  }
  if (rule.onUnauthenticated === 'Login') {
    const message = '`Login` needs `clientRef` or `clientRefs`: add it, or choose `Challenge`'
    findings.add([...field, 'onUnauthenticated'], message)
  }
}

const asOfResource = ({ matches, public: isPublic, authenticate }: RuleDraft): RuleOfResource => ({
  matches,
  public: isPublic,
  takesTokens: authenticate.some(takesTokensFor),
  withoutAudience: withoutAudience(authenticate),
})

const checkSignIns = (
  draft: RouteDraft,
  route: ProtectedRoute,
  clients: ClientReferences,
  findings: Findings,
): void => {
  if (clients.ofRoute.length > 0) return
  checkSignIn(draft.fallback, ['spec'], findings)
  for (const [index, rule] of draft.rules.entries()) {
    const written = route.spec.rules[index]
    const own = written?.authenticate !== undefined || written?.onUnauthenticated !== undefined
    if (own && clients.ofRule(index).length === 0) {
      checkSignIn(rule, ['spec', 'rules', index], findings)
    }
  }
}

const publicHostHeaderOf = (
  { spec: { publicHosts } }: ProtectedRoute,
  findings: Findings,
): Pick<RouteDraft, 'publicHostHeader'> => {
  if (publicHosts === undefined) return {}
  if (!publicHosts.trusted) {
    const message =
      'Anybody can send the header: set `trusted` to true once the gateway sets it on every request, or remove `publicHosts`'
    findings.add(['spec', 'publicHosts'], message)
  }
  return { publicHostHeader: publicHosts.header }
}

/** What reading a route depends on besides the route. */
export interface RouteReading {
  /** Whether decision points may be called over `http`; absent: they may not. */
  readonly allowInsecureIssuers?: boolean
  /** Whether nobody here signs assertions. */
  readonly lacksAssertionIssuer?: boolean
  /** Absent: no audience is kept for one route. */
  readonly keptAudience?: KeptAudience
  /** Whether nobody's password is taken here. */
  readonly forbidsPasswordGrant?: boolean
  /** Absent: a route with an expression is refused. */
  readonly compileExpression?: CompileExpression | undefined
}

/**
 * Reads a ProtectedRoute by itself, where the platform requires this. But for its hosts, the draft
 * is of use only if there are no findings.
 */
export const readRoute = (
  route: ProtectedRoute,
  floor: Floor,
  {
    allowInsecureIssuers: allowInsecure = false,
    lacksAssertionIssuer = false,
    keptAudience,
    forbidsPasswordGrant = false,
    compileExpression,
  }: RouteReading = {},
): { readonly draft: RouteDraft; readonly findings: readonly Finding[] } => {
  const { metadata, spec } = route
  const { namespace } = metadata
  const findings = createFindings(areExpressionsTooLong(route) ? tooLong : compileExpression)
  const terms = routeTerms(route, findings)
  const clients = clientReferencesOf(route, findings)
  const draft: RouteDraft = {
    name: `${namespace}/${metadata.name}`,
    namespace,
    hosts: readHosts(spec.hosts, findings),
    clients: clients.all,
    ...publicHostHeaderOf(route, findings),
    rules: readRules(route, terms, clients, findings),
    fallback: {
      name: FALLBACK_NAME,
      matches: [],
      public: false,
      ...terms,
      ...partOf(clients, clients.ofRoute),
    },
    ...(spec.protectedResource === undefined ? {} : { protectedResource: spec.protectedResource }),
    ...serverDraftOf(route, findings),
  }
  checkAnonymous(draft.fallback, spec, ['spec'], findings)
  checkCredentialWays(draft.fallback, spec, ['spec'], findings)
  checkContexts(draft.fallback, ['spec', 'authorize'], findings)
  checkSignIns(draft, route, clients, findings)
  checkProtectedResource(
    spec.protectedResource,
    draft.hosts,
    [...draft.rules, draft.fallback].map(asOfResource),
    findings,
  )
  checkFloors(draft, floor, findings)
  checkOwnHeaders(draft.rules, draft.fallback, findings)
  checkPassedHeaders(
    draft.fallback.upstream,
    draft.rules.map(({ upstream }) => upstream),
    findings,
  )
  if (lacksAssertionIssuer) refuseAssertions(route, findings)
  if (keptAudience !== undefined) checkKeptAudience(route, keptAudience, findings)
  if (forbidsPasswordGrant) refusePasswords(route, findings)
  const asking = withDecisionPoints(draft, route, { namespace, allowInsecure }, findings)
  const exchanging = withExchanges(asking, route, findings)
  return { draft: exchanging, findings: findings.list() }
}
