import { ruleForResource } from '../check/resource/audience.ts'
import type { CheckPorts } from '../core/check-ports.ts'
import type { Intent } from '../core/policy/intent.ts'
import { partOf } from '../core/policy/part.ts'
import type { Rule } from '../core/policy/policy.ts'
import type { PolicyLookup } from '../core/policy-source.ts'
import type { Provider } from '../core/registration/provider.ts'
import type { Request } from '../core/request/request.ts'
import { classify } from '../policy/applying/classify.ts'
import { providersOf } from '../policy/compile/object/object-summary.ts'
import { type Answer, answerTo } from './answer.ts'
import { credentialsOf, type TokenFacts, tokenFacts } from './credentials.ts'
import { type HostFacts, hostOf } from './host-facts.ts'
import { type IdentityFacts, identityFacts } from './identity-facts.ts'
import type { AskedAs } from './offline/somebody.ts'
import { type RuleChoice, ruleChoice } from './rule-choice.ts'
import { requirementWords } from './words/clause-words.ts'
import { decisionPointWords } from './words/decision-point-words.ts'
import { deviceNotes, sharingWords } from './words/sharing-words.ts'
import { foreignHeaderNotes, metadataWords, upstreamWords } from './words/upstream-words.ts'
import { acceptedWords } from './words/way-words.ts'

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
  /** How the rule was chosen. */
  readonly choice?: RuleChoice
  /** Accepted credentials in the order in which they are tried. */
  readonly accepts: readonly string[]
  /** Which pages of other origins may read the answers. */
  readonly sharing: readonly string[]
  /** What an identity must fulfil besides. */
  readonly requires: readonly string[]
  /** Who is asked last, of whom all of that holds. */
  readonly asks: readonly string[]
  /** Headers that the upstream gets from an identity. */
  readonly upstream: readonly string[]
  /** What filters and logs of Envoy are told of an identity. */
  readonly metadata: readonly string[]
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

const noteOnToken = (
  authorization: string | undefined,
  token: string | undefined,
  isLive: boolean,
): readonly string[] => {
  if (token === undefined && /^basic(?: |$)/i.test(authorization ?? '')) {
    return ['A name and a secret are shown to nobody here: they count as refused.']
  }
  return (token ?? authorization) === undefined || isLive
    ? []
    : ['The token is read, not verified: its signature is taken for good here.']
}

const notesOn = (
  request: Request,
  token: string | undefined,
  isLive: boolean,
): readonly string[] => [
  ...noteOnToken(request.header('authorization'), token, isLive),
  ...(request.header('cookie') === undefined
    ? []
    : ['Sessions cannot be opened offline: a session cookie is taken for an unknown one.']),
]

const roadOf = (
  request: Request,
  found: PolicyLookup,
  isLive: boolean,
): Pick<
  Explanation,
  'road' | 'rule' | 'choice' | 'accepts' | 'requires' | 'asks' | 'upstream' | 'metadata' | 'sharing'
> => {
  const nothing = { accepts: [], requires: [], asks: [], upstream: [], metadata: [], sharing: [] }
  if (found.kind === 'callbacks') {
    const isCallback = found.clients.some(
      (client) => client.callbackPath === request.path.canonical,
    )
    return isCallback ? { ...nothing, road: 'callback' } : nothing
  }
  if (found.kind !== 'found') return nothing
  const { policy } = found
  const intent = classify(policy, request)
  if (intent.kind !== 'public' && intent.kind !== 'protected') {
    return { ...nothing, road: intent.kind }
  }
  const { rule } = intent
  const choice = ruleChoice(policy, rule, request)
  const requires = rule.authorize.map(requirementWords)
  if (rule.public) {
    const sharing = sharingWords(rule)
    return { ...nothing, requires, road: intent.kind, rule: rule.name, choice, sharing }
  }
  return {
    road: intent.kind,
    rule: rule.name,
    choice,
    accepts: acceptedWords(policy, ruleForResource(rule, policy, request)),
    requires,
    asks: decisionPointWords(rule, isLive),
    upstream: upstreamWords(rule.upstream, rule.exchange),
    metadata: metadataWords(rule),
    sharing: sharingWords(rule),
  }
}

const ruleOf = (request: Request, found: PolicyLookup): Rule | undefined => {
  const intent = found.kind === 'found' ? classify(found.policy, request) : undefined
  return intent?.kind === 'protected' ? intent.rule : undefined
}

/** What becomes of headers of the request that the rule of its road does not let pass. */
const headerNotes = (request: Request, found: PolicyLookup): readonly string[] => {
  const intent = found.kind === 'found' ? classify(found.policy, request) : undefined
  return intent?.kind === 'protected' || intent?.kind === 'public'
    ? foreignHeaderNotes(request.headerNames(), intent.rule.upstream)
    : []
}

const noteOnDevices = (request: Request, found: PolicyLookup): readonly string[] => {
  const rule = ruleOf(request, found)
  const takesSessions = rule?.authenticate.some(({ kind }) => kind === 'session')
  return found.kind === 'found' && rule !== undefined && takesSessions === true
    ? deviceNotes(partOf(found.policy, rule).clients)
    : []
}

const OUR_ROADS: ReadonlySet<string | undefined> = new Set([
  'callback',
  'logout',
  'front_channel_logout',
  'resource_metadata',
  'authorization_server',
  'session_info',
  'login_link',
  'device_bind',
  'device_refresh',
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
  const road = roadOf(request, found, contact !== undefined)
  const isOurs = OUR_ROADS.has(road.road)
  const { token, isThere, bare } = credentialsOf(request, ruleOf(request, found))
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
    ...(as === undefined ? tokenFacts(token) : {}),
    ...(identity === undefined ? {} : { identity }),
    ...(isOurs ? {} : { answer: await answerTo(request, ports) }),
    ...(!isOurs && isThere && road.road === 'protected'
      ? { withoutCredential: await answerTo(bare, ports) }
      : {}),
    notes: [
      ...(as === undefined ? notesOn(request, token, contact !== undefined) : []),
      ...headerNotes(request, found),
      ...noteOnDevices(request, found),
      ...notes,
    ],
  }
}
