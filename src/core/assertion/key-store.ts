import type { Awaitable } from '../time/awaitable.ts'

/**
 * Where the keys of one purpose are kept, sealed, for all replicas. All calls throw `Fault`
 * `session_store_unavailable`.
 */
export interface KeyStore {
  /**
   * What is kept under a name; where nothing is, keeps what `make` makes until then, and answers
   * what all replicas find from now on.
   */
  readonly keep: (name: string, make: () => Awaitable<string>, untilMs: number) => Promise<string>
  /** What is kept under a name, if it can be opened. */
  readonly read: (name: string) => Promise<string | undefined>
  /** The names under which anything is kept. */
  readonly names: () => Promise<readonly string[]>
}
