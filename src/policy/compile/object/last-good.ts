import type { ObjectRef } from '../../resource/resource.ts'
import type { Finding } from './findings.ts'
import type { Memo } from './memo.ts'

/** The last valid reading of one object. */
export interface Good<D> {
  readonly draft: D
  /** Tells an edited object from one that was deleted and made anew under the same name. */
  readonly creationTimestampMs?: number
}

/** The last valid readings of the objects of one kind, by their keys. */
export type GoodByKey<D> = ReadonlyMap<string, Good<D>>

/** An object as it is now. */
export interface Current<D> {
  readonly ref: ObjectRef
  /** Its `objectKey`. */
  readonly key: string
  /** `namespace/name`. */
  readonly name: string
  readonly creationTimestampMs?: number
  /** Absent for an object that its schema refuses. */
  readonly draft?: D
  /** What is wrong with the object by itself; empty: the draft is good. */
  readonly findings: readonly Finding[]
  /** The hosts of an object that its schema refuses, as they are written. */
  readonly writtenHosts?: readonly string[]
}

/**
 * What is in force for an object: its present state, a former one, or nothing as there never was a
 * valid one.
 */
export type InForce<D> =
  | { readonly kind: 'current' | 'last_good'; readonly good: Good<D> }
  | { readonly kind: 'none' }

/** An object and what is in force for it. */
export interface Weighed<D> {
  readonly current: Current<D>
  readonly inForce: InForce<D>
}

const sameObject = <D>(current: Current<D>, good: Good<D>): boolean =>
  current.creationTimestampMs === undefined ||
  good.creationTimestampMs === undefined ||
  current.creationTimestampMs === good.creationTimestampMs

const goodFrom = <D>(draft: D, creationTimestampMs: number | undefined): Good<D> => ({
  draft,
  ...(creationTimestampMs === undefined ? {} : { creationTimestampMs }),
})

/** The same good version as long as it says the same. */
const keptFrom = <D>(
  former: Good<D>,
  draft: D,
  creationTimestampMs: number | undefined,
): Good<D> =>
  draft === former.draft && creationTimestampMs === former.creationTimestampMs
    ? former
    : goodFrom(draft, creationTimestampMs)

const withFormer = <D>(
  current: Current<D>,
  former: Good<D> | undefined,
  carryOver: (good: D, now: D) => D,
): Weighed<D> => {
  const { draft, creationTimestampMs } = current
  if (former === undefined || !sameObject(current, former)) {
    return { current, inForce: { kind: 'none' } }
  }
  const kept = draft === undefined ? former.draft : carryOver(former.draft, draft)
  const good = keptFrom(former, kept, creationTimestampMs ?? former.creationTimestampMs)
  return { current, inForce: { kind: 'last_good', good } }
}

/**
 * Chooses what is in force for an object (R29): its present state if that is valid, else its last
 * good version, unless that one belonged to a deleted object of the same name. `carryOver` puts
 * into the last good version whatever of the present one must take effect at once even so, and
 * gives that version itself where nothing must.
 */
export const weigh = <D>(
  current: Current<D>,
  previous: GoodByKey<D>,
  carryOver: (good: D, now: D) => D,
  memo: Memo<Weighed<D>>,
): Weighed<D> => {
  const { draft, findings, creationTimestampMs } = current
  if (draft !== undefined && findings.length === 0) {
    return memo.of(current, [], () => {
      const good = goodFrom(draft, creationTimestampMs)
      return { current, inForce: { kind: 'current', good } }
    })
  }
  const former = previous.get(current.key)
  return memo.of(current, [former], () => withFormer(current, former, carryOver))
}
