/** How Redis is reached over TLS. Nothing set: with the certificates that come with Node.js. */
export interface RedisTls {
  readonly caFile?: string | undefined
  readonly certFile?: string | undefined
  readonly keyFile?: string | undefined
  /** The name that certificates are checked for, when it is not the host that is connected to. */
  readonly serverName?: string | undefined
}

/** What proves who we are, by file. Files are read again at each new connection. */
export interface RedisCredentialFiles {
  readonly usernameFile?: string | undefined
  readonly passwordFile?: string | undefined
  /** Present: TLS. */
  readonly tls?: RedisTls | undefined
}

/** A group of Sentinels, which say where the primary is. They have credentials of their own. */
export interface SentinelSettings extends RedisCredentialFiles {
  /** `host:port` each. */
  readonly addresses: readonly string[]
  readonly primaryName: string
}

/** A program that prints the password, for credentials that live for minutes. */
export interface PasswordCommand {
  /** The program and its arguments; no shell is between. */
  readonly command: readonly string[]
  readonly timeoutMs: number
  /** How often a new password is asked for while connections last. */
  readonly intervalMs: number
}

/** How to reach Redis: one of `url`, `sentinel` and `cluster` is set. */
export interface RedisSettings extends RedisCredentialFiles {
  /** `redis://`, `rediss://`, or `unix://` and a path. */
  readonly url?: string
  readonly sentinel?: SentinelSettings
  readonly cluster?: { readonly addresses: readonly string[] }
  /** Unset: what the URL says, or 0. */
  readonly database?: number
  readonly passwordCommand?: PasswordCommand
  /** How long a command may take, and how long a silent connection is kept. */
  readonly commandTimeoutMs: number
  readonly connectTimeoutMs: number
  /** How long a command may take with everything around it: waiting for a connection, once more. */
  readonly totalTimeoutMs: number
}
