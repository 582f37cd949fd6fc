import type { Told } from './told.ts'

/** A header that is set for the upstream. */
export interface UpstreamHeader {
  /** Lower case. */
  readonly name: string
  readonly told: Told
}

/** What the upstream receives. */
export interface Upstream {
  readonly accessToken: 'Forward' | 'None'
  /**
   * The operator's own; the default identity headers are made in forward.ts. Names of the two never
   * meet.
   */
  readonly headers: readonly UpstreamHeader[]
}
