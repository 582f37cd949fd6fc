import type { Told } from './told.ts'

/** A header that is set for the upstream. */
export interface UpstreamHeader {
  /** Lower case. */
  readonly name: string
  readonly told: Told
}

/** A statement that is signed for one upstream about who is calling. */
export interface AssertionTerms {
  /** The header that carries it, lower case. */
  readonly header: string
  /** `aud`: whom it is for (RFC 7519 section 4.1.3). */
  readonly audience: string
  /** The claims that it carries besides: one name per level, the first never one of its own. */
  readonly claims: readonly (readonly string[])[]
  readonly lifetimeMs: number
}

/** What the upstream receives. */
export interface Upstream {
  readonly accessToken: 'Forward' | 'None'
  /**
   * The operator's own; the default identity headers are made in forward.ts. Names of the two never
   * meet.
   */
  readonly headers: readonly UpstreamHeader[]
  /** Absent: none is signed. */
  readonly assertion?: AssertionTerms
}
