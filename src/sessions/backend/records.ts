/**
 * Where sealed records are kept. One command and one lifetime per write. All calls throw `Fault`
 * `session_store_unavailable`.
 */
export interface Records {
  /** Keeps a new record; false if the key is taken, which is then left alone. */
  readonly create: (key: string, value: Buffer, ttlMs: number) => Promise<boolean>
  readonly read: (key: string) => Promise<Buffer | undefined>
  /**
   * Writes if the record is there and has this version; false otherwise, so that what was removed
   * stays removed.
   */
  readonly replace: (
    key: string,
    expectedVersion: number,
    value: Buffer,
    ttlMs: number,
  ) => Promise<boolean>
  /** Writes if there is a record, whatever it holds; false otherwise. */
  readonly renew: (key: string, value: Buffer, ttlMs: number) => Promise<boolean>
  /** Removing what is not there is no error; answers whether it was there. */
  readonly remove: (key: string) => Promise<boolean>
}
