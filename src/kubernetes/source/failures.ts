import type { ApiFailure } from '../api/api-failure.ts'
import { type Collection, isCustomKind } from './collections.ts'
import type { Followed } from './referenced-data.ts'

const CONNECTION = 'The API server'
const FORBIDDEN = 403
const NOT_FOUND = 404

/**
 * Why a collection is not read, as a sentence without its full stop. A refused right is named, and
 * a kind that the API server does not know.
 */
export const refusalOf = ({ kind, right }: Collection, { status, message }: ApiFailure): string => {
  if (status === FORBIDDEN) return `${message}; grant ${right}`
  if (status !== NOT_FOUND || !isCustomKind(kind)) return message
  return `${message}; the custom resource definition of ${kind} is not installed: apply deploy/crds`
}

/**
 * What cannot be read at present: a sentence for each, by what it is about. A lost connection is
 * told once for all watches.
 */
export const failuresOf = (followed: readonly Followed[]): ReadonlyMap<string, string> => {
  const sentences = new Map<string, string>()
  for (const { collection, watch } of followed) {
    const failure = watch.failure()
    if (failure === undefined) continue
    const isAnswer = failure.status !== undefined
    const title = isAnswer ? collection.title : CONNECTION
    const what = isAnswer ? 'cannot be read' : 'cannot be followed'
    sentences.set(title, `${title} ${what}: ${refusalOf(collection, failure)}.`)
  }
  return sentences
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

/** Tells each failure once when it appears, and once more when it is gone. */
export const createFailureLog = ({ onFailure, onRecovery }: FailureListener) => {
  let told: ReadonlySet<string> = new Set()
  return (current: ReadonlyMap<string, string>): void => {
    for (const [title, sentence] of current) if (!told.has(title)) onFailure(sentence)
    for (const title of told) if (!current.has(title)) onRecovery(`Resolved: ${title}.`)
    told = new Set(current.keys())
  }
}
