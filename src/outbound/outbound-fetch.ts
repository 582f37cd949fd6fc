import { isIP } from 'node:net'
import { Fault } from '../core/reason/fault.ts'
import { trimBlanks } from '../core/request/trim-blanks.ts'
import type { Clock } from '../core/time/clock.ts'
import { type TracedCall, traced } from '../core/tracing.ts'
import { createAuthorities } from './authorities.ts'
import { type CallOutcome, createBreaker } from './breaker.ts'
import { addressDenied, isLocalhost } from './checked-lookup.ts'
import { createDispatchers, userAgentOf } from './dispatchers.ts'
import { type FailureKind, isTooLarge, tellFailure } from './failure.ts'
import { addressFilterOf } from './networks.ts'
import type { OutageWatch } from './outage.ts'
import type { OutboundOptions } from './outbound-options.ts'
import { limitsOf, type Party } from './party.ts'
import { hostOf, nameOf } from './url-host.ts'

/** One call. */
export interface OutboundRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Gives the call up; the request timeout of the party applies in any case. */
  readonly signal?: AbortSignal
  /** A redirect is an answer, for who asks in the place of a browser. It is never followed. */
  readonly takesRedirect?: true
  /**
   * A status that tells of a failure there is an answer, for who reads what it says. Whoever sent
   * the request may have provoked one below 500, and an answer that is too long, so that neither
   * says that the party does not work.
   */
  readonly takesFailure?: true
  /** Anybody can cause it, without having signed in: no status asks for a second try of it. */
  readonly isAnonymous?: true
}

/** What came back, whole. */
export interface Answer {
  readonly status: number
  readonly text: string
  /** Lower case, without parameters; absent if there is none. */
  readonly contentType?: string
  /** The first of `WWW-Authenticate`, as it was sent; absent if there is none. */
  readonly challenge?: string
  /** `DPoP-Nonce` (RFC 9449 section 8.1), as it was sent; absent if there is none. */
  readonly nonce?: string
  /** `Cache-Control` (RFC 9111 section 5.2), as it was sent; absent if there is none. */
  readonly cacheControl?: string
  /** Where a redirect leads, as it was sent; only if `takesRedirect` was said. */
  readonly location?: string
}

/** A reading of another machine's clock. */
export interface ClockReading {
  /** What its `Date` header said; whole seconds. */
  readonly theirMs: number
  /** What our clock said when it had come. */
  readonly ourMs: number
}

/** The only way out to one party. */
export interface OutboundFetch {
  /**
   * @throws Fault `provider_unreachable` for anything that another try may mend,
   * `provider_misconfigured` for a forbidden URL or address and for a redirect.
   */
  readonly call: (request: OutboundRequest) => Promise<Answer>
  /** Whether calls are held back at the moment. */
  readonly isHeldBack: () => boolean
  /** The clock of the party at its latest answer that told the time (RFC 9110 section 6.6.1). */
  readonly lastClock: () => ClockReading | undefined
  /** Lets calls in flight finish and takes no more. */
  readonly close: () => Promise<void>
  /** Ends calls in flight as well. */
  readonly destroy: () => Promise<void>
}

const FAILURES_TO_OPEN = 5
const OPEN_MS = 3_000

/** A call that was given up counts against the party only if it had this long to answer. */
const SLOW_MS = 1_000

/** The cause of a fault that another try at once may mend: the request was perhaps not heard. */
export const ANOTHER_TRY = 'another try'

/** Connections that came to nothing, or broke off. */
const BROKEN: ReadonlySet<FailureKind> = new Set(['name', 'connection', 'proxy'])

const HELD_BACK_STATUSES: ReadonlySet<number> = new Set([502, 503, 504])

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

type Sent = string | readonly string[] | undefined

/** The first of a header that came more than once. */
const textOf = (header: Sent): string | undefined =>
  typeof header === 'string' ? header : header?.[0]

const contentTypeOf = (header: string | undefined): Pick<Answer, 'contentType'> => {
  const [sent = ''] = (header ?? '').split(';', 1)
  const type = trimBlanks(sent).toLowerCase()
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? { contentType: type } : {}
}

const TOLD = { challenge: 'www-authenticate', nonce: 'dpop-nonce', cacheControl: 'cache-control' }

const saidBy = (headers: Readonly<Record<string, Sent>>): Omit<Answer, 'status' | 'text'> => {
  const told = Object.entries(TOLD).flatMap(([key, header]) => {
    const value = textOf(headers[header])
    return value === undefined ? [] : [[key, value] as const]
  })
  return { ...contentTypeOf(textOf(headers['content-type'])), ...Object.fromEntries(told) }
}

interface Received {
  readonly answer: Answer
  readonly location: string | undefined
}

const statusOf = ({ answer }: Received): number => answer.status

/** What an answer is made of, for messages about its status. */
export const withType = ({ contentType }: Answer): string =>
  contentType === undefined ? '' : ` (${contentType})`

/** Where a redirect leads, as messages may name it. */
const targetOf = (location: string | undefined, from: URL): string => {
  const target = location === undefined ? null : URL.parse(location, from.href)
  return target === null ? 'nowhere' : `to ${nameOf(target)}`
}

/**
 * A party's own way out (R25, R26): its own connections, private CA, breaker and limit of calls
 * in flight, so that one that is slow slows nobody else. https only, no redirect followed, every
 * connected address checked, size and time bounded. Nothing is retried here.
 * @throws RangeError for a network that is none.
 */
export const createOutboundFetch = (
  party: Party,
  outbound: OutboundOptions,
  clock: Clock,
  authorities = createAuthorities(),
  watch?: OutageWatch,
): OutboundFetch => {
  const isPermitted = addressFilterOf(outbound)
  const { callsInFlight } = limitsOf(party)
  const dispatchers = createDispatchers(party, outbound, isPermitted, authorities)
  const userAgent = userAgentOf(outbound)
  const breaker = createBreaker({ clock, threshold: FAILURES_TO_OPEN, openMs: OPEN_MS })
  let inFlight = 0
  let lastClock: ClockReading | undefined

  const readClock = (date: string | undefined): void => {
    const theirMs = Date.parse(date ?? '')
    if (!Number.isNaN(theirMs)) lastClock = { theirMs, ourMs: clock.nowMs() }
  }

  const unreachable = (url: URL, why: string, cause?: typeof ANOTHER_TRY): Fault =>
    new Fault('provider_unreachable', `${party.name}: ${nameOf(url)} ${why}.`, { cause })

  const checkLiteral = (url: URL): void => {
    const host = hostOf(url)
    if (isIP(host) !== 0 && !isPermitted(host)) throw addressDenied(host)
  }

  /** Through a proxy a name is resolved elsewhere; what it says by itself is all that is known. */
  const checkName = (url: URL): void => {
    checkLiteral(url)
    const proxy = dispatchers.proxyOf(url)
    if (proxy === undefined) return
    if (!proxy.isTrusted) checkLiteral(new URL(proxy.url))
    if (isLocalhost(url.hostname) && !isPermitted('127.0.0.1')) throw addressDenied(url.hostname)
  }

  const send = async (url: URL, request: OutboundRequest, trace: TracedCall['headers']) => {
    const deadline = AbortSignal.timeout(party.requestTimeoutMs)
    const signals = request.signal === undefined ? [deadline] : [deadline, request.signal]
    const dispatcher = await dispatchers.of(url)
    const { statusCode, headers, body } = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: { ...request.headers, ...trace, 'user-agent': userAgent },
      body: request.body ?? null,
      signal: AbortSignal.any(signals),
    })
    readClock(textOf(headers.date))
    const answer = { status: statusCode, text: await body.text(), ...saidBy(headers) }
    return { answer, location: textOf(headers.location) }
  }

  const judge = (
    url: URL,
    { answer, location }: Received,
    { takesRedirect, takesFailure, isAnonymous }: OutboundRequest,
    leave: (outcome: CallOutcome) => void,
  ): Answer => {
    const { status } = answer
    leave(HELD_BACK_STATUSES.has(status) ? 'unreached' : 'reached')
    const isRedirect = status >= 300 && status < 400
    if (isRedirect && takesRedirect === true && location !== undefined) {
      return { ...answer, location }
    }
    if (isRedirect) {
      const what = `answered with a redirect ${targetOf(location, url)}, which is not followed: configure the final URL`
      throw new Fault('provider_misconfigured', `${party.name}: ${nameOf(url)} ${what}.`)
    }
    watch?.well(url.origin)
    if (status >= 500 || status === 408 || status === 429) {
      const mayPass = HELD_BACK_STATUSES.has(status) && isAnonymous !== true
      const cause = mayPass ? ANOTHER_TRY : undefined
      const fault = unreachable(url, `answered with status ${status}${withType(answer)}`, cause)
      if (status >= 500 || takesFailure !== true) watch?.failed(nameOf(url), fault.message)
      if (takesFailure === true) return answer
      throw fault
    }
    watch?.well(nameOf(url))
    return answer
  }

  const failure = (thrown: unknown, url: URL, request: OutboundRequest, sinceMs: number): Fault => {
    if (thrown instanceof Fault) return thrown
    if (request.signal?.aborted === true) {
      return unreachable(url, `had not answered after ${clock.nowMs() - sinceMs} ms`)
    }
    const proxy = dispatchers.proxyOf(url)
    const { kind, sentence } = tellFailure(thrown, {
      host: hostOf(url),
      timeoutMs: party.requestTimeoutMs,
      ...(proxy === undefined ? {} : { proxy }),
      ...(party.words === undefined ? {} : { words: party.words }),
      ...(party.limits === undefined ? {} : { limits: party.limits }),
      ...(party.own === undefined ? {} : { own: party.own }),
    })
    return unreachable(url, sentence, BROKEN.has(kind) ? ANOTHER_TRY : undefined)
  }

  const outcomeOf = (thrown: unknown, request: OutboundRequest, sinceMs: number): CallOutcome => {
    if (thrown instanceof Fault) return 'unknown'
    if (isTooLarge(thrown)) return 'reached'
    const isGivenUp = request.signal?.aborted === true && clock.nowMs() - sinceMs < SLOW_MS
    return isGivenUp ? 'unknown' : 'unreached'
  }

  const attempt = async (
    url: URL,
    request: OutboundRequest,
    leave: (outcome: CallOutcome) => void,
  ): Promise<Answer> => {
    const sinceMs = clock.nowMs()
    let received: Received
    try {
      const call = { kind: 'http', method: request.method, url, party } as const
      received = await traced(outbound.tracing, call, (by) => send(url, request, by), statusOf)
    } catch (thrown) {
      const outcome = outcomeOf(thrown, request, sinceMs)
      leave(outcome)
      const fault = failure(thrown, url, request, sinceMs)
      if (outcome === 'unreached') watch?.failed(url.origin, fault.message)
      if (outcome === 'reached' && request.takesFailure !== true) {
        watch?.failed(nameOf(url), fault.message)
      }
      throw fault
    }
    return judge(url, received, request, leave)
  }

  const call = async (request: OutboundRequest): Promise<Answer> => {
    const url = checkUrl(request.url, outbound)
    checkName(url)
    if (inFlight >= callsInFlight) throw unreachable(url, 'has too many calls in flight')
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
    lastClock: () => lastClock,
    close: dispatchers.close,
    destroy: dispatchers.destroy,
  }
}
