import type { CheckPorts } from '../../core/check-ports.ts'
import type { Authentication, Identity } from '../../core/identity/identity.ts'
import { sessionClaims } from '../../core/identity/session-claims.ts'
import type { Tokens } from '../../core/provider/tokens.ts'
import { asFault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import type { Session } from '../../core/session/session.ts'
import type { OpenSession } from '../../core/session/session-store.ts'
import { type Awaitable, andThen } from '../../core/time/awaitable.ts'
import type { Budget } from '../../core/time/budget.ts'
import { createOpenedSession, type Opened, sessionRefused } from './opened-session.ts'
import { createRefresh } from './refresh.ts'
import { tokenStateOf } from './token-state.ts'
import type { WantedToken } from './wanted-token.ts'

/** Who a session says is calling. What is wanted of its tokens has to be valid. */
export type SessionAuthentication = (
  request: Request,
  client: Client,
  wanted: WantedToken,
  budget: Budget,
) => Awaitable<Authentication>

type OfTokens = 'accessToken' | 'accessTokenExpiresAtMs' | 'accessTokenIsBound' | 'idToken'

const tokensOf = ({
  accessToken,
  accessTokenExpiresAtMs,
  accessTokenIsBound,
  idToken,
}: Tokens): Pick<Identity, OfTokens> => ({
  accessToken,
  ...(accessTokenExpiresAtMs === undefined ? {} : { accessTokenExpiresAtMs }),
  ...(accessTokenIsBound === undefined ? {} : { accessTokenIsBound }),
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
  tokensReceivedAtMs: session.tokensReceivedAtMs,
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
 * for the outcome.
 */
export const createSessionAuthentication = (ports: CheckPorts): SessionAuthentication => {
  const openedSession = createOpenedSession(ports)
  const refresh = createRefresh(ports)
  const identities = createIdentities()

  const authenticated = (open: OpenSession): Authentication => {
    ports.sessions.touch(open)
    return identities(open)
  }

  const refreshBehind = (open: OpenSession, client: Client, wanted: WantedToken): void => {
    refresh(open, client, wanted).catch(() => undefined)
  }

  /** The provider need not have renewed what is wanted. */
  const refreshed = (open: OpenSession, client: Client, wanted: WantedToken): Authentication =>
    tokenStateOf(open, client, wanted, ports.clock.nowMs()) === 'over'
      ? sessionRefused('session_expired')
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
      return sessionRefused(reason, detail === undefined ? {} : { detail })
    } catch (fault) {
      if (wanted !== 'none' || asFault(fault).code !== 'session_store_unavailable') throw fault
      return authenticated(open)
    }
  }

  const use = (opened: Opened, client: Client, wanted: WantedToken): Awaitable<Authentication> => {
    if (opened.kind === 'unauthenticated') return opened
    const { open } = opened
    switch (tokenStateOf(open, client, wanted, ports.clock.nowMs())) {
      case 'fresh':
        return authenticated(open)
      case 'due':
        refreshBehind(open, client, wanted)
        return authenticated(open)
      case 'expired':
        return refreshFirst(open, client, wanted)
      case 'over':
        return sessionRefused('session_expired')
    }
  }

  return (request, client, wanted, budget) =>
    andThen(openedSession(request, client, budget), (opened) => use(opened, client, wanted))
}
