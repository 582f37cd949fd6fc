import {
  overwrittenSharing,
  preflightHeaders,
  preflightOf,
  REFUSED_PREFLIGHT,
  sharingHeaders,
} from '../../core/decision/cors.ts'
import type { Deny, Verdict } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { Cors } from '../../core/policy/applications.ts'
import type { Policy, Rule } from '../../core/policy/policy.ts'
import type { AuthorizationServerEndpoint } from '../../core/registration/authorization-server.ts'
import type { Request } from '../../core/request/request.ts'
import { type Awaitable, andThen } from '../../core/time/awaitable.ts'
import { classify } from '../../policy/applying/classify.ts'
import { placed } from './placed.ts'

const told = (request: Request, cors: Cors, verdict: Verdict): Verdict => {
  if (verdict.kind === 'deny') {
    return { ...verdict, headers: [...verdict.headers, ...sharingHeaders(cors, request)] }
  }
  const { responseHeaders = [] } = verdict
  return { ...verdict, responseHeaders: [...responseHeaders, ...overwrittenSharing(cors, request)] }
}

/** What clients send in scripts when they discover, whatever page they run in. */
export const METADATA_CORS: Cors = {
  anyOrigin: true,
  origins: new Set(),
  domains: [],
  headers: ['accept', 'authorization', 'content-type', 'mcp-protocol-version'],
  exposed: ['x-sallyport-reason'],
  credentials: false,
  maxAgeSeconds: 600,
}

const SHARED_ENDPOINTS: ReadonlySet<AuthorizationServerEndpoint> = new Set([
  'metadata',
  'openid',
  'register',
  'token',
])

/** Whether clients ask there in scripts; the others are for a browser to show. */
export const isSharedEndpoint = (endpoint: AuthorizationServerEndpoint): boolean =>
  SHARED_ENDPOINTS.has(endpoint)

/** An answer under a rule, which pages of other origins may read where the rule says so. */
export const readable = (
  request: Request,
  { cors }: Pick<Rule, 'cors'>,
  verdict: Verdict,
): Verdict => (cors === undefined ? verdict : told(request, cors, verdict))

/** The same for an answer that has to be worked for; a fault in it says where it came up. */
export const underRule = (
  request: Request,
  policy: Policy,
  rule: Rule,
  work: () => Awaitable<Verdict>,
): Awaitable<Verdict> => {
  const verdict = placed(policy, rule, work)
  if (rule.cors === undefined) return verdict
  return andThen(verdict, (known) => readable(request, rule, known))
}

/** Who lets pages of other origins read the answer to a request, and by what. */
interface Sharing {
  readonly rule?: string
  readonly cors: Cors | undefined
}

const sharedBy = (policy: Policy, request: Request): Sharing | undefined => {
  const intent = classify(policy, request)
  switch (intent.kind) {
    case 'public':
    case 'protected':
    case 'session_info':
      return { rule: intent.rule.name, cors: intent.rule.cors }
    case 'resource_metadata':
      return { cors: METADATA_CORS }
    case 'authorization_server':
      return isSharedEndpoint(intent.endpoint) ? { cors: METADATA_CORS } : undefined
    case 'callback':
    case 'logout':
    case 'front_channel_logout':
    case 'login_link':
    case 'device_bind':
    case 'device_refresh':
    case 'ambiguous':
      return undefined
  }
}

/**
 * The answer to a preflight (Fetch Standard), by the rule that its request will fall under and
 * before anybody is asked who sends it: a browser sends no credential along. `undefined` for any
 * other request, and where that rule shares nothing: then it is a request like any other (R7).
 */
export const preflight = (request: Request, policy: Policy): Deny | undefined => {
  const asked = preflightOf(request)
  if (asked === undefined) return undefined
  const shared = sharedBy(policy, { ...request, method: asked.method })
  if (shared?.cors === undefined) return undefined
  const { rule, cors } = shared
  const about = { policy: policy.name, ...(rule === undefined ? {} : { rule }) }
  const headers = preflightHeaders(cors, asked)
  return headers === undefined
    ? deny('cors_origin_refused', { headers: REFUSED_PREFLIGHT, content: 'problem', about })
    : deny('cors_preflight', { headers, content: 'none', about })
}

/** A denial of what failed, which a page of another origin may read as any other answer. */
export const readableFault = (request: Request, policy: Policy, denial: Deny): Deny => {
  const cors = sharedBy(policy, request)?.cors
  if (cors === undefined) return denial
  return { ...denial, headers: [...denial.headers, ...sharingHeaders(cors, request)] }
}
