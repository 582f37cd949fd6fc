import type { CheckPorts } from '../../core/check-ports.ts'
import { jitterMs } from '../../core/time/jitter.ts'

/** What failed a moment ago and is not tried again yet. */
export interface Cooldowns {
  /** What it failed with, while it rests. */
  readonly of: (name: string) => unknown
  readonly begin: (name: string, fault: unknown) => void
}

interface Rest {
  readonly fault: unknown
  readonly untilMs: number
}

/** At random between these, so that sessions that failed together are not tried together. */
const MIN_REST_MS = 1_000
const MAX_REST_MS = 3_000

/** Beyond that the oldest are forgotten, and so tried again early. */
const MAX_ENTRIES = 10_000

/** Remembers failures for one to three seconds. */
export const createCooldowns = ({
  clock,
  random,
}: Pick<CheckPorts, 'clock' | 'random'>): Cooldowns => {
  const resting = new Map<string, Rest>()

  const makeRoom = (): void => {
    const [oldest] = resting.size < MAX_ENTRIES ? [] : resting.keys()
    if (oldest !== undefined) resting.delete(oldest)
  }

  return {
    of: (name) => {
      const rest = resting.get(name)
      if (rest === undefined) return undefined
      if (rest.untilMs > clock.nowMs()) return rest.fault
      resting.delete(name)
      return undefined
    },
    begin: (name, fault) => {
      resting.delete(name)
      makeRoom()
      const untilMs = clock.nowMs() + jitterMs(random, MIN_REST_MS, MAX_REST_MS)
      resting.set(name, { fault, untilMs })
    },
  }
}
