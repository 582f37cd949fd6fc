import { isIP } from 'node:net'
import { getCACertificates } from 'node:tls'
import { Agent } from 'undici'
import type { Provider } from '../../core/policy/policy.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Clock } from '../../core/time/clock.ts'
import { type CallOutcome, createBreaker } from './breaker.ts'
import { addressDenied, createCheckedLookup } from './checked-lookup.ts'
import { createAddressFilter, DEFAULT_DENIED, type DeniedNetwork } from './networks.ts'

/** The process's rules for calls to providers; an absent one has its safe default. */
export interface OutboundOptions {
  /** Permits http issuers and endpoints, for local trials. */
  readonly allowInsecureIssuers?: boolean
  /** Default: loopback, link-local and metadata. */
  readonly denyNetworks?: readonly DeniedNetwork[]
  /** Exceptions in CIDR notation; they win. */
  readonly allowNetworks?: readonly string[]
  /** PEM certificates that are trusted for every provider besides those of Node.js. */
  readonly caPem?: string
}

/** One call to a provider. */
export interface OutboundRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Gives the call up; the provider's own request timeout applies in any case. */
  readonly signal?: AbortSignal
}

/** What came back, whole. */
export interface Answer {
  readonly status: number
  readonly text: string
}

/** The only way out to one provider. */
export interface ProviderFetch {
  /**
   * @throws Fault `provider_unreachable` for anything that another try may mend,
   * `provider_misconfigured` for a forbidden URL or address and for a redirect.
   */
  readonly call: (request: OutboundRequest) => Promise<Answer>
  /** Whether calls are held back at the moment. */
  readonly isHeldBack: () => boolean
  /** Lets calls in flight finish and takes no more. */
  readonly close: () => Promise<void>
  /** Ends calls in flight as well. */
  readonly destroy: () => Promise<void>
}

const MAX_RESPONSE_BYTES = 512 * 1024
const MAX_CONNECTIONS = 16
const MAX_IN_FLIGHT = 64
const FAILURES_TO_OPEN = 5
const OPEN_MS = 3_000

/** A call that was given up counts against the provider only if it had this long to answer. */
const SLOW_MS = 1_000

/** The cause of a fault that another try at once may mend: the request was perhaps not heard. */
export const ANOTHER_TRY = 'another try'

/** Connections that came to nothing, or broke off. */
const BROKEN: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
])

const HELD_BACK_STATUSES: ReadonlySet<number> = new Set([502, 503, 504])

/** A URL as messages may name it: without userinfo and query. */
export const nameOf = (url: URL): string => `${url.origin}${url.pathname}`

const codeOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return 'unknown error'
  const code = 'code' in thrown ? String(thrown.code) : ''
  return /^[A-Z][A-Z0-9_]+$/.test(code) ? code : thrown.name
}

const checkUrl = (text: string, outbound: OutboundOptions): URL => {
  const url = URL.parse(text)
  const isSafe =
    url?.protocol === 'https:' ||
    (url?.protocol === 'http:' && outbound.allowInsecureIssuers === true)
  if (url === null || !isSafe || url.username !== '' || url.password !== '') {
    const name = url === null ? 'An endpoint' : nameOf(url)
    throw new Fault('provider_misconfigured', `${name} is not an https URL without userinfo.`)
  }
  return url
}

const createAgent = (
  provider: Provider,
  outbound: OutboundOptions,
  isPermitted: (a: string) => boolean,
): Agent => {
  const extra = [provider.caPem, outbound.caPem].filter((pem) => pem !== undefined)
  const ca = extra.length === 0 ? {} : { ca: [...getCACertificates('default'), ...extra] }
  const timeoutMs = provider.requestTimeoutMs
  return new Agent({
    connections: MAX_CONNECTIONS,
    allowH2: false,
    connect: { lookup: createCheckedLookup(isPermitted), timeout: timeoutMs, ...ca },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: MAX_RESPONSE_BYTES,
  })
}

/**
 * A provider's own way out (R25, R26): its own connections, private CA, breaker and limit of calls
 * in flight, so that one slow provider slows nobody else. https only, no redirect followed, every
 * connected address checked, size and time bounded. Nothing is retried here.
 * @throws RangeError for a network that is none.
 */
export const createProviderFetch = (
  provider: Provider,
  outbound: OutboundOptions,
  clock: Clock,
): ProviderFetch => {
  const isPermitted = createAddressFilter(
    outbound.denyNetworks ?? DEFAULT_DENIED,
    outbound.allowNetworks ?? [],
  )
  const agent = createAgent(provider, outbound, isPermitted)
  const breaker = createBreaker({ clock, threshold: FAILURES_TO_OPEN, openMs: OPEN_MS })
  let inFlight = 0

  const unreachable = (url: URL, why: string, cause?: typeof ANOTHER_TRY): Fault =>
    new Fault('provider_unreachable', `${provider.name}: ${nameOf(url)} ${why}.`, { cause })

  const checkLiteral = (url: URL): void => {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    if (isIP(host) !== 0 && !isPermitted(host)) throw addressDenied(host)
  }

  const send = async (url: URL, request: OutboundRequest): Promise<Answer> => {
    const deadline = AbortSignal.timeout(provider.requestTimeoutMs)
    const signals = request.signal === undefined ? [deadline] : [deadline, request.signal]
    const { statusCode, body } = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: { ...request.headers },
      body: request.body ?? null,
      signal: AbortSignal.any(signals),
    })
    return { status: statusCode, text: await body.text() }
  }

  const judge = (url: URL, answer: Answer, leave: (outcome: CallOutcome) => void): Answer => {
    leave(HELD_BACK_STATUSES.has(answer.status) ? 'unreached' : 'reached')
    if (answer.status >= 300 && answer.status < 400) {
      throw new Fault(
        'provider_misconfigured',
        `${provider.name}: ${nameOf(url)} answered with a redirect; configure the final URL.`,
      )
    }
    if (answer.status >= 500 || answer.status === 408 || answer.status === 429) {
      const cause = HELD_BACK_STATUSES.has(answer.status) ? ANOTHER_TRY : undefined
      throw unreachable(url, `answered with status ${answer.status}`, cause)
    }
    return answer
  }

  const failure = (thrown: unknown, url: URL, request: OutboundRequest, sinceMs: number): Fault => {
    if (thrown instanceof Fault) return thrown
    if (request.signal?.aborted !== true) {
      const code = codeOf(thrown)
      return unreachable(url, `failed: ${code}`, BROKEN.has(code) ? ANOTHER_TRY : undefined)
    }
    return unreachable(url, `had not answered after ${clock.nowMs() - sinceMs} ms`)
  }

  const outcomeOf = (thrown: unknown, request: OutboundRequest, sinceMs: number): CallOutcome => {
    if (thrown instanceof Fault) return 'unknown'
    const isGivenUp = request.signal?.aborted === true && clock.nowMs() - sinceMs < SLOW_MS
    return isGivenUp ? 'unknown' : 'unreached'
  }

  const attempt = async (
    url: URL,
    request: OutboundRequest,
    leave: (outcome: CallOutcome) => void,
  ): Promise<Answer> => {
    const sinceMs = clock.nowMs()
    let answer: Answer
    try {
      answer = await send(url, request)
    } catch (thrown) {
      leave(outcomeOf(thrown, request, sinceMs))
      throw failure(thrown, url, request, sinceMs)
    }
    return judge(url, answer, leave)
  }

  const call = async (request: OutboundRequest): Promise<Answer> => {
    const url = checkUrl(request.url, outbound)
    checkLiteral(url)
    if (inFlight >= MAX_IN_FLIGHT) throw unreachable(url, 'has too many calls in flight')
    const leave = breaker.enter()
    if (leave === undefined) throw unreachable(url, 'is held back after failures')
    inFlight += 1
    try {
      return await attempt(url, request, leave)
    } finally {
      inFlight -= 1
    }
  }

  return {
    call,
    isHeldBack: breaker.isOpen,
    close: () => agent.close(),
    destroy: () => agent.destroy(),
  }
}
