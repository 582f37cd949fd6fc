import { eachInSteps, type Steps } from '../../core/time/steps.ts'
import type { OwnedHost } from '../../policy/matching/host-table.ts'
import type { ObjectRef } from '../../policy/resource/resource.ts'
import type { LastChecks } from './status-document.ts'

/** When hosts were last asked about, by this replica. */
export interface HostChecks {
  /** These were asked about just now. */
  readonly note: (asked: readonly OwnedHost[], nowMs: number) => void
  /** Those of a route. */
  readonly of: (ref: ObjectRef) => LastChecks
  /** Forgets the hosts that belong to nobody any more, or to another route. */
  readonly retain: (owned: readonly OwnedHost[]) => Steps<void>
}

const keyOf = ({ owner, host }: OwnedHost): string => `${owner} ${host}`

/** Nothing was asked yet. */
export const createHostChecks = (): HostChecks => {
  const times = new Map<string, number>()
  return {
    note: (asked, nowMs) => {
      for (const one of asked) times.set(keyOf(one), nowMs)
    },
    of:
      ({ namespace, name }) =>
      (host) =>
        times.get(keyOf({ owner: `${namespace}/${name}`, host })),
    retain: function* (owned) {
      const kept = new Set<string>()
      yield* eachInSteps(owned, (one) => {
        kept.add(keyOf(one))
      })
      yield* eachInSteps(times.keys(), (key) => {
        if (!kept.has(key)) times.delete(key)
      })
    },
  }
}
