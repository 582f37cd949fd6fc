import type { Clock } from '../../core/time/clock.ts'
import { lastedText } from '../../core/time/lasted.ts'
import type { ApiFailure } from '../api/api-failure.ts'
import { type Collection, isCustomKind } from './collections.ts'
import type { Followed } from './referenced-data.ts'

const CONNECTION = 'The API server'
const FORBIDDEN = 403
const NOT_FOUND = 404
const TOO_MANY = 429
const SERVER_ERROR = 500

/**
 * Why a collection is not read, as a sentence without its full stop. A refused right is named, and
 * a kind that the API server does not know.
 */
export const refusalOf = ({ kind, right }: Collection, { status, message }: ApiFailure): string => {
  if (status === FORBIDDEN) return `${message}; grant ${right}`
  if (status !== NOT_FOUND || !isCustomKind(kind)) return message
  return `${message}; the custom resource definition of ${kind} is not installed: apply deploy/crds`
}

/** Whether an answer may be about how the API server is, and not about what was asked for. */
const isServerError = ({ status }: ApiFailure): boolean =>
  status !== undefined && (status >= SERVER_ERROR || status === TOO_MANY)

/** Whether nothing at all can be followed: what one kind alone meets is that kind's. */
const answersNobody = (followed: readonly Followed[]): boolean =>
  followed.length > 1 &&
  followed.every(({ watch }) => {
    const failure = watch.failure()
    return failure !== undefined && (failure.status === undefined || isServerError(failure))
  })

/**
 * What cannot be read at present: a sentence for each, by what it is about. An API server that is
 * away, or answers nobody, is told once for all watches. An error that it answers for some alone,
 * as it does when a conversion webhook fails, is told of each of those.
 */
export const failuresOf = (followed: readonly Followed[]): ReadonlyMap<string, string> => {
  const sentences = new Map<string, string>()
  const isDown = answersNobody(followed)
  const failing = followed.flatMap(({ collection, watch }) => {
    const failure = watch.failure()
    return failure === undefined ? [] : [{ collection, failure }]
  })
  const isAway = ({ failure }: { readonly failure: ApiFailure }): boolean =>
    failure.status === undefined
  const connection = failing.find(isAway) ?? (isDown ? failing[0] : undefined)
  for (const one of failing) {
    const { title } = one.collection
    if (isDown || isAway(one)) continue
    sentences.set(title, `${title} cannot be read: ${refusalOf(one.collection, one.failure)}.`)
  }
  if (connection === undefined) return sentences
  const why = refusalOf(connection.collection, connection.failure)
  return sentences.set(CONNECTION, `${CONNECTION} cannot be followed: ${why}.`)
}

/** A right that somebody has to grant. */
export interface MissingRight {
  readonly sentence: string
  /** The namespace whose objects alone are concerned; absent: all. */
  readonly namespace?: string
}

/** What could never be read is told with what is wrong with whoever names it. */
const isMissing = ({ collection, watch }: Followed): boolean =>
  watch.failure()?.status === FORBIDDEN && (collection.name === undefined || watch.synced())

/** Those failures that are missing rights. */
export const missingRightsOf = (followed: readonly Followed[]): readonly MissingRight[] =>
  followed.filter(isMissing).flatMap((one) => {
    const { namespace } = one.collection
    const place = namespace === undefined ? {} : { namespace }
    return [...failuresOf([one]).values()].map((sentence) => ({ sentence, ...place }))
  })

/** Who is told. */
export interface FailureListener {
  /** Told a sentence when something cannot be done any more. */
  readonly onFailure: (sentence: string) => void
  /** Told a sentence when it can be done again. */
  readonly onRecovery: (sentence: string) => void
}

const recovery = (title: string, lastedMs: number): string =>
  title === CONNECTION
    ? `${title} can be followed again, after ${lastedText(lastedMs)}.`
    : `Resolved: ${title}.`

/**
 * Tells each failure once when it appears, and once more when it is gone. While the API server is
 * away nothing else is told to be gone: it is only not known.
 */
export const createFailureLog = ({
  onFailure,
  onRecovery,
  clock,
}: FailureListener & { readonly clock: Clock }) => {
  const sinceMs = new Map<string, number>()
  return (current: ReadonlyMap<string, string>): void => {
    const nowMs = clock.nowMs()
    for (const [title, sentence] of current) {
      if (sinceMs.has(title)) continue
      sinceMs.set(title, nowMs)
      onFailure(sentence)
    }
    for (const [title, beganMs] of sinceMs) {
      if (current.has(title) || current.has(CONNECTION)) continue
      sinceMs.delete(title)
      onRecovery(recovery(title, nowMs - beganMs))
    }
  }
}
