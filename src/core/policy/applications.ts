/** Which pages of other origins may read the answers to their scripts (Fetch Standard, CORS). */
export interface Cors {
  /** Whether pages of any origin may. Never together with `credentials`. */
  readonly anyOrigin: boolean
  /** As browsers write them: `https://app.example.com`, with a port unless it is 443. */
  readonly origins: ReadonlySet<string>
  /** All origins below a domain, at any depth. */
  readonly domains: readonly OriginsBelow[]
  /** Absent: the method that is asked for. */
  readonly methods?: readonly string[]
  /** Lower case. */
  readonly headers: readonly string[]
  /** Lower case. */
  readonly exposed: readonly string[]
  readonly credentials: boolean
  /** How long a browser remembers the answer to a preflight. */
  readonly maxAgeSeconds: number
}

/** The origins of every host below a domain, on one port. */
export interface OriginsBelow {
  /** Begins with a dot: `.example.com`. */
  readonly suffix: string
  /** Empty, or a colon and the port. */
  readonly port: string
}

/** Where a bearer token is looked for. */
export interface TokenPlace {
  readonly kind: 'header' | 'cookie' | 'query'
  /** Of a header in lower case. `authorization` takes the scheme `Bearer` alone. */
  readonly name: string
}

/**
 * What a rule takes tokens from besides `authorization`: nothing of it reaches the upstream from
 * there.
 */
export interface TokenNames {
  readonly headers: ReadonlySet<string>
  readonly cookies: ReadonlySet<string>
  readonly parameters: ReadonlySet<string>
}
