import { DEFAULT_IDENTITY_HEADERS } from '../../core/forward.ts'
import type { AuthenticateMethod, Client, Policy, Provider, Rule } from '../../core/policy.ts'
import { parseHost } from '../host.ts'
import type { FieldPath, ProtectedRoute } from '../resource.ts'
import { deepFreeze } from './deep-freeze.ts'
import { createFindings, type Finding, type Findings } from './findings.ts'
import { type Followed, follow, type Linked, type Referables } from './link.ts'
import type { NamespaceHeaders } from './namespace-headers.ts'
import {
  headersOf,
  type MethodDraft,
  methodsOf,
  type RuleDraft,
  readRule,
  requirementsOf,
  type Terms,
} from './rule.ts'

/** A ProtectedRoute as read, before what it refers to is looked at. */
export interface RouteDraft {
  readonly name: string
  readonly namespace: string
  /** Canonical, without duplicates. */
  readonly hosts: readonly string[]
  readonly client?: { readonly namespace: string; readonly name: string }
  readonly rules: readonly RuleDraft[]
  readonly fallback: RuleDraft
}

/** The name of the route-level settings in logs and metrics. Rules cannot have it: theirs have no `(`. */
export const FALLBACK_NAME = '(route)'

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

const routeTerms = ({ metadata, spec }: ProtectedRoute, findings: Findings): Terms => ({
  authenticate: methodsOf(
    metadata.namespace,
    spec.authenticate,
    ['spec', 'authenticate'],
    findings,
  ),
  onUnauthenticated: spec.onUnauthenticated,
  authorize: requirementsOf(spec.authorize, ['spec', 'authorize'], findings),
  upstream: {
    accessToken: spec.upstream.accessToken,
    headers: headersOf(spec.upstream.headers, ['spec', 'upstream', 'headers'], findings),
  },
})

const readRules = (
  { metadata, spec }: ProtectedRoute,
  terms: Terms,
  findings: Findings,
): readonly RuleDraft[] => {
  const names = new Set<string>()
  return spec.rules.map((rule, index) => {
    const field = ['spec', 'rules', index]
    if (names.has(rule.name)) {
      findings.add([...field, 'name'], `The rule name "${rule.name}" is taken: rename one of them`)
    }
    names.add(rule.name)
    return readRule(rule, terms, metadata.namespace, field, findings)
  })
}

/** Without a client nobody can sign in, so whatever would need a login is refused instead of failing later. */
const checkSignIn = (rule: RuleDraft, field: FieldPath, findings: Findings): void => {
  if (rule.authenticate.some(({ kind }) => kind === 'session')) {
    const message = 'The method `session` needs `clientRef`: add it, or list only `bearer`'
    findings.add([...field, 'authenticate'], message)
  }
  if (rule.onUnauthenticated === 'Login') {
    const message = '`Login` needs `clientRef`: add it, or choose `Challenge`'
    findings.add([...field, 'onUnauthenticated'], message)
  }
}

const checkSignIns = (draft: RouteDraft, route: ProtectedRoute, findings: Findings): void => {
  if (draft.client !== undefined) return
  checkSignIn(draft.fallback, ['spec'], findings)
  for (const [index, rule] of draft.rules.entries()) {
    const written = route.spec.rules[index]
    const own = written?.authenticate !== undefined || written?.onUnauthenticated !== undefined
    if (own) checkSignIn(rule, ['spec', 'rules', index], findings)
  }
}

/** Reads a ProtectedRoute by itself. But for its hosts, the draft is of use only if there are no findings. */
export const readRoute = (
  route: ProtectedRoute,
): { readonly draft: RouteDraft; readonly findings: readonly Finding[] } => {
  const { metadata, spec } = route
  const { namespace } = metadata
  const findings = createFindings()
  const terms = routeTerms(route, findings)
  const draft: RouteDraft = {
    name: `${namespace}/${metadata.name}`,
    namespace,
    hosts: readHosts(spec.hosts, findings),
    ...(spec.clientRef === undefined ? {} : { client: { namespace, ...spec.clientRef } }),
    rules: readRules(route, terms, findings),
    fallback: { name: FALLBACK_NAME, matches: [], public: false, ...terms },
  }
  checkSignIns(draft, route, findings)
  return { draft, findings: findings.list() }
}

interface Followings {
  readonly client: Followed<Client> | undefined
  readonly methods: ReadonlyMap<MethodDraft, Followed<Provider>>
}

const followAll = (
  draft: RouteDraft,
  clients: Referables<Client>,
  providers: Referables<Provider>,
): Followings => {
  const methods = new Map<MethodDraft, Followed<Provider>>()
  for (const method of [draft.fallback, ...draft.rules].flatMap((rule) => rule.authenticate)) {
    if (method.kind === 'session' || methods.has(method)) continue
    methods.set(method, follow(draft.namespace, method.provider, providers))
  }
  const client =
    draft.client === undefined ? undefined : follow(draft.namespace, draft.client, clients)
  return { client, methods }
}

const findingsOf = ({ client, methods }: Followings): readonly Finding[] => [
  ...(client?.kind === 'finding' ? [{ field: ['spec', 'clientRef'], ...client.finding }] : []),
  ...[...methods].flatMap(([method, followed]) =>
    followed.kind === 'finding' && method.kind === 'bearer'
      ? [{ field: method.field, ...followed.finding }]
      : [],
  ),
]

/** The first reference that cannot be used, as a sentence without its full stop. */
const obstacle = ({ client, methods }: Followings): string | undefined => {
  for (const followed of [client, ...methods.values()]) {
    if (followed?.kind === 'finding') return followed.finding.message
    if (followed?.kind === 'unusable') return followed.detail
  }
  return undefined
}

const completeRule = (draft: RuleDraft, { methods }: Followings): Rule => ({
  ...draft,
  authenticate: draft.authenticate.flatMap((method): readonly AuthenticateMethod[] => {
    if (method.kind === 'session') return [{ kind: 'session' }]
    const followed = methods.get(method)
    if (followed?.kind !== 'usable') return []
    return [{ kind: 'bearer', provider: followed.value, audiences: method.audiences }]
  }),
})

const complete = (
  draft: RouteDraft,
  followings: Followings,
  ofNamespace: NamespaceHeaders,
): Policy => {
  const { client } = followings
  const rules = draft.rules.map((rule) => completeRule(rule, followings))
  const fallback = completeRule(draft.fallback, followings)
  const headers = [fallback, ...rules].flatMap((rule) => rule.upstream.headers)
  return deepFreeze({
    name: draft.name,
    ...(client?.kind === 'usable' ? { client: client.value } : {}),
    rules,
    pathSensitive: rules.some((rule) => rule.matches.some((match) => match.path !== undefined)),
    fallback,
    identityHeaders: new Set([...DEFAULT_IDENTITY_HEADERS, ...headers.map(({ name }) => name)]),
    siblingHeaders: ofNamespace.get(draft.namespace) ?? new Set(),
  })
}

/** Completes a draft with its client and providers. One that cannot be used makes the whole policy unusable, never smaller. */
export const linkRoute = (
  draft: RouteDraft,
  clients: Referables<Client>,
  providers: Referables<Provider>,
  ofNamespace: NamespaceHeaders,
): { readonly linked: Linked<Policy>; readonly findings: readonly Finding[] } => {
  const followings = followAll(draft, clients, providers)
  const detail = obstacle(followings)
  const linked: Linked<Policy> =
    detail === undefined
      ? { kind: 'usable', value: complete(draft, followings, ofNamespace) }
      : { kind: 'unusable', detail }
  return { linked, findings: findingsOf(followings) }
}
