import type { Client } from '../../core/registration/client.ts'
import type { Session } from '../../core/session/session.ts'
import type { OpenSession } from '../../core/session/session-store.ts'
import { type WantedToken, wantsIdToken } from './wanted-token.ts'

/** What the tokens of a session ask for before the session is used. */
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

const accessTokenEndsAtMs = ({ tokens }: Session): number =>
  tokens.accessTokenExpiresAtMs ?? Number.POSITIVE_INFINITY

const idTokenEndsAtMs = ({ tokens }: Session): number =>
  typeof tokens.claims.exp === 'number' ? tokens.claims.exp * 1000 : Number.POSITIVE_INFINITY

/** An access token is kept fresh in any case, as only a refresh tells that a session goes on. */
const endsAtMs = (session: Session, wanted: WantedToken): number =>
  wantsIdToken(wanted)
    ? Math.min(accessTokenEndsAtMs(session), idTokenEndsAtMs(session))
    : accessTokenEndsAtMs(session)

const earlyMs = (session: Session, endMs: number, beforeMs: number): number =>
  Math.min(beforeMs, (endMs - session.tokensReceivedAtMs) * EARLY_PART)

const isOver = (session: Session, endMs: number, nowMs: number): boolean =>
  endMs - earlyMs(session, endMs, EXPIRY_MARGIN_MS) <= nowMs

/** Whether the access token, or one that is wanted besides, is of no use any more. */
export const isExpired = ({ session }: OpenSession, wanted: WantedToken, nowMs: number): boolean =>
  isOver(session, endsAtMs(session, wanted), nowMs)

/** At least 0 and less than 1, always the same for one session: its id is a hash. */
const fractionOf = (id: string): number =>
  [...id].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 1_048_573, 7) / 1_048_573

/**
 * Each session has a moment of its own, between half and all of the early window before the end:
 * sessions of one wave of logins do not come to the provider in one wave.
 */
const isDue = (
  { id, session }: OpenSession,
  endMs: number,
  beforeMs: number,
  nowMs: number,
): boolean => {
  const windowMs = earlyMs(session, endMs, beforeMs)
  return endMs - windowMs <= nowMs && endMs - windowMs * (0.5 + fractionOf(id) / 2) <= nowMs
}

/** When what is wanted of a session ends by itself; infinity: never, or nothing is wanted. */
export const wantedEndsAtMs = (session: Session, wanted: WantedToken): number => {
  switch (wanted) {
    case 'none':
      return Number.POSITIVE_INFINITY
    case 'access_token':
      return accessTokenEndsAtMs(session)
    case 'id_token':
      return idTokenEndsAtMs(session)
    case 'both':
      return Math.min(accessTokenEndsAtMs(session), idTokenEndsAtMs(session))
  }
}

/** A provider need not renew the ID token (OpenID Connect Core 1.0 section 12.2): it did not. */
const isLeftBehind = (session: Session, wanted: WantedToken): boolean =>
  wantsIdToken(wanted) && idTokenEndsAtMs(session) <= session.tokensReceivedAtMs

/**
 * `due`: valid, and close enough to its expiry to be refreshed behind the answer. `expired`: must
 * be refreshed first. `over`: expired, wanted by the upstream, and nothing to refresh it with, or a
 * refresh has not renewed it. A token that nobody wants may be as old as it likes.
 */
export const tokenStateOf = (
  open: OpenSession,
  client: Client,
  wanted: WantedToken,
  nowMs: number,
): TokenState => {
  const { session } = open
  const { refreshBeforeMs } = client.session
  const canRefresh = refreshBeforeMs !== undefined && session.tokens.refreshToken !== undefined
  if (!canRefresh) return isOver(session, wantedEndsAtMs(session, wanted), nowMs) ? 'over' : 'fresh'
  if (isLeftBehind(session, wanted)) return 'over'
  const endMs = endsAtMs(session, wanted)
  if (isOver(session, endMs, nowMs)) return 'expired'
  return isDue(open, endMs, refreshBeforeMs, nowMs) ? 'due' : 'fresh'
}
