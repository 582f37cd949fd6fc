import type { Ruling } from '../core/decision-points.ts'
import type { DecisionPoint } from '../core/policy/decision-point.ts'
import { Fault } from '../core/reason/fault.ts'
import type { Clock } from '../core/time/clock.ts'
import type { Authorities } from '../outbound/authorities.ts'
import { notJson, parseJsonObject } from '../outbound/json.ts'
import type { OutageWatch } from '../outbound/outage.ts'
import {
  ANOTHER_TRY,
  type Answer,
  createOutboundFetch,
  type OutboundFetch,
  withType,
} from '../outbound/outbound-fetch.ts'
import type { OutboundOptions } from '../outbound/outbound-options.ts'
import type { Party } from '../outbound/party.ts'
import { complaintIn, readAnswer } from './answers.ts'

/** The way to one decision point. */
export interface Asking extends Pick<OutboundFetch, 'close' | 'destroy'> {
  /** @throws Fault `decision_point_unavailable` */
  readonly ask: (facts: string) => Promise<Ruling>
}

/** What all ways have in common. */
export interface AskingDeps {
  readonly outbound: OutboundOptions
  readonly clock: Clock
  readonly authorities: Authorities
}

const LIMITS = { callsInFlight: 256, connections: 64, maxResponseBytes: 64 * 1024 }

const partyOf = ({ route, protocol, requestTimeoutMs, caPem }: DecisionPoint): Party => ({
  name: route,
  requestTimeoutMs,
  words: {
    url: `external.${protocol}.url`,
    timeout: 'external.timeout',
    ca: 'external.tls.caRef',
  },
  limits: LIMITS,
  joinsTraces: true,
  ...(caPem === undefined ? {} : { caPem }),
})

/** A builtin of OPA that fails would leave a rule undefined, which is a denial and says nothing. */
const urlOf = ({ protocol, url }: DecisionPoint): string =>
  protocol === 'opa' ? `${url}?strict-builtin-errors=true` : url

const headersOf = ({ credential }: DecisionPoint): Readonly<Record<string, string>> => ({
  accept: 'application/json',
  'content-type': 'application/json',
  ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
})

const unavailable = ({ route, url }: DecisionPoint, why: string): Fault =>
  new Fault('decision_point_unavailable', `${route}: ${url} ${why}.`)

const rulingOf = (point: DecisionPoint, answer: Answer): Ruling => {
  const object = parseJsonObject(answer.text)
  if (answer.status !== 200) {
    const status = `answered with status ${answer.status}${withType(answer)}`
    throw unavailable(point, `${status}${complaintIn(object)}`)
  }
  if (object === undefined) throw unavailable(point, notJson(answer))
  const ruling = readAnswer(point.protocol, object)
  if (ruling !== undefined) return ruling
  const wanted = point.protocol === 'authzen' ? 'decision' : 'result'
  throw unavailable(point, `answered without a boolean \`${wanted}\``)
}

/**
 * An evaluation changes nothing there, so that one which was perhaps not heard is asked for once
 * more: a connection that was kept may be gone.
 */
const onceMore = async <T>(call: () => Promise<T>): Promise<T> => {
  try {
    return await call()
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.cause === ANOTHER_TRY) return call()
    throw thrown
  }
}

/**
 * The way to one decision point, over connections of its own: https, no redirect followed, every
 * address held to the rules of networks, time and size bounded, held back after failures (R25,
 * R26).
 */
export const createAsking = (
  point: DecisionPoint,
  deps: AskingDeps,
  watch: OutageWatch,
): Asking => {
  const { outbound, clock, authorities } = deps
  const fetch = createOutboundFetch(partyOf(point), outbound, clock, authorities, watch)
  const url = urlOf(point)
  const headers = headersOf(point)

  const call = (facts: string): Promise<Answer> =>
    fetch.call({ method: 'POST', url, headers, body: facts, takesFailure: true })

  const ask = async (facts: string): Promise<Ruling> => {
    try {
      return rulingOf(point, await onceMore(() => call(facts)))
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown
      throw new Fault('decision_point_unavailable', thrown.message, { cause: thrown })
    }
  }

  return { ask, close: fetch.close, destroy: fetch.destroy }
}
