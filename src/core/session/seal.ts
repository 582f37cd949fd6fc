/** Authenticated encryption under the process's key list: the newest key seals, every key opens. */
export interface Seal {
  /**
   * `context` (purpose, tenant, name) is authenticated, not stored: the same one must be given to
   * open.
   */
  readonly seal: (context: readonly string[], plaintext: string) => string
  /** `undefined` for anything that this service did not seal under this very context. */
  readonly open: (context: readonly string[], sealed: string) => string | undefined
}
