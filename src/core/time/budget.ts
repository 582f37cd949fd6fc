/**
 * How long a check may take. The signal is made when it is first read: a check without I/O never
 * pays for it.
 */
export interface Budget {
  /** Aborted when the budget is spent or Envoy has given up. */
  readonly signal: AbortSignal
}
