import type { Clock } from '../../core/time/clock.ts'
import type { ObjectRef } from '../../policy/resource/resource.ts'
import type { ApiCalls } from '../api/api-calls.ts'
import type { ApiFailure } from '../api/api-failure.ts'
import type { DesiredCondition } from '../conditions/desired-status.ts'
import { API_VERSION } from '../source/collections.ts'
import { createFailureLog, type FailureListener } from '../source/failures.ts'
import type { ApiObject } from '../watch/watch-line.ts'
import { createRate, type Rate } from './rate.ts'

/** What is needed to publish Events. */
export interface EventsOptions extends FailureListener {
  readonly calls: ApiCalls
  readonly clock: Clock
  /** This replica, as a person recognizes it: the name of the pod. */
  readonly identity: string
}

/**
 * Tells owners what happened to their objects, as `kubectl describe` shows it. Best effort: nothing
 * waits for it.
 */
export interface Events {
  /** A condition moved, and says this now. */
  readonly publish: (object: ApiObject, ref: ObjectRef, moved: DesiredCondition) => void
  /** Sentences about rights that are missing. */
  readonly missingRights: () => readonly string[]
  readonly close: () => Promise<void>
}

/** An object that flaps has its say, and then a word a minute. */
const PER_OBJECT = { burst: 10, everyMs: 60_000 }
const IN_ALL = { burst: 200, everyMs: 100 }
const MAX_OBJECTS = 10_000
const MAX_IN_FLIGHT = 32
/** The bound of `note` in the API (events.k8s.io/v1). */
const MAX_NOTE_CHARACTERS = 1_024
const FORBIDDEN = 403

const TITLE = 'Events'
const CONTROLLER = 'sallyport.dev/controller'

/** metav1.MicroTime. */
const microTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z')

const noteOf = (message: string): string =>
  message.length <= MAX_NOTE_CHARACTERS ? message : `${message.slice(0, MAX_NOTE_CHARACTERS - 1)}…`

/**
 * As client-go names them: after the object, and when. The count tells those of one millisecond
 * apart.
 */
const nameOf = ({ name }: ObjectRef, nowMs: number, count: number): string =>
  `${name.slice(0, 200)}.${nowMs.toString(16)}${(count % 0x10000).toString(16).padStart(4, '0')}`

const complaintOf = ({ status, message }: ApiFailure): string => {
  const right = '; grant create on events in the API group events.k8s.io'
  return `${TITLE} cannot be written: ${message}${status === FORBIDDEN ? right : ''}.`
}

/** Publishes nothing by itself. */
export const createEvents = (options: EventsOptions): Events => {
  const { calls, clock, identity } = options
  const closing = new AbortController()
  const budgets = new Map<string, Rate>()
  const overall = createRate(clock, IN_ALL)
  const inFlight = new Set<Promise<void>>()
  let forbidden: string | undefined
  let published = 0
  const tell = createFailureLog(options)

  const budgetOf = (uid: string): Rate => {
    const budget = budgets.get(uid) ?? createRate(clock, PER_OBJECT)
    budgets.delete(uid)
    budgets.set(uid, budget)
    const [oldest] = budgets.keys()
    if (budgets.size > MAX_OBJECTS && oldest !== undefined) budgets.delete(oldest)
    return budget
  }

  const eventOf = (
    { metadata }: ApiObject,
    ref: ObjectRef,
    moved: DesiredCondition,
    nowMs: number,
  ) => ({
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: nameOf(ref, nowMs, published), namespace: ref.namespace },
    eventTime: microTime(nowMs),
    reportingController: CONTROLLER,
    reportingInstance: identity,
    regarding: {
      apiVersion: API_VERSION,
      kind: ref.kind,
      namespace: ref.namespace,
      name: ref.name,
      uid: metadata.uid,
      resourceVersion: metadata.resourceVersion,
    },
    type: moved.status === 'True' ? 'Normal' : 'Warning',
    reason: moved.reason,
    action: moved.type,
    note: noteOf(moved.message),
  })

  const send = async (namespace: string, event: object): Promise<void> => {
    const path = `/apis/events.k8s.io/v1/namespaces/${namespace}/events?fieldManager=sallyport`
    const answer = await calls.write({ method: 'POST', path, object: event }, closing.signal)
    if (closing.signal.aborted) return
    if (answer.ok) forbidden = undefined
    else if (answer.failure.status === FORBIDDEN) forbidden = complaintOf(answer.failure)
    const isRefused = !answer.ok && answer.failure.status !== undefined
    tell(new Map(isRefused ? [[TITLE, complaintOf(answer.failure)]] : []))
  }

  return {
    publish: (object, ref, moved) => {
      const uid = object.metadata.uid ?? ''
      const isFull = inFlight.size >= MAX_IN_FLIGHT
      if (closing.signal.aborted || isFull || !budgetOf(uid).take() || !overall.take()) return
      published += 1
      const sent = send(ref.namespace, eventOf(object, ref, moved, clock.nowMs())).finally(() => {
        inFlight.delete(sent)
      })
      inFlight.add(sent)
    },
    missingRights: () => (forbidden === undefined ? [] : [forbidden]),
    close: async () => {
      closing.abort()
      await Promise.all(inFlight)
    },
  }
}
