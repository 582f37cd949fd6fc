import { eachInSteps, type Steps } from '../../core/time/steps.ts'
import { objectKey } from '../../policy/resource/resource.ts'
import type { DesiredStatus } from '../conditions/desired-status.ts'
import type { ApiObject } from '../watch/watch-line.ts'
import type { LastChecks } from './status-document.ts'

/** Everything that decides whether a status has to be written. */
interface State {
  readonly object: ApiObject
  readonly desired: DesiredStatus
  readonly leads: boolean
  readonly lastChecks: LastChecks
}

/**
 * Remembers for which states nothing had to be written, so that a look at thousands of objects
 * costs next to nothing.
 */
export interface StatusMemo {
  readonly isSettled: (state: State) => boolean
  readonly settle: (state: State) => void
  /** The equal status that was wanted before, if there is one. */
  readonly asKnown: (key: string, desired: DesiredStatus) => DesiredStatus
  /** Forgets what is not among these. */
  readonly retain: (wanted: ReadonlyMap<string, unknown>) => Steps<void>
}

interface Settled extends Omit<State, 'lastChecks'> {
  readonly minutes: number
}

const MINUTE_MS = 60_000

/** Moves whenever the minute of any host moves. */
const minutesOf = ({ desired, lastChecks }: State): number =>
  (desired.hosts ?? []).reduce(
    (sum, { host }) => sum + Math.floor((lastChecks(host) ?? 0) / MINUTE_MS),
    0,
  )

/** Remembers nothing yet. */
export const createStatusMemo = (): StatusMemo => {
  const settled = new Map<string, Settled>()
  const texts = new Map<string, { readonly text: string; readonly desired: DesiredStatus }>()
  return {
    isSettled: (state) => {
      const known = settled.get(objectKey(state.desired.ref))
      return (
        known !== undefined &&
        known.object === state.object &&
        known.desired === state.desired &&
        known.leads === state.leads &&
        known.minutes === minutesOf(state)
      )
    },
    settle: (state) => {
      const { object, desired, leads } = state
      settled.set(objectKey(desired.ref), { object, desired, leads, minutes: minutesOf(state) })
    },
    asKnown: (key, desired) => {
      const known = texts.get(key)
      if (known?.desired === desired) return desired
      const text = JSON.stringify(desired)
      if (known?.text === text) return known.desired
      texts.set(key, { text, desired })
      return desired
    },
    retain: function* (wanted) {
      for (const known of [settled, texts]) {
        yield* eachInSteps(known.keys(), (key) => {
          if (!wanted.has(key)) known.delete(key)
        })
      }
    },
  }
}
