/** A claim that somebody else is told. */
export interface SentClaim {
  /** As the operator wrote it, and as it is told. */
  readonly name: string
  /** One name per level. */
  readonly path: readonly string[]
}

/** Somebody outside of this process who decides about requests, and what they are told. */
export interface DecisionPoint {
  /** `namespace/name` of the ProtectedRoute that names it. */
  readonly route: string
  /**
   * Changes whenever anything in here does, credential included. Connections, breakers and
   * remembered answers are kept per route and generation, so that no route meets another's.
   */
  readonly generation: string
  /** The AuthZEN Authorization API 1.0, or the data API of Open Policy Agent. */
  readonly protocol: 'authzen' | 'opa'
  readonly url: string
  readonly requestTimeoutMs: number
  /** How long an answer is remembered for the same facts; 0: it is not. */
  readonly rememberMs: number
  readonly subjectType: string
  readonly resourceType: string
  /** Claims that are told besides `sub` and `iss`. */
  readonly claims: readonly SentClaim[]
  /** Names of request headers that are told, lower case. */
  readonly headers: readonly string[]
  readonly sendsAccessToken: boolean
  /** PEM certificates that are trusted besides those of Node.js, for this one alone. */
  readonly caPem?: string
  /** Sent as a bearer token (RFC 6750 section 2.1); absent: none is. */
  readonly credential?: string
}
