/** Wall-clock time. */
export interface Clock {
  readonly nowMs: () => number
}
