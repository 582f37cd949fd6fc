import type { CheckFacts, Observe } from '../core/check.ts'

/** Hands facts on after the answers have left, several at a time. */
export interface Observations {
  readonly note: (facts: CheckFacts) => void
  /** Hands on at once what is still waiting: the last thing before the process ends. */
  readonly flush: () => void
}

/**
 * Keeps `observe` off the path of an answer. An observer that throws costs its own line and nothing
 * else.
 */
export const createObservations = (observe: Observe): Observations => {
  let waiting: CheckFacts[] = []

  const flush = (): void => {
    const batch = waiting
    waiting = []
    for (const facts of batch) {
      try {
        observe(facts)
      } catch {
        // The observer promised not to throw, and there is nobody left to tell.
      }
    }
  }

  return {
    note: (facts) => {
      if (waiting.push(facts) === 1) setImmediate(flush)
    },
    flush,
  }
}
