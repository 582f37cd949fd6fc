import type { Clock } from '../../core/time/clock.ts'
import { oneAtATime } from '../../core/time/one-at-a-time.ts'
import type { Random } from '../../core/time/random.ts'
import { eachInSteps, inSteps, type Pace, type Steps, stopWhen } from '../../core/time/steps.ts'
import { type ObjectRef, objectKey } from '../../policy/resource/resource.ts'
import type { ApiCalls } from '../api/api-calls.ts'
import type { ApiFailure } from '../api/api-failure.ts'
import { backoffMs } from '../backoff.ts'
import type { DesiredCondition, DesiredStatus } from '../conditions/desired-status.ts'
import { API_VERSION, isCustomKind, PLURALS } from '../source/collections.ts'
import { createFailureLog, type FailureListener } from '../source/failures.ts'
import type { Timers } from '../timers.ts'
import type { ApiObject } from '../watch/watch-line.ts'
import { createAlarm } from './alarm.ts'
import { createRate } from './rate.ts'
import { type LastChecks, nextStatus, type WrittenStatus } from './status-document.ts'
import { createStatusMemo } from './status-memo.ts'
import { transitionsOf } from './transitions.ts'
import { createTurns } from './turns.ts'

/** What the writer needs. */
export interface StatusWriterOptions extends FailureListener {
  readonly pace: Pace
  readonly calls: ApiCalls
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  /** An object as the watch last told it. */
  readonly objectOf: (ref: ObjectRef) => ApiObject | undefined
  /** Whether this replica writes more than when hosts were last checked. */
  readonly isLeader: () => boolean
  /** When the hosts of a route were last asked about here. */
  readonly lastChecksOf: (ref: ObjectRef) => LastChecks
  /** Conditions of an object moved, and it is written. */
  readonly onTransition: (object: ApiObject, ref: ObjectRef, moved: DesiredCondition) => void
  /** Something unexpected was thrown; others are written all the same. */
  readonly onError: (error: unknown) => void
}

/** Brings the status of every object to what it ought to say. */
export interface StatusWriter {
  /** From now on these ought to be said, and nothing about other objects. */
  readonly want: (statuses: readonly DesiredStatus[]) => void
  /** Something may differ now: leadership, an object, a check. */
  readonly notice: () => void
  /** Sentences about rights that are missing. */
  readonly missingRights: () => readonly string[]
  /** Starts no further write; resolves when those under way have ended. */
  readonly close: () => Promise<void>
}

const IN_FLIGHT = 4
/** As client-go's controllers: little beside what an API server serves. */
const RATE = { burst: 50, everyMs: 20 }
/** An object that flaps is written as it is once in a while. */
const LEAST_PAUSE_MS = 1_000
/** Nobody mends a right or a definition faster. */
const REFUSED_PAUSE_MS = 30_000

const FORBIDDEN = 403
const NOT_FOUND = 404
const INVALID: ReadonlySet<number | undefined> = new Set([400, 422])

/** An object of which an answer is known that the watch has not told yet. */
interface Echo {
  /** The version that was replaced. */
  readonly replaced: string
  readonly object: ApiObject
}

interface Pause {
  readonly untilMs: number
  readonly failures: number
}

const pathOf = ({ kind, namespace, name }: ObjectRef): string => {
  const plural = isCustomKind(kind) ? PLURALS[kind] : kind
  return `/apis/${API_VERSION}/namespaces/${namespace}/${plural}/${name}/status?fieldManager=sallyport`
}

const isApiObject = (value: unknown): value is ApiObject =>
  typeof Object(Object(value).metadata).resourceVersion === 'string'

/**
 * What is wrong with writing, by what it is about; nothing where the connection is at fault, which
 * the watches tell.
 */
const complaintOf = (
  { kind, ...ref }: ObjectRef,
  { status, message }: ApiFailure,
): readonly [title: string, sentence: string] | undefined => {
  const plural = isCustomKind(kind) ? PLURALS[kind] : kind
  if (status === FORBIDDEN) {
    const title = `The status of ${kind} objects`
    const right = `update on ${plural}/status in the API group sallyport.dev`
    return [title, `${title} cannot be written: ${message}; grant ${right}.`]
  }
  if (!INVALID.has(status)) return undefined
  const title = `The status of ${objectKey({ kind, ...ref })}`
  return [title, `${title} cannot be written: ${message}.`]
}

/**
 * Writes `PUT …/status` of the whole object with its version and uid: a conflict is refused by the
 * API server and taken up again with what is there by then, so that nobody's words are lost.
 * Nothing is written that is there already.
 */
export const createStatusWriter = (options: StatusWriterOptions): StatusWriter => {
  const { calls, clock, timers, random, isLeader, onTransition } = options
  const closing = new AbortController()
  const { signal } = closing
  const wanted = new Map<string, DesiredStatus>()
  let latest: readonly DesiredStatus[] | undefined
  const echoes = new Map<string, Echo>()
  const pauses = new Map<string, Pause>()
  const inFlight = new Map<string, Promise<void>>()
  const queued = new Set<string>()
  const complaints = new Map<string, string>()
  const forbidden = new Set<string>()
  const memo = createStatusMemo()
  const turns = createTurns<string>()
  const rate = createRate(clock, RATE)
  const tell = createFailureLog(options)
  const alarm = createAlarm(clock, timers, () => notice())

  const objectOf = (ref: ObjectRef): ApiObject | undefined => {
    const told = options.objectOf(ref)
    const echo = echoes.get(objectKey(ref))
    if (echo === undefined || told?.metadata.resourceVersion === echo.replaced) {
      return told === undefined ? undefined : (echo?.object ?? told)
    }
    echoes.delete(objectKey(ref))
    return told
  }

  const nextOf = (
    desired: DesiredStatus,
  ): { readonly object: ApiObject; readonly status: WrittenStatus } | undefined => {
    const object = objectOf(desired.ref)
    if (object === undefined) return undefined
    const lastChecks = options.lastChecksOf(desired.ref)
    const leads = isLeader()
    if (memo.isSettled({ object, desired, leads, lastChecks })) return undefined
    const status = nextStatus(object, leads ? desired : undefined, lastChecks, clock.nowMs())
    if (status !== undefined) return { object, status }
    memo.settle({ object, desired, leads, lastChecks })
    return undefined
  }

  const pauseFor = (key: string, ms: number, failures: number): void => {
    pauses.set(key, { untilMs: clock.nowMs() + ms, failures })
    alarm.ringIn(ms)
  }

  const noteWritten = (ref: ObjectRef, before: ApiObject, answer: unknown): void => {
    const key = objectKey(ref)
    const after = isApiObject(answer) ? answer : undefined
    if (after !== undefined) {
      echoes.set(key, { replaced: before.metadata.resourceVersion, object: after })
    }
    complaints.delete(`The status of ${ref.kind} objects`)
    complaints.delete(`The status of ${key}`)
    forbidden.delete(`The status of ${ref.kind} objects`)
    pauseFor(key, LEAST_PAUSE_MS, 0)
  }

  const noteFailure = (ref: ObjectRef, failure: ApiFailure): void => {
    const key = objectKey(ref)
    const failures = (pauses.get(key)?.failures ?? 0) + 1
    const complaint = complaintOf(ref, failure)
    if (complaint !== undefined) complaints.set(...complaint)
    if (complaint !== undefined && failure.status === FORBIDDEN) forbidden.add(complaint[0])
    const isRefused = complaint !== undefined || failure.status === NOT_FOUND
    const own = backoffMs(random, failures, failure.retryAfterSeconds)
    pauseFor(key, isRefused ? REFUSED_PAUSE_MS : own, failures)
  }

  const write = async (desired: DesiredStatus): Promise<void> => {
    const next = nextOf(desired)
    if (next === undefined) return
    const { object, status } = next
    const { ref } = desired
    const body = { ...object, apiVersion: API_VERSION, kind: ref.kind, status }
    const answer = await calls.write({ method: 'PUT', path: pathOf(ref), object: body }, signal)
    if (signal.aborted) return
    if (answer.ok) noteWritten(ref, object, answer.object)
    else noteFailure(ref, answer.failure)
    tell(complaints)
    if (!answer.ok) return
    for (const moved of transitionsOf(object, status)) onTransition(object, ref, moved)
  }

  const begin = (key: string): void => {
    queued.delete(key)
    const desired = wanted.get(key)
    if (desired === undefined) return
    const done = write(desired)
      .catch(options.onError)
      .finally(() => {
        inFlight.delete(key)
        pump()
      })
    inFlight.set(key, done)
  }

  const pump = (): void => {
    while (!signal.aborted && inFlight.size < IN_FLIGHT && !turns.isEmpty()) {
      if (!rate.take()) {
        alarm.ringIn(rate.waitMs())
        return
      }
      const key = turns.next()
      if (key !== undefined) begin(key)
    }
  }

  const isDue = (key: string, desired: DesiredStatus): boolean =>
    !inFlight.has(key) &&
    !queued.has(key) &&
    (pauses.get(key)?.untilMs ?? 0) <= clock.nowMs() &&
    nextOf(desired) !== undefined

  /** Forgets whatever is wanted no more, and takes up what is. */
  const takeUp = function* (statuses: readonly DesiredStatus[]): Steps<void> {
    const next = new Map<string, DesiredStatus>()
    yield* eachInSteps(statuses, (one) => {
      next.set(objectKey(one.ref), one)
    })
    const forget = (key: string): void => {
      if (next.has(key)) return
      for (const known of [wanted, pauses, echoes]) known.delete(key)
      complaints.delete(`The status of ${key}`)
    }
    for (const known of [wanted, pauses, echoes]) yield* eachInSteps(known.keys(), forget)
    yield* memo.retain(next)
    yield* eachInSteps(next, ([key, desired]) => {
      wanted.set(key, memo.asKnown(key, desired))
    })
  }

  const look = function* (): Steps<void> {
    const statuses = latest
    latest = undefined
    if (statuses !== undefined) yield* takeUp(statuses)
    yield* eachInSteps(wanted, ([key, desired]) => {
      if (!isDue(key, desired)) return
      queued.add(key)
      turns.add(desired.ref.namespace, key)
    })
    pump()
  }

  const lookNext = oneAtATime(async () => {
    try {
      await inSteps(
        stopWhen(() => signal.aborted, look()),
        options.pace,
      )
    } catch (error) {
      options.onError(error)
    }
  })
  const notice = (): void => void lookNext()

  return {
    want: (statuses) => {
      latest = statuses
      notice()
    },
    notice,
    missingRights: () => [...forbidden].flatMap((title) => complaints.get(title) ?? []),
    close: async () => {
      closing.abort()
      alarm.cancel()
      await Promise.all([lookNext(), ...inFlight.values()])
    },
  }
}
