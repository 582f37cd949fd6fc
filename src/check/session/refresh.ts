import type { CheckPorts } from '../../core/check-ports.ts'
import type { Tokens } from '../../core/provider/tokens.ts'
import { asFault, Fault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { HeldLock } from '../../core/session/lock.ts'
import type { Session } from '../../core/session/session.ts'
import type { OpenSession } from '../../core/session/session-store.ts'
import type { Budget } from '../../core/time/budget.ts'
import { createCooldowns } from './cooldowns.ts'
import { isExpired, tokenStateOf } from './token-state.ts'
import { type WantedToken, wantsIdToken } from './wanted-token.ts'

/** A session that may be used, or why it is over. */
export type Refreshed =
  | { readonly kind: 'usable'; readonly open: OpenSession }
  | {
      readonly kind: 'over'
      readonly reason: 'session_unknown' | 'session_expired' | 'session_ended'
      /** For the log alone. */
      readonly detail?: string
    }

/**
 * Refreshes a session whose access token, or the token that is wanted, is due or expired. Calls for
 * one session share one refresh, and none of them can abort it: a rotated refresh token that nobody
 * writes down is a lost session.
 */
export type Refresh = (open: OpenSession, client: Client, wanted: WantedToken) => Promise<Refreshed>

/** A lost holder's lock expires by itself after this; one that lives renews it (R27). */
const LOCK_TTL_MS = 5_000

/** A refresh takes no longer, whether or not the request that began it is still there. */
const HOLDER_BUDGET_MS = 4_500

/**
 * Tokens that were handed out are written down, however long the provider took over them, and
 * though the store is away for a while: nobody else has them.
 */
const WRITE_BUDGET_MS = 20_000

/** How often a write may lose to another before it is given up. */
const MAX_WRITES = 5

const isOutage = (thrown: unknown): boolean => asFault(thrown).code === 'session_store_unavailable'

/** Somebody else has refreshed it: the refresh token is another one. */
const hasOtherTokens = (read: OpenSession, known: OpenSession): boolean =>
  read.session.tokens.refreshToken !== known.session.tokens.refreshToken

/** One for the ID token may end otherwise than one for the access token. */
const nameOf = ({ id }: OpenSession, wanted: WantedToken): string =>
  wantsIdToken(wanted) ? `${id} id_token` : id

const letGo = (held: HeldLock): Promise<void> => held.release().catch(() => undefined)

const usable = (open: OpenSession): Refreshed => ({ kind: 'usable', open })

/**
 * One refresh per expiry and session, over all processes (R27): the first takes the lock, reads
 * again, and only then calls the provider; the others wait for its result, within their budget, and
 * never declare the session over because they lost. The provider's refusal ends the session, unless
 * somebody else has refreshed it meanwhile: `invalid_grant` at once, any other when the access
 * token has expired. A provider that cannot be reached ends none, and is left alone for a moment.
 */
export const createRefresh = (ports: CheckPorts): Refresh => {
  const { sessions, lock, relyingParty, revocation, tokenExchange, clock, newBudget } = ports
  const inFlight = new Map<string, Promise<Refreshed>>()
  const cooldowns = createCooldowns(ports)
  const declined = createCooldowns(ports)

  const reopen = async (open: OpenSession, budget: Budget): Promise<Refreshed> => {
    const opening = await sessions.reopen(open.session.tenant, open.ticket, budget)
    return opening.kind === 'open' ? usable(opening.open) : { kind: 'over', reason: opening.reason }
  }

  /** Tries until the store is there, as long as the budget lasts. */
  const replace = async (open: OpenSession, session: Session, budget: Budget) => {
    for (;;) {
      try {
        return await sessions.replace(open, session, budget)
      } catch (fault) {
        if (!isOutage(fault) || budget.signal.aborted) throw fault
        await lock.pause(budget)
      }
    }
  }

  /** What was exchanged for the access token that a session had until now. */
  const takeBack = ({ session }: OpenSession, client: Client, when: 'now' | 'soon'): void => {
    const { issuer, subject, tokens } = session
    tokenExchange.takeBack(client, { token: tokens.accessToken, issuer, subject }, when)
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
      const written = await replace(current, session, budget)
      if (written !== undefined) {
        if (tokens.accessToken !== open.session.tokens.accessToken) takeBack(open, client, 'soon')
        return usable(written)
      }
      const read = await reopen(current, budget)
      if (read.kind === 'over') {
        if (client.logout.revokeTokens) revocation.revoke(client, tokens)
        return read
      }
      if (hasOtherTokens(read.open, open)) return read
      current = read.open
    }
    throw new Fault('session_store_unavailable', 'A refreshed session could not be written back.')
  }

  const callProvider = async (
    open: OpenSession,
    client: Client,
    wanted: WantedToken,
    budget: Budget,
  ): Promise<Refreshed> => {
    const { tokens } = open.session
    const outcome = await relyingParty.refresh(client, tokens, budget)
    if (outcome.kind === 'tokens')
      return write(open, client, outcome.tokens, newBudget(WRITE_BUDGET_MS))
    const read = await reopen(open, budget)
    if (read.kind === 'over') return read
    if (hasOtherTokens(read.open, open)) return read
    const detail = `The refresh was refused: ${outcome.detail}`
    if (outcome.kind === 'declined' && !isExpired(open, wanted, clock.nowMs())) {
      declined.begin(open.id, detail)
      return read
    }
    await sessions.remove(open, budget)
    takeBack(open, client, 'now')
    return { kind: 'over', reason: 'session_ended', detail }
  }

  /** `undefined`: the lock was lost before the provider was asked. */
  const asHolder = async (
    open: OpenSession,
    client: Client,
    wanted: WantedToken,
    held: HeldLock,
    budget: Budget,
  ): Promise<Refreshed | undefined> => {
    const read = await reopen(open, budget)
    if (read.kind === 'over') return read
    const asked = wanted === 'none' ? 'access_token' : wanted
    const state = tokenStateOf(read.open, client, asked, clock.nowMs())
    if (state === 'fresh') return read
    if (state === 'over') return { kind: 'over', reason: 'session_expired' }
    if (!held.isHeld()) return undefined
    try {
      return await callProvider(read.open, client, wanted, budget)
    } catch (fault) {
      if (!isOutage(fault)) cooldowns.begin(open.id, fault)
      if (isExpired(read.open, wanted, clock.nowMs())) throw fault
      return usable(read.open)
    }
  }

  const asWaiter = async (
    open: OpenSession,
    wanted: WantedToken,
    budget: Budget,
  ): Promise<Refreshed | undefined> => {
    if (budget.signal.aborted) {
      throw new Fault('budget_exceeded', 'Another refresh of this session did not finish in time.')
    }
    await lock.pause(budget)
    const read = await reopen(open, budget)
    return read.kind === 'over' || !isExpired(read.open, wanted, clock.nowMs()) ? read : undefined
  }

  const acrossProcesses = async (
    open: OpenSession,
    client: Client,
    wanted: WantedToken,
    budget: Budget,
  ): Promise<Refreshed> => {
    for (;;) {
      const held = await lock.acquire(`refresh:${open.id}`, LOCK_TTL_MS, budget)
      if (held === undefined && !isExpired(open, wanted, clock.nowMs())) return usable(open)
      const settled =
        held === undefined
          ? await asWaiter(open, wanted, budget)
          : await asHolder(open, client, wanted, held, budget).finally(() => letGo(held))
      if (settled !== undefined) return settled
    }
  }

  const begin = (open: OpenSession, client: Client, wanted: WantedToken): Promise<Refreshed> => {
    const name = nameOf(open, wanted)
    const budget = newBudget(HOLDER_BUDGET_MS)
    const started = acrossProcesses(open, client, wanted, budget).finally(() =>
      inFlight.delete(name),
    )
    inFlight.set(name, started)
    ports.behind(started)
    return started
  }

  return async (open, client, wanted) => {
    const running = inFlight.get(nameOf(open, wanted))
    if (running !== undefined) return running
    const isOld = isExpired(open, wanted, clock.nowMs())
    const fault = cooldowns.of(open.id)
    if (fault !== undefined && isOld) throw fault
    const isResting = fault !== undefined || (!isOld && declined.of(open.id) !== undefined)
    return isResting ? usable(open) : begin(open, client, wanted)
  }
}
