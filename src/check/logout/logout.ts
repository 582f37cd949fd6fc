import type { CheckPorts } from '../../core/check-ports.ts'
import { findCookie } from '../../core/cookie/cookie.ts'
import { LOGOUT_COOKIE } from '../../core/cookie/own-cookies.ts'
import type { Deny } from '../../core/decision/decision.ts'
import type { Policy } from '../../core/policy/policy.ts'
import { asFault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import { originOf } from '../../core/request/return-url.ts'
import { isBoundHere } from '../../core/session/session-binding.ts'
import type { OpenSession, SessionOpening } from '../../core/session/session-store.ts'
import type { Budget } from '../../core/time/budget.ts'
import { farewell } from '../answer/farewell.ts'
import { createDeviceStanding } from '../session/device-standing.ts'
import { sessionTenant } from '../session/session-tenant.ts'
import { type Destination, destinationIn, destinationOf, withDestination } from './destination.ts'
import { type AtProvider, answerSignOut, type Ending, signedOut } from './sign-out-answer.ts'
import { createSignOutIntent, mayBeWithheld } from './sign-out-intent.ts'

/** Ends the session of a browser, here and at the provider. */
export type Logout = (
  request: Request,
  policy: Policy,
  client: Client,
  budget: Budget,
) => Promise<Deny>

/**
 * Where to send the browser is known as a rule; nobody waits longer for a provider that is slow.
 */
const PROVIDER_BUDGET_MS = 1_000

/**
 * The `state` that we gave the provider, where this is the provider sending the browser back with
 * it (RP-Initiated Logout 1.0 section 3). A browser that has signed in again meanwhile is not
 * signed out by it.
 */
const returnedState = (request: Request, client: Client): string | undefined => {
  const states = new URLSearchParams(request.path.query).getAll('state')
  const cookies = request.header('cookie')
  const cookie = findCookie(cookies, LOGOUT_COOKIE)
  const isOurs = cookie.kind === 'one' && states.length === 1 && cookie.value === states[0]
  const isOut = findCookie(cookies, client.session.cookie.name).kind === 'absent'
  return isOurs && isOut ? cookie.value : undefined
}

/**
 * Sign-out. The session ends here first, its tokens are taken back behind the answer, and the
 * provider is asked, which sends the browser back to this same path, so that one URL is registered
 * there. Each part is done though another fails, and what was not done is said. A visit caused by
 * another site, or a prefetch, ends nothing: it is asked first.
 */
export const createLogout = (ports: CheckPorts): Logout => {
  const { sessions, relyingParty, revocation, tokenExchange, random, newBudget } = ports
  const intent = createSignOutIntent(ports)
  const standingOf = createDeviceStanding(ports)

  /** As the store has it, with its newest tokens; or, where that is silent, as this process has. */
  const find = async (
    request: Request,
    client: Client,
    ticket: string,
    budget: Budget,
  ): Promise<SessionOpening> => {
    const tenant = sessionTenant(client, request)
    try {
      return await sessions.reopen(tenant, ticket, budget)
    } catch {
      return sessions.open(tenant, ticket, budget)
    }
  }

  /** Who took a ticket elsewhere may end its session, and learns nothing of whose it is. */
  const hintOf = (
    request: Request,
    { session: { bindTo, deviceBound } }: Client,
    open: OpenSession,
  ): { readonly idToken?: string } => {
    const { tokens, binding } = open.session
    const { idToken } = tokens
    if (idToken === undefined || !isBoundHere(request, bindTo, binding)) return {}
    const isHere = deviceBound === undefined || standingOf(request, deviceBound, open) === 'good'
    return isHere ? { idToken } : {}
  }

  const askProvider = async (
    request: Request,
    client: Client,
    destination: Destination,
    open?: OpenSession,
  ): Promise<AtProvider> => {
    if (!client.logout.atProvider) return { kind: 'not_asked' }
    const hint = open === undefined ? {} : hintOf(request, client, open)
    const state = withDestination(random.token(16), client, destination)
    const returnUrl = originOf(request) + client.logout.path
    try {
      const asked = { ...hint, state, returnUrl }
      const budget = newBudget(PROVIDER_BUDGET_MS)
      const url = await relyingParty.endSessionUrl(client, asked, budget)
      return url === undefined ? { kind: 'not_asked' } : { kind: 'asked', url, state }
    } catch (thrown) {
      return { kind: 'unreachable', detail: asFault(thrown).message }
    }
  }

  const remove = async (open: OpenSession, budget: Budget): Promise<Pick<Ending, 'failure'>> => {
    try {
      await sessions.remove(open, budget)
      return {}
    } catch (thrown) {
      return { failure: asFault(thrown).message }
    }
  }

  const end = async (
    open: OpenSession,
    request: Request,
    client: Client,
    destination: Destination,
    budget: Budget,
  ): Promise<Ending> => {
    const removed = await remove(open, budget)
    const { issuer, subject, tokens } = open.session
    tokenExchange.takeBack(client, { token: tokens.accessToken, issuer, subject }, 'now')
    if (client.logout.revokeTokens) revocation.revoke(client, tokens)
    return { open, ...removed, provider: await askProvider(request, client, destination, open) }
  }

  const withTicket = async (
    ticket: string,
    request: Request,
    policy: Policy,
    client: Client,
    budget: Budget,
  ): Promise<Deny> => {
    const isGiven = intent.isGiven(request, client, ticket)
    const destination = destinationOf(client, request)
    let opening: SessionOpening
    try {
      opening = await find(request, client, ticket, budget)
    } catch (thrown) {
      const failure = asFault(thrown).message
      if (!isGiven) return intent.ask(request, policy, client, ticket)
      const provider = await askProvider(request, client, destination)
      return answerSignOut(request, policy, client, destination, { failure, provider })
    }
    if (opening.kind === 'none') {
      return signedOut(request, policy, destination, farewell(request, policy, client))
    }
    if (!isGiven) return intent.ask(request, policy, client, ticket)
    const ending = await end(opening.open, request, client, destination, budget)
    return answerSignOut(request, policy, client, destination, ending)
  }

  return async (request, policy, client, budget) => {
    const gone = farewell(request, policy, client)
    const state = returnedState(request, client)
    if (state !== undefined) {
      return signedOut(request, policy, destinationIn(state, client), gone)
    }
    const destination = destinationOf(client, request)
    const cookie = findCookie(request.header('cookie'), client.session.cookie.name)
    switch (cookie.kind) {
      case 'absent':
        if (mayBeWithheld(request, client)) return intent.ask(request, policy, client)
        return signedOut(request, policy, destination, gone)
      case 'doubtful':
      case 'duplicate':
        return signedOut(request, policy, destination, gone)
      case 'one':
        return withTicket(cookie.value, request, policy, client, budget)
    }
  }
}
