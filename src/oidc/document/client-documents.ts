import type { ClientDocuments, FoundDocument } from '../../core/provider/client-documents.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Clock } from '../../core/time/clock.ts'
import { onceUnderWay } from '../../core/time/once-under-way.ts'
import { createRateLimit } from '../../core/time/rate-limit.ts'
import { withinBudget } from '../../core/time/within-budget.ts'
import { createAuthorities } from '../../outbound/authorities.ts'
import { DEFAULT_DENIED, PRIVATE_NETWORKS } from '../../outbound/networks.ts'
import { type Answer, createOutboundFetch } from '../../outbound/outbound-fetch.ts'
import type { OutboundOptions } from '../../outbound/outbound-options.ts'
import type { Party } from '../../outbound/party.ts'
import { complaintAboutClientId } from './client-id.ts'
import { lifetimeOf } from './lifetime.ts'
import { readDocument } from './read-document.ts'
import { createRemembered } from './remembered.ts'

/** What is remembered of good documents, and as many that are not. */
const MAX_REMEMBERED = 1_000

/** Documents that are fetched at a time, and of those from one host. */
const MAX_UNDER_WAY = 64
const MAX_UNDER_WAY_OF_HOST = 8

/** What the draft advises (section 8.7). */
const MAX_KIB = 5

/** So much is read, so that a document that is only too large is told so. */
const MAX_READ_KIB = 16

const KIB = 1_024

const MS = 1_000
const REQUEST_TIMEOUT_MS = 3_000

/**
 * How often documents that nobody knew are fetched, from a host and from all. Those of all never
 * have every place among those under way, however long each takes: what was known has the others.
 */
const FETCHING = {
  ofOne: { atOnce: 10, everyMs: 2_000 },
  ofAll: { atOnce: 30, everyMs: 200 },
}

/** Of what cannot be fetched an operator hears of each host, and of all, no more often. */
const TELLING = {
  ofOne: { atOnce: 1, everyMs: 600_000 },
  ofAll: { atOnce: 10, everyMs: 60_000 },
}

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json$/

const WORDS = {
  url: 'the URL that a client names itself by',
  timeout: 'as long as documents of clients may take',
  ca: 'outbound.caFile',
}

const partyOf = (requestTimeoutMs: number): Party => ({
  name: 'The metadata document of a client',
  requestTimeoutMs,
  words: WORDS,
  hidesPath: true,
  limits: { callsInFlight: 1, connections: 1, maxResponseBytes: MAX_READ_KIB * KIB },
})

const TOO_MANY = 'Too many metadata documents are fetched at the moment: try again.'

const TOO_MANY_REQUESTS = 429
const SERVER_ERROR = 500

/** Whether an answer tells nothing of the document. */
const isBusy = ({ status }: Answer): boolean =>
  status >= SERVER_ERROR || status === TOO_MANY_REQUESTS

const refused = (problem: string): FoundDocument => ({ kind: 'refused', problem })

const busy = (seconds: number): FoundDocument => ({ kind: 'busy', problem: TOO_MANY, seconds })

const complaintAboutAnswer = ({ status, text, contentType, location }: Answer) => {
  if (location !== undefined) {
    return `answers with a redirect (status ${status}), which is not followed: name the client by the URL that it leads to`
  }
  if (status !== 200) return `answers with status ${status}, where 200 is needed`
  if (!JSON_TYPE.test(contentType ?? '')) {
    const type = contentType ?? 'no Content-Type'
    return `comes as ${type}, where application/json is needed`
  }
  return Buffer.byteLength(text) > MAX_KIB * KIB
    ? `is larger than ${MAX_KIB} KiB, which is the most that is taken`
    : undefined
}

const spent = (): Fault =>
  new Fault('provider_unreachable', 'A document of a client had not come within the budget.')

/**
 * Fetches documents of clients, and remembers them as long as they say, between a minute and a day.
 * Each comes by a connection of its own under the rules of the way out (R25): https, no redirect,
 * size and time bounded, every address checked. As strangers choose the URLs, private networks are
 * denied as well, unless `allowNetworks` has them, and how a fetch failed is told to the operator
 * alone: whoever asks would learn who is there. Equal ones are fetched once at a time, and those
 * that nobody knew not often, so that nobody has us call a host over and over. A good one stands in
 * for an hour where it cannot be fetched anew.
 */
export const createClientDocuments = (deps: {
  readonly outbound: OutboundOptions
  readonly clock: Clock
  /** Hears a sentence about what cannot be fetched. */
  readonly tell: (sentence: string) => void
  readonly requestTimeoutMs?: number
  readonly maxRemembered?: number
}): ClientDocuments => {
  const { clock, tell, requestTimeoutMs = REQUEST_TIMEOUT_MS } = deps
  const { maxRemembered: max = MAX_REMEMBERED } = deps
  const { denyNetworks = DEFAULT_DENIED } = deps.outbound
  const outbound: OutboundOptions = {
    ...deps.outbound,
    allowInsecureIssuers: false,
    denyNetworks: [...denyNetworks, ...PRIVATE_NETWORKS],
  }
  const party = partyOf(requestTimeoutMs)
  const authorities = createAuthorities()
  const remembered = createRemembered(clock, max)
  const underWay = new Map<string, Promise<FoundDocument>>()
  const ofHost = new Map<string, number>()
  const telling = createRateLimit(clock, TELLING)
  const fetching = createRateLimit(clock, FETCHING)

  const unfetched = (clientId: string, host: string, thrown: unknown): FoundDocument => {
    if (!(thrown instanceof Fault)) throw thrown
    if (telling.take(host) === 0) tell(thrown.message)
    return refused(
      `The metadata document at ${clientId} cannot be fetched: it has to be there for everybody, by https with a certificate that is trusted, within ${requestTimeoutMs} ms and ${MAX_KIB} KiB.`,
    )
  }

  const fetched = async (clientId: string, host: string): Promise<FoundDocument> => {
    const fetch = createOutboundFetch(party, outbound, clock, authorities)
    try {
      const answer = await fetch.call({
        method: 'GET',
        url: clientId,
        headers: { accept: 'application/json' },
        takesRedirect: true,
        takesFailure: true,
        isAnonymous: true,
      })
      const complaint = complaintAboutAnswer(answer)
      if (complaint !== undefined) {
        const problem = `The metadata document at ${clientId} ${complaint}.`
        const keep = isBusy(answer) ? remembered.keepUnknown : remembered.keepBad
        return keep(clientId, refused(problem))
      }
      const found = readDocument(clientId, answer.text)
      return found.kind === 'found'
        ? remembered.keepGood(clientId, found, lifetimeOf(answer.cacheControl))
        : remembered.keepBad(clientId, found)
    } catch (thrown) {
      return remembered.keepUnknown(clientId, unfetched(clientId, host, thrown))
    } finally {
      await fetch.destroy()
    }
  }

  const counted = async (clientId: string): Promise<FoundDocument> => {
    const { host } = new URL(clientId)
    const standIn = remembered.standIn(clientId)
    const already = ofHost.get(host) ?? 0
    if (underWay.size >= MAX_UNDER_WAY || already >= MAX_UNDER_WAY_OF_HOST) {
      return standIn ?? busy(Math.ceil(requestTimeoutMs / MS))
    }
    const seconds = standIn === undefined ? fetching.take(host) : 0
    if (seconds > 0) return busy(seconds)
    ofHost.set(host, already + 1)
    try {
      return await fetched(clientId, host)
    } finally {
      const left = (ofHost.get(host) ?? 1) - 1
      if (left === 0) ofHost.delete(host)
      else ofHost.set(host, left)
    }
  }

  return {
    find: async (clientId, budget, take) => {
      const complaint = complaintAboutClientId(clientId)
      if (complaint !== undefined) return refused(complaint)
      const before = remembered.find(clientId)
      if (before !== undefined) return before
      const isNew = !underWay.has(clientId) && remembered.standIn(clientId) === undefined
      const seconds = isNew ? take() : 0
      if (seconds > 0) return busy(seconds)
      try {
        const work = onceUnderWay(underWay, clientId, () => counted(clientId))
        return await withinBudget(work, budget, spent)
      } catch (thrown) {
        if (!(thrown instanceof Fault)) throw thrown
        return (
          remembered.standIn(clientId) ??
          refused(`The metadata document at ${clientId} did not come in time: try again.`)
        )
      }
    },
  }
}
