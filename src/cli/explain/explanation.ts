import { createCheck } from '../../check/check.ts'
import type { CheckPorts } from '../../core/check-ports.ts'
import type { Verdict } from '../../core/decision/decision.ts'
import { denyFault } from '../../core/decision/deny.ts'
import { DEFAULT_IDENTITY_HEADERS } from '../../core/decision/identity-headers.ts'
import type { Intent } from '../../core/policy/intent.ts'
import type { AuthenticateMethod, Policy, Provider, Rule } from '../../core/policy/policy.ts'
import type { PolicyLookup } from '../../core/policy-source.ts'
import { asFault } from '../../core/reason/fault.ts'
import { reasonEntry } from '../../core/reason/reason.ts'
import type { Request } from '../../core/request/request.ts'
import { type DecisionName, decisionName } from '../../observability/lines/decision-name.ts'
import { readJwt } from '../../oidc/token/jwt.ts'
import { scopesOf } from '../../oidc/token/scopes.ts'
import { classify } from '../../policy/applying/classify.ts'
import { providersOf } from '../../policy/compile/object/object-summary.ts'
import { requirementWords, toldWords, words } from './clause-words.ts'
import { type HostFacts, hostOf } from './host-facts.ts'

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

/** What was found when a provider was contacted. */
export interface ProviderFacts {
  readonly name: string
  readonly issuer: string
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
}

/** Contacts providers. */
export type ProvidersOf = (providers: readonly Provider[]) => Promise<readonly ProviderFacts[]>

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
  readonly host: HostFacts
  readonly road?: Intent['kind']
  readonly rule?: string
  /** Accepted credentials in the order in which they are tried. */
  readonly accepts: readonly string[]
  /** What an identity must fulfil besides. */
  readonly requires: readonly string[]
  /** Headers that the upstream gets from an identity. */
  readonly upstream: readonly string[]
  /** The providers that the policy asks, contacted; absent: nobody was. */
  readonly providers?: readonly ProviderFacts[]
  /** The token in the request. */
  readonly token?: TokenFacts
  /** The answer to this request; absent for the callback and the sign-out path. */
  readonly answer?: Answer
  /** The answer to the same request without a credential, where it carries one. */
  readonly withoutCredential?: Answer
  readonly notes: readonly string[]
}

const acceptedBy = ({ clients }: Policy, method: AuthenticateMethod): string => {
  switch (method.kind) {
    case 'session':
      return `a session of ${clients.map(({ name }) => `OIDCClient ${name}`).join(' or ')}`
    case 'bearer':
      return `a bearer token of ${method.provider.issuer} for ${words(method.audiences)}`
    case 'anonymous':
      return 'anybody else, without an identity'
  }
}

const accepted = (policy: Policy, rule: Rule): readonly string[] =>
  rule.authenticate.map((method) => acceptedBy(policy, method))

const upstreamHeaders = (rule: Rule): readonly string[] => [
  ...DEFAULT_IDENTITY_HEADERS,
  ...rule.upstream.headers.map(({ name, told }) => `${name} (${toldWords(told)})`),
  rule.upstream.accessToken === 'Forward'
    ? 'authorization (the access token)'
    : 'no authorization header',
]

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

/** A fault is a verdict too, as it is where checks are answered. */
const verdictOn = async (request: Request, ports: CheckPorts): Promise<Verdict> => {
  try {
    return await createCheck(ports)(request, ports.newBudget(0))
  } catch (thrown) {
    return denyFault(asFault(thrown))
  }
}

const answerTo = async (request: Request, ports: CheckPorts): Promise<Answer> => {
  const verdict = await verdictOn(request, ports)
  return {
    decision: decisionName(verdict),
    status: verdict.kind === 'allow' ? 200 : verdict.status,
    reason: verdict.reason,
    message: reasonEntry(verdict.reason).message,
    ...(verdict.kind === 'deny' && verdict.detail !== undefined ? { detail: verdict.detail } : {}),
  }
}

const notesOn = (request: Request, isLive: boolean): readonly string[] => [
  ...(request.header('authorization') === undefined || isLive
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
    requires: rule.authorize.map(requirementWords),
    upstream: upstreamHeaders(rule),
  }
}

const OUR_ROADS: ReadonlySet<string | undefined> = new Set([
  'callback',
  'logout',
  'front_channel_logout',
])

const providersIn = (found: PolicyLookup): readonly Provider[] => {
  if (found.kind === 'callbacks') return [...new Set(found.clients.map((one) => one.provider))]
  return found.kind === 'found' ? providersOf(found.policy) : []
}

/** What an explanation says besides, and how it contacts providers; absent: it does not. */
export interface ExplanationOptions {
  /** The host that was probably meant by one that is not there. */
  readonly nearest: (host: string) => string | undefined
  readonly notes: readonly string[]
  readonly providersOf?: ProvidersOf
}

/** Explains a request with the very functions that answer it. */
export const explainRequest = async (
  request: Request,
  ports: CheckPorts,
  { nearest, notes, providersOf: contact }: ExplanationOptions,
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
    host: hostOf(found, request, nearest(request.host)),
    ...road,
    ...(contact === undefined ? {} : { providers: await contact(providersIn(found)) }),
    ...tokenFacts(request),
    ...(isOurs ? {} : { answer: await answerTo(request, ports) }),
    ...(!isOurs && hasCredential(request) && road.road === 'protected'
      ? { withoutCredential: await answerTo(bare, ports) }
      : {}),
    notes: [...notesOn(request, contact !== undefined), ...notes],
  }
}
