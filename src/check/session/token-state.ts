import type { Client } from '../../core/policy/policy.ts'
import type { Session } from '../../core/session/session.ts'
import type { OpenSession } from '../../core/session/session-store.ts'

/** What the access token of a session asks for before the session is used. */
export type TokenState = 'fresh' | 'due' | 'expired' | 'over'

/**
 * The early window takes no more than this part of a token's life, so that short-lived tokens are
 * not refreshed on every use.
 */
const EARLY_PART = 0.25

/**
 * A token that would expire on its way to the upstream counts as expired; providers also cut their
 * times to whole seconds. Never more than the early part of a token's life.
 */
const EXPIRY_MARGIN_MS = 1_000

const expiresAtMs = (session: Session): number =>
  session.tokens.accessTokenExpiresAtMs ?? Number.POSITIVE_INFINITY

const earlyMs = (session: Session, beforeMs: number): number =>
  Math.min(beforeMs, (expiresAtMs(session) - session.tokensReceivedAtMs) * EARLY_PART)

/** Whether the access token is of no use any more. */
export const isExpired = ({ session }: OpenSession, nowMs: number): boolean =>
  expiresAtMs(session) - earlyMs(session, EXPIRY_MARGIN_MS) <= nowMs

/** At least 0 and less than 1, always the same for one session: its id is a hash. */
const fractionOf = (id: string): number =>
  [...id].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 1_048_573, 7) / 1_048_573

/**
 * Each session has a moment of its own, between half and all of the early window before the end:
 * sessions of one wave of logins do not come to the provider in one wave.
 */
const isDue = ({ id, session }: OpenSession, beforeMs: number, nowMs: number): boolean => {
  const windowMs = earlyMs(session, beforeMs)
  const endMs = expiresAtMs(session)
  return endMs - windowMs <= nowMs && endMs - windowMs * (0.5 + fractionOf(id) / 2) <= nowMs
}

/**
 * `due`: valid, and close enough to its expiry to be refreshed behind the answer. `expired`: must
 * be refreshed first. `over`: expired, nothing to refresh it with, and wanted by the upstream. A
 * token that nobody wants may be as old as it likes.
 */
export const tokenStateOf = (
  open: OpenSession,
  client: Client,
  isForwarded: boolean,
  nowMs: number,
): TokenState => {
  const { refreshBeforeMs } = client.session
  const canRefresh = refreshBeforeMs !== undefined && open.session.tokens.refreshToken !== undefined
  if (!canRefresh) return isForwarded && isExpired(open, nowMs) ? 'over' : 'fresh'
  if (isExpired(open, nowMs)) return 'expired'
  return isDue(open, refreshBeforeMs, nowMs) ? 'due' : 'fresh'
}
