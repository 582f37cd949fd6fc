import { createCheck } from '../../check/check.ts'
import type { CheckPorts } from '../../core/check-ports.ts'
import { DEFAULT_IDENTITY_HEADERS } from '../../core/decision/forward.ts'
import type { Intent } from '../../core/policy/intent.ts'
import type { Client, Policy, Requirement, Rule } from '../../core/policy/policy.ts'
import type { PolicyLookup } from '../../core/policy-source.ts'
import { reasonEntry } from '../../core/reason/reason.ts'
import type { Request } from '../../core/request/request.ts'
import { type DecisionName, decisionName } from '../../observability/decision-name.ts'
import { readJwt } from '../../oidc/token/jwt.ts'
import { scopesOf } from '../../oidc/token/scopes.ts'
import { classify } from '../../policy/applying/classify.ts'

/** What a request would be answered with. */
export interface Answer {
  readonly decision: DecisionName
  readonly status: number
  readonly reason: string
  readonly message: string
  /** What an operator would find in the log. */
  readonly detail?: string
}

/** What a token says about itself. Nothing of it is verified. */
export interface TokenFacts {
  readonly issuer?: string
  readonly subject?: string
  readonly audiences: readonly string[]
  readonly scopes: readonly string[]
  readonly expiresAt?: string
}

/** What an explanation says of a client. */
export interface ClientFacts {
  readonly name: string
  readonly issuer: string
  /** The host of its one redirect URI; absent: each host has its own. */
  readonly callbackHost?: string
  /** The domain whose hosts share its sessions; absent: each host has its own. */
  readonly cookieDomain?: string
}

/** Where on a callback host which client is called back. */
interface CallbackPath {
  readonly client: string
  readonly path: string
}

/** Why a request is answered as it is. */
export interface Explanation {
  readonly request: {
    readonly method: string
    readonly host: string
    /** As written, without the query. */
    readonly path: string
    /** What rules are matched against. */
    readonly canonicalPath: string
  }
  /** Who owns the host, or why nobody does. */
  readonly host:
    | {
        readonly state: 'found'
        readonly policy: string
        /** Those that end-users may sign in with. */
        readonly clients: readonly ClientFacts[]
      }
    /** `nearest`: the host that was probably meant. */
    | { readonly state: 'none'; readonly nearest?: string }
    | { readonly state: 'not_synced' }
    /** Clients are called back here, and nothing else is served. */
    | { readonly state: 'callbacks'; readonly callbacks: readonly CallbackPath[] }
    | { readonly state: 'conflict'; readonly policy: string }
    | { readonly state: 'broken'; readonly policy: string; readonly detail: string }
  readonly road?: Intent['kind']
  readonly rule?: string
  /** Accepted credentials in the order in which they are tried. */
  readonly accepts: readonly string[]
  /** What an identity must fulfil besides. */
  readonly requires: readonly string[]
  /** Headers that the upstream gets from an identity. */
  readonly upstream: readonly string[]
  /** The token in the request. */
  readonly token?: TokenFacts
  /** The answer to this request; absent for the callback and the sign-out path. */
  readonly answer?: Answer
  /** The answer to the same request without a credential, where it carries one. */
  readonly withoutCredential?: Answer
  readonly notes: readonly string[]
}

const words = (values: readonly unknown[] | undefined): string =>
  (values ?? []).map(String).join(', ')

const requirement = (one: Requirement): string => {
  if (one.kind === 'scopes') return `every scope of: ${words(one.scopes)}`
  const parts = [
    ...(one.exists === undefined ? [] : [one.exists ? 'is present' : 'is absent']),
    ...(one.anyOf === undefined ? [] : [`has one of: ${words(one.anyOf)}`]),
    ...(one.allOf === undefined ? [] : [`has all of: ${words(one.allOf)}`]),
    ...(one.noneOf === undefined ? [] : [`has none of: ${words(one.noneOf)}`]),
  ]
  return `claim ${one.written} ${parts.join(' and ')}`
}

const accepted = (policy: Policy, rule: Rule): readonly string[] =>
  rule.authenticate.map((method) =>
    method.kind === 'session'
      ? `a session of ${policy.clients.map(({ name }) => `OIDCClient ${name}`).join(' or ')}`
      : `a bearer token of ${method.provider.issuer} for ${words(method.audiences)}`,
  )

const upstreamHeaders = (rule: Rule): readonly string[] => [
  ...DEFAULT_IDENTITY_HEADERS,
  ...rule.upstream.headers.map(({ name, path }) => `${name} (claim ${path.join('.')})`),
  rule.upstream.accessToken === 'Forward'
    ? 'authorization (the access token)'
    : 'no authorization header',
]

const clientFacts = ({ name, provider, callbackHost, session }: Client): ClientFacts => ({
  name,
  issuer: provider.issuer,
  ...(callbackHost === undefined ? {} : { callbackHost }),
  ...(session.cookie.domain === undefined ? {} : { cookieDomain: session.cookie.domain }),
})

const hostOf = (found: PolicyLookup, nearest: string | undefined): Explanation['host'] => {
  if (found.kind === 'none') {
    return { state: 'none', ...(nearest === undefined ? {} : { nearest }) }
  }
  if (found.kind === 'callbacks') {
    const callbacks = found.clients.map(({ name, callbackPath }) => ({
      client: name,
      path: callbackPath,
    }))
    return { state: 'callbacks', callbacks }
  }
  if (found.kind !== 'found') {
    const { kind, ...rest } = found
    return { state: kind, ...rest } as Explanation['host']
  }
  const { clients, name } = found.policy
  return {
    state: 'found',
    policy: name,
    clients: clients.map(clientFacts),
  }
}

const listOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string')

const tokenFacts = (request: Request): { readonly token?: TokenFacts } => {
  const compact = /^bearer +(\S+)$/i.exec(request.header('authorization') ?? '')?.[1]
  const claims = compact === undefined ? undefined : readJwt(compact)?.claims
  if (claims === undefined) return {}
  const { iss, sub, aud, exp } = claims
  return {
    token: {
      ...(typeof iss === 'string' ? { issuer: iss } : {}),
      ...(typeof sub === 'string' ? { subject: sub } : {}),
      audiences: listOf(aud),
      scopes: scopesOf(claims),
      ...(typeof exp === 'number' ? { expiresAt: new Date(exp * 1_000).toISOString() } : {}),
    },
  }
}

const CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'cookie'])

const hasCredential = (request: Request): boolean =>
  [...CREDENTIALS].some((name) => request.header(name) !== undefined)

const withoutCredentials = (request: Request): Request => ({
  ...request,
  header: (name) => (CREDENTIALS.has(name) ? undefined : request.header(name)),
})

const answerTo = async (request: Request, ports: CheckPorts): Promise<Answer> => {
  const verdict = await createCheck(ports)(request, ports.newBudget(0))
  return {
    decision: decisionName(verdict),
    status: verdict.kind === 'allow' ? 200 : verdict.status,
    reason: verdict.reason,
    message: reasonEntry(verdict.reason).message,
    ...(verdict.kind === 'deny' && verdict.detail !== undefined ? { detail: verdict.detail } : {}),
  }
}

const notesOn = (request: Request): readonly string[] => [
  ...(request.header('authorization') === undefined
    ? []
    : ['The token is read, not verified: its signature is taken for good here.']),
  ...(request.header('cookie') === undefined
    ? []
    : ['Sessions cannot be opened offline: a session cookie is taken for an unknown one.']),
]

const roadOf = (
  request: Request,
  found: PolicyLookup,
): Pick<Explanation, 'road' | 'rule' | 'accepts' | 'requires' | 'upstream'> => {
  const nothing = { accepts: [], requires: [], upstream: [] }
  if (found.kind === 'callbacks') {
    const isCallback = found.clients.some(
      (client) => client.callbackPath === request.path.canonical,
    )
    return isCallback ? { ...nothing, road: 'callback' } : nothing
  }
  if (found.kind !== 'found') return nothing
  const { policy } = found
  const intent = classify(policy, request)
  if (intent.kind === 'public') return { ...nothing, road: intent.kind, rule: intent.rule.name }
  if (intent.kind !== 'protected') return { ...nothing, road: intent.kind }
  const { rule } = intent
  return {
    road: intent.kind,
    rule: rule.name,
    accepts: accepted(policy, rule),
    requires: rule.authorize.map(requirement),
    upstream: upstreamHeaders(rule),
  }
}

const OUR_ROADS: ReadonlySet<string | undefined> = new Set([
  'callback',
  'logout',
  'front_channel_logout',
])

/** What an explanation knows besides what answers the request. */
export interface ExplainMore {
  /** The host that was probably meant by one that is not there. */
  readonly nearest: (host: string) => string | undefined
  readonly notes: readonly string[]
}

/** Explains a request with the very functions that answer it; the ports reach nothing. */
export const explainRequest = async (
  request: Request,
  ports: CheckPorts,
  { nearest, notes }: ExplainMore,
): Promise<Explanation> => {
  const found = ports.policies.find(request)
  const road = roadOf(request, found)
  const isOurs = OUR_ROADS.has(road.road)
  const bare = withoutCredentials(request)
  return {
    request: {
      method: request.method,
      host: request.host,
      path: request.path.raw.replace(/\?.*$/, ''),
      canonicalPath: request.path.canonical,
    },
    host: hostOf(found, nearest(request.host)),
    ...road,
    ...tokenFacts(request),
    ...(isOurs ? {} : { answer: await answerTo(request, ports) }),
    ...(!isOurs && hasCredential(request) && road.road === 'protected'
      ? { withoutCredential: await answerTo(bare, ports) }
      : {}),
    notes: [...notesOn(request), ...notes],
  }
}
