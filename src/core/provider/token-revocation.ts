import type { Client } from '../registration/client.ts'
import type { Tokens } from './tokens.ts'

/** What became of one token that was to be taken back. */
export interface RevocationFacts {
  /** `namespace/name` of the resource. */
  readonly client: string
  /** As RFC 7009 section 2.1 names them. */
  readonly kind: 'refresh_token' | 'access_token'
  /** `unsupported`: the provider does not take back tokens of this kind (section 2.2.1). */
  readonly outcome: 'revoked' | 'unsupported' | 'failed'
  /** Why it failed, as a sentence for the log. */
  readonly detail?: string
}

/** Takes tokens back at the provider (RFC 7009). */
export interface TokenRevocation {
  /**
   * Returns at once: the calls are made behind the answer, bounded in time. Never throws; what
   * fails is logged and counted.
   */
  readonly revoke: (client: Client, tokens: Tokens) => void
}
