import type { ClientSource } from '../../core/client-source.ts'
import type { TokenExchange } from '../../core/provider/token-exchange.ts'
import type { SessionEntry } from '../../core/session/session-directory.ts'

/** What taking back needs. */
export interface EndedSessionsDeps {
  readonly clients: ClientSource
  readonly tokenExchange: Pick<TokenExchange, 'takeBack'>
}

/**
 * Has what was exchanged for sessions taken back that were ended without a browser: by their
 * provider, an administrator, their client, or to make room for others. Returns at once. Of a
 * client that is not in force nothing is.
 */
export const createEndedSessions =
  ({ clients, tokenExchange }: EndedSessionsDeps) =>
  (entries: readonly SessionEntry[]): void => {
    for (const { client: name, issuer, subject, accessTokenDigest: digest } of entries) {
      const found = clients.find(name)
      if (found.kind !== 'found' || digest === undefined) continue
      tokenExchange.takeBack(found.client, { issuer, subject, digest }, 'now')
    }
  }
