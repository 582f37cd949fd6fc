/**
 * What replicas tell each other about sessions; ids are those of `OpenSession`. `ended`: never to
 * be used again. `changed`: somebody wrote it, so what is kept of it is old. `everything`: nothing
 * that is kept may be used.
 */
export type Notice =
  | { readonly kind: 'ended' | 'changed'; readonly ids: readonly string[] }
  | { readonly kind: 'everything' }

/**
 * What a listener hears. `lost`: from now on notices may be missed. `restored`: notices are heard
 * again, and some may have been missed.
 */
export type Heard = Notice | { readonly kind: 'lost' } | { readonly kind: 'restored' }

/** The channel between replicas. */
export interface Notices {
  /**
   * Tells every other replica. Listeners of this process hear it too, except of `changed`: who
   * changes a session knows.
   * @throws Fault `session_store_unavailable` if nobody can be told
   */
  readonly publish: (notice: Notice) => Promise<void>
  /** Listeners are called in order of arrival and never throw. */
  readonly subscribe: (listener: (heard: Heard) => void) => void
  /** Whether a notice that is published now would be heard here. */
  readonly isHealthy: () => boolean
}
