import type { Budget } from '../time/budget.ts'

/** What a provider answered about a credential, as text, and until when it holds for everybody. */
export interface SharedAnswer {
  readonly text: string
  /** An answer that has ended by now is for those who wait for it, and kept for nobody. */
  readonly untilMs: number
}

/** What providers are asked once for all replicas, and have answered. */
export interface SharedAnswers {
  /**
   * The answer that is kept under a name, else the one that `ask` gives. While one replica asks,
   * the others wait for what it keeps; calls of one process share one asking, which goes on when
   * the request that began it is given up. `name` holds no secret that could be guessed: digests of
   * tokens, generations, what is asked for. Where the store is away each process asks by itself.
   * @throws Fault `budget_exceeded`, and whatever `ask` throws
   */
  readonly of: (
    name: readonly string[],
    ask: (budget: Budget) => Promise<SharedAnswer>,
    budget: Budget,
  ) => Promise<SharedAnswer>
  /**
   * The answer that is kept under a name, or that somebody is asking for; `undefined`: there is
   * none. Asks for nothing, and whoever asks meanwhile waits and then asks by itself.
   * @throws Fault `budget_exceeded`, `session_store_unavailable`, and whatever an asking throws
   */
  readonly peek: (name: readonly string[], budget: Budget) => Promise<SharedAnswer | undefined>
  /** Lets go of an answer before its time. Never throws: what cannot be reached ends by itself. */
  readonly forget: (name: readonly string[], budget: Budget) => Promise<void>
}
