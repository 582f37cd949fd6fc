import type { CheckPorts } from '../../core/check-ports.ts'
import type { Header, Verdict } from '../../core/decision/decision.ts'
import { DEFAULT_IDENTITY_HEADERS } from '../../core/decision/identity-headers.ts'
import type { Intent } from '../../core/policy/intent.ts'
import { type Part, partOf } from '../../core/policy/part.ts'
import type { AuthenticateMethod, Policy, Provider, Rule } from '../../core/policy/policy.ts'
import type { PolicyLookup } from '../../core/policy-source.ts'
import { reasonEntry } from '../../core/reason/reason.ts'
import type { Request } from '../../core/request/request.ts'
import { type DecisionName, decisionName } from '../../observability/lines/decision-name.ts'
import { readJwt } from '../../oidc/token/jwt.ts'
import { scopesOf } from '../../oidc/token/scopes.ts'
import { classify } from '../../policy/applying/classify.ts'
import { providersOf } from '../../policy/compile/object/object-summary.ts'
import { forwardedHeaders } from '../offline/forwarded.ts'
import type { AskedAs } from '../offline/somebody.ts'
import { verdictOn } from '../offline/verdict-on.ts'
import { printable, shownHeader } from '../terminal/printable.ts'
import { requirementWords, toldWords, words } from './clause-words.ts'

import { type HostFacts, hostOf } from './host-facts.ts'
import { type IdentityFacts, identityFacts } from './identity-facts.ts'

/** What a request would be answered with. */
export interface Answer {
  readonly decision: DecisionName
  readonly status: number
  readonly reason: string
  readonly message: string
  /** What an operator would find in the log. */
  readonly detail?: string
  /** Of a request that is let through. */
  readonly forwarded?: Forwarded
}

/** What a request is changed to on its way to the upstream. */
interface Forwarded {
  /** Headers that are set, each as `name: value`. */
  readonly set: readonly string[]
  /** Names of headers that the request has and the upstream does not get. */
  readonly removed: readonly string[]
  /** The path and query, where they are written anew. */
  readonly path?: string
  /** Headers that are put on the answer of the upstream, each as `name: value`. */
  readonly response: readonly string[]
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
  /** As whom the request was asked, where that was said. */
  readonly identity?: IdentityFacts
  /** The answer to this request; absent for the callback and the sign-out path. */
  readonly answer?: Answer
  /** The answer to the same request without a credential, where it carries one. */
  readonly withoutCredential?: Answer
  readonly notes: readonly string[]
}

const acceptedBy = ({ clients }: Part, method: AuthenticateMethod): string => {
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
  rule.authenticate.map((method) => acceptedBy(partOf(policy, rule), method))

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

const headerLine = ([name, value]: Header): string => `${name}: ${shownHeader(value)}`

const forwardedOf = (request: Request, verdict: Verdict): { readonly forwarded?: Forwarded } => {
  if (verdict.kind !== 'allow') return {}
  const headers = forwardedHeaders(request, verdict)
  return {
    forwarded: {
      set: verdict.setHeaders.map(headerLine),
      removed: request
        .headerNames()
        .filter((name) => !headers.has(name))
        .map(printable),
      ...(verdict.path === undefined ? {} : { path: shownHeader(verdict.path) }),
      response: (verdict.responseHeaders ?? []).map(headerLine),
    },
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
    ...forwardedOf(request, verdict),
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
  /** As whom the request is asked; absent: as whatever its headers say. */
  readonly as?: AskedAs
}

/** Explains a request with the very functions that answer it. */
export const explainRequest = async (
  request: Request,
  ports: CheckPorts,
  { nearest, notes, providersOf: contact, as }: ExplanationOptions,
): Promise<Explanation> => {
  const found = ports.policies.find(request)
  const road = roadOf(request, found)
  const isOurs = OUR_ROADS.has(road.road)
  const bare = withoutCredentials(request)
  const identity =
    as === undefined ? undefined : await identityFacts(request, as, ports, requirementWords)
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
    ...(as === undefined ? tokenFacts(request) : {}),
    ...(identity === undefined ? {} : { identity }),
    ...(isOurs ? {} : { answer: await answerTo(request, ports) }),
    ...(!isOurs && hasCredential(request) && road.road === 'protected'
      ? { withoutCredential: await answerTo(bare, ports) }
      : {}),
    notes: [...(as === undefined ? notesOn(request, contact !== undefined) : []), ...notes],
  }
}
