/** One id of a set, and when it ends. */
export interface Member {
  readonly id: string
  readonly expiresAtMs: number
}

/**
 * Sets of ids by which sessions are found, each id until its own time. One key per command, so that
 * a cluster can keep them. All calls throw `Fault` `session_store_unavailable`.
 */
export interface IdSets {
  /** Adds or moves an id, and forgets those whose time has come by `nowMs`. */
  readonly add: (key: string, member: Member, nowMs: number) => Promise<void>
  /** Removing what is not there is no error. */
  readonly remove: (key: string, ids: readonly string[]) => Promise<void>
  /**
   * At most `count` ids whose time has not come by `nowMs`, those that end soonest first, behind
   * `after`.
   */
  readonly page: (
    key: string,
    after: Member | undefined,
    count: number,
    nowMs: number,
  ) => Promise<readonly Member[]>
}
