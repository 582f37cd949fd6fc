import { Fault } from '../core/fault.ts'
import type { Client } from '../core/policy.ts'
import type { Budget, CheckPorts, OpenSession, Session, Tokens } from '../core/ports.ts'

/** A session that may be used, or why it is over. */
export type Refreshed =
  | { readonly kind: 'usable'; readonly open: OpenSession }
  | {
      readonly kind: 'over'
      readonly reason: 'session_unknown' | 'session_expired' | 'session_ended'
    }

/**
 * Refreshes a session whose access token is due or expired. Calls for one session share one
 * refresh, and none of them can abort it: a rotated refresh token that nobody writes down is a lost
 * session.
 */
export type Refresh = (open: OpenSession, client: Client) => Promise<Refreshed>

/** A lost holder's lock expires by itself after this (R27). */
const LOCK_TTL_MS = 5_000

/**
 * A holder is done before its lock expires, whether or not the request that began the refresh is
 * still there.
 */
const HOLDER_BUDGET_MS = 4_500

/** Tokens that were handed out are written down, however long the provider took over them. */
const WRITE_BUDGET_MS = 2_000

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

/** How often a write may lose to another before it is given up. */
const MAX_WRITES = 5

const expiresAtMs = (session: Session): number =>
  session.tokens.accessTokenExpiresAtMs ?? Number.POSITIVE_INFINITY

const earlyMs = (session: Session, beforeMs: number): number =>
  Math.min(beforeMs, (expiresAtMs(session) - session.tokensReceivedAtMs) * EARLY_PART)

const isExpired = ({ session }: OpenSession, nowMs: number): boolean =>
  expiresAtMs(session) - earlyMs(session, EXPIRY_MARGIN_MS) <= nowMs

const isDue = ({ session }: OpenSession, beforeMs: number, nowMs: number): boolean =>
  expiresAtMs(session) - earlyMs(session, beforeMs) <= nowMs

/** What the access token of a session asks for before the session is used. */
export type TokenState = 'fresh' | 'due' | 'expired' | 'over'

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

const usable = (open: OpenSession): Refreshed => ({ kind: 'usable', open })

/**
 * One refresh per expiry and session, over all processes (R27): the first takes the lock, reads
 * again, and only then calls the provider; the others wait for its result, within their budget, and
 * never declare the session over because they lost. The provider's refusal ends the session, unless
 * somebody else has refreshed it meanwhile; a provider that cannot be reached does not, as long as
 * the access token lasts.
 */
export const createRefresh = (ports: CheckPorts): Refresh => {
  const { sessions, lock, relyingParty, revocation, clock, newBudget } = ports
  const inFlight = new Map<string, Promise<Refreshed>>()

  const reopen = async (open: OpenSession, budget: Budget): Promise<Refreshed> => {
    const opening = await sessions.reopen(open.session.tenant, open.ticket, budget)
    return opening.kind === 'open' ? usable(opening.open) : { kind: 'over', reason: opening.reason }
  }

  const write = async (
    open: OpenSession,
    client: Client,
    tokens: Tokens,
    budget: Budget,
  ): Promise<Refreshed> => {
    let current = open
    for (let attempt = 0; attempt < MAX_WRITES; attempt += 1) {
      const nowMs = clock.nowMs()
      const session: Session = {
        ...current.session,
        tokens,
        tokensReceivedAtMs: nowMs,
        lastSeenAtMs: nowMs,
      }
      const written = await sessions.replace(current, session, budget)
      if (written !== undefined) return usable(written)
      const read = await reopen(current, budget)
      if (read.kind === 'over') {
        if (client.logout.revokeTokens) revocation.revoke(client, tokens)
        return read
      }
      current = read.open
    }
    throw new Fault('session_store_unavailable', 'A refreshed session could not be written back.')
  }

  const callProvider = async (
    open: OpenSession,
    client: Client,
    budget: Budget,
  ): Promise<Refreshed> => {
    const { tokens } = open.session
    const outcome = await relyingParty.refresh(client, tokens, budget)
    if (outcome.kind === 'tokens')
      return write(open, client, outcome.tokens, newBudget(WRITE_BUDGET_MS))
    const read = await reopen(open, budget)
    if (read.kind === 'over') return read
    if (read.open.session.tokens.refreshToken !== tokens.refreshToken) return read
    await sessions.remove(open, budget)
    return { kind: 'over', reason: 'session_ended' }
  }

  const asHolder = async (
    open: OpenSession,
    client: Client,
    budget: Budget,
  ): Promise<Refreshed> => {
    const read = await reopen(open, budget)
    if (read.kind === 'over') return read
    const state = tokenStateOf(read.open, client, true, clock.nowMs())
    if (state === 'fresh') return read
    if (state === 'over') return { kind: 'over', reason: 'session_expired' }
    try {
      return await callProvider(read.open, client, budget)
    } catch (fault) {
      if (isExpired(read.open, clock.nowMs())) throw fault
      return usable(read.open)
    }
  }

  const asWaiter = async (open: OpenSession, budget: Budget): Promise<Refreshed | undefined> => {
    if (budget.signal.aborted) {
      throw new Fault('budget_exceeded', 'Another refresh of this session did not finish in time.')
    }
    await lock.pause(budget)
    const read = await reopen(open, budget)
    return read.kind === 'over' || !isExpired(read.open, clock.nowMs()) ? read : undefined
  }

  const acrossProcesses = async (
    open: OpenSession,
    client: Client,
    budget: Budget,
  ): Promise<Refreshed> => {
    for (;;) {
      const held = await lock.acquire(`refresh:${open.id}`, LOCK_TTL_MS, budget)
      if (held !== undefined) {
        return asHolder(open, client, budget).finally(() => held.release().catch(() => undefined))
      }
      if (!isExpired(open, clock.nowMs())) return usable(open)
      const settled = await asWaiter(open, budget)
      if (settled !== undefined) return settled
    }
  }

  return (open, client) => {
    const running = inFlight.get(open.id)
    if (running !== undefined) return running
    const started = acrossProcesses(open, client, newBudget(HOLDER_BUDGET_MS)).finally(() =>
      inFlight.delete(open.id),
    )
    inFlight.set(open.id, started)
    return started
  }
}
