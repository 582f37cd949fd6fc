import type { Client } from '../registration/client.ts'
import type { Session } from './session.ts'

/**
 * Whether a client ended the sessions that began before a time. A time to come ends nothing until
 * it has come: else nobody could sign in until then.
 */
export const isRevoked = (
  { createdAtMs }: Pick<Session, 'createdAtMs'>,
  { revokeBeforeMs }: Pick<Client['session'], 'revokeBeforeMs'>,
  nowMs: number,
): boolean =>
  revokeBeforeMs !== undefined && revokeBeforeMs <= nowMs && createdAtMs < revokeBeforeMs
