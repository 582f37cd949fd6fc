import type { CheckPorts } from '../../core/check-ports.ts'
import { findCookie } from '../../core/cookie/cookie.ts'
import { placesOf } from '../../core/cookie/own-cookies.ts'
import type { Authentication, Identity, Unauthenticated } from '../../core/identity/identity.ts'
import { sessionClaims } from '../../core/identity/session-claims.ts'
import type { Client } from '../../core/policy/policy.ts'
import type { Tokens } from '../../core/provider/tokens.ts'
import { asFault } from '../../core/reason/fault.ts'
import type { Request } from '../../core/request/request.ts'
import { isRevoked } from '../../core/session/revoked.ts'
import type { Session } from '../../core/session/session.ts'
import { isBoundHere } from '../../core/session/session-binding.ts'
import type { OpenSession, SessionOpening } from '../../core/session/session-store.ts'
import { type Awaitable, andThen } from '../../core/time/awaitable.ts'
import type { Budget } from '../../core/time/budget.ts'
import { createRefresh } from './refresh.ts'
import { sessionTenant } from './session-tenant.ts'
import { tokenStateOf } from './token-state.ts'
import type { WantedToken } from './wanted-token.ts'

/** Who a session says is calling. What is wanted of its tokens has to be valid. */
export type SessionAuthentication = (
  request: Request,
  client: Client,
  wanted: WantedToken,
  budget: Budget,
) => Awaitable<Authentication>

/** A session that no longer counts is removed behind the answer; a failure leaves it refused. */
const END_BUDGET_MS = 2_000

const refused = (
  reason: Unauthenticated['reason'],
  extra: Partial<Unauthenticated> = {},
): Unauthenticated => ({
  kind: 'unauthenticated',
  reason,
  presented: 'session',
  clearCookies: [],
  ...extra,
})

const tokensOf = ({
  accessToken,
  accessTokenExpiresAtMs,
  idToken,
}: Tokens): Pick<Identity, 'accessToken' | 'accessTokenExpiresAtMs' | 'idToken'> => ({
  accessToken,
  ...(accessTokenExpiresAtMs === undefined ? {} : { accessTokenExpiresAtMs }),
  ...(idToken === undefined ? {} : { idToken }),
})

const identityOf = ({ session }: OpenSession): Identity => ({
  via: 'session',
  client: session.client,
  issuer: session.issuer,
  subject: session.subject,
  claims: sessionClaims(session.tokens),
  scopes: session.tokens.scopes,
  ...tokensOf(session.tokens),
  expiresAtMs: session.absoluteExpiresAtMs,
  idleTimeoutMs: session.idleTimeoutMs,
})

type Authenticated = Extract<Authentication, { readonly kind: 'authenticated' }>

const isOf = (known: Identity, { client, issuer, subject }: Session): boolean =>
  known.client === client && known.issuer === issuer && known.subject === subject

/**
 * The identities of sessions, each the same object for as long as the tokens are: a session of the
 * cache has the same ones at every check, and others after a refresh.
 */
const createIdentities = () => {
  const byTokens = new WeakMap<Tokens, Authenticated>()
  return (open: OpenSession): Authenticated => {
    const { tokens } = open.session
    const known = byTokens.get(tokens)
    if (known !== undefined && isOf(known.identity, open.session)) return known
    const made: Authenticated = { kind: 'authenticated', identity: identityOf(open) }
    byTokens.set(tokens, made)
    return made
  }
}

/**
 * Opens the session of a request. An access token close to its expiry is refreshed behind the
 * answer, where a failure is nothing yet: the next request tries again, and an expired one waits
 * for the outcome. Two cookies of our name mean that one was planted: neither counts and both are
 * removed (R15). One that its client has revoked has ended. One that is bound to another browser or
 * network does not count here, and goes on there.
 */
export const createSessionAuthentication = (ports: CheckPorts): SessionAuthentication => {
  const refresh = createRefresh(ports)
  const identities = createIdentities()

  const authenticated = (open: OpenSession): Authentication => {
    ports.sessions.touch(open)
    return identities(open)
  }

  const refreshBehind = (open: OpenSession, client: Client, wanted: WantedToken): void => {
    refresh(open, client, wanted).catch(() => undefined)
  }

  const endBehind = (open: OpenSession): void => {
    ports.sessions.remove(open, ports.newBudget(END_BUDGET_MS)).catch(() => undefined)
  }

  /** The provider need not have renewed what is wanted. */
  const refreshed = (open: OpenSession, client: Client, wanted: WantedToken): Authentication =>
    tokenStateOf(open, client, wanted, ports.clock.nowMs()) === 'over'
      ? refused('session_expired')
      : authenticated(open)

  /** A token that nobody is to get may stay old while the store is away. */
  const refreshFirst = async (
    open: OpenSession,
    client: Client,
    wanted: WantedToken,
  ): Promise<Authentication> => {
    try {
      const outcome = await refresh(open, client, wanted)
      if (outcome.kind === 'usable') return refreshed(outcome.open, client, wanted)
      const { reason, detail } = outcome
      return refused(reason, detail === undefined ? {} : { detail })
    } catch (fault) {
      if (wanted !== 'none' || asFault(fault).code !== 'session_store_unavailable') throw fault
      return authenticated(open)
    }
  }

  const use = (
    request: Request,
    opening: SessionOpening,
    client: Client,
    wanted: WantedToken,
  ): Awaitable<Authentication> => {
    if (opening.kind === 'none') return refused(opening.reason)
    const { open } = opening
    if (isRevoked(open.session, client.session, ports.clock.nowMs())) {
      endBehind(open)
      return refused('session_ended')
    }
    if (!isBoundHere(request, client.session.bindTo, open.session.binding)) {
      return refused('session_elsewhere')
    }
    switch (tokenStateOf(open, client, wanted, ports.clock.nowMs())) {
      case 'fresh':
        return authenticated(open)
      case 'due':
        refreshBehind(open, client, wanted)
        return authenticated(open)
      case 'expired':
        return refreshFirst(open, client, wanted)
      case 'over':
        return refused('session_expired')
    }
  }

  return (request, client, wanted, budget) => {
    const own = client.session.cookie
    const cookie = findCookie(request.header('cookie'), own.name)
    switch (cookie.kind) {
      case 'absent':
        return refused('login_required', { presented: 'none' })
      case 'doubtful':
        return refused('cookies_joined')
      case 'duplicate':
        return refused('session_unknown', { clearCookies: placesOf(own, request.host) })
      case 'one':
        return andThen(
          ports.sessions.open(sessionTenant(client, request), cookie.value, budget),
          (opening) => use(request, opening, client, wanted),
        )
    }
  }
}
