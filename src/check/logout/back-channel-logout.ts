import type { ClientSource } from '../../core/client-source.ts'
import type { LogoutTokenCheck, RelyingParty } from '../../core/provider/relying-party.ts'
import { asFault, Fault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type {
  BackChannelLogout,
  BackChannelOutcome,
} from '../../core/session/back-channel-logout.ts'
import type { ReplayGuard } from '../../core/session/replay-guard.ts'
import type { SessionDirectory, SessionSelector } from '../../core/session/session-directory.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'

/** What a back-channel logout needs from outside. */
export interface BackChannelPorts {
  readonly clients: ClientSource
  readonly relyingParty: Pick<RelyingParty, 'checkLogoutToken'>
  readonly directory: Pick<SessionDirectory, 'end'>
  readonly replay: ReplayGuard
  readonly clock: Clock
}

type ValidToken = Extract<LogoutTokenCheck, { readonly kind: 'valid' }>

/**
 * With a `sid`, that session at the provider; without one, everything of the subject (Back-Channel
 * Logout 1.0 section 2.4).
 */
const selectorOf = (
  { sid, subject = '' }: ValidToken,
  issuer: string,
  client: string,
): SessionSelector =>
  sid === undefined
    ? { kind: 'subject', issuer, subject, client }
    : { kind: 'sid', issuer, sid, client }

const USED: BackChannelOutcome = { kind: 'refused', detail: 'Its jti claim was seen before.' }

/**
 * A logout that the provider asks for. A token is taken once. Its id is claimed after the sessions
 * have ended, so that a provider may try again with the same token whatever failed before; ending
 * twice is no error.
 */
export const createBackChannelLogout = (ports: BackChannelPorts): BackChannelLogout => {
  const { clients, relyingParty, directory, replay, clock } = ports

  const endAll = async (
    token: ValidToken,
    issuer: string,
    names: readonly string[],
    budget: Budget,
  ): Promise<number> => {
    let sessions = 0
    for (const name of names) {
      sessions += await directory.end(selectorOf(token, issuer, name), budget)
    }
    return sessions
  }

  const accept = async (
    token: ValidToken,
    client: Client,
    names: readonly string[],
    budget: Budget,
  ): Promise<BackChannelOutcome> => {
    const { issuer } = token
    const id = `logout:${JSON.stringify([issuer, client.clientId, token.id])}`
    if (await replay.isClaimed(id, budget)) return USED
    const sessions = await endAll(token, issuer, names, budget)
    const ttlMs = Math.max(1, token.acceptedUntilMs - clock.nowMs())
    return (await replay.claim(id, ttlMs, budget)) ? { kind: 'ended', sessions } : USED
  }

  const run: BackChannelLogout = async (name, logoutToken, budget) => {
    const found = clients.find(name)
    switch (found.kind) {
      case 'none':
        return { kind: 'unknown_client' }
      case 'broken':
        throw new Fault('policy_broken', found.detail)
      case 'not_synced':
        throw new Fault('not_synced', 'No complete snapshot has been loaded yet.')
      case 'found': {
        const { client, sameRegistration } = found
        if (!client.logout.backChannel) return { kind: 'unknown_client' }
        const check = await relyingParty.checkLogoutToken(client, logoutToken, budget)
        if (check.kind === 'invalid') return { kind: 'refused', detail: check.detail }
        return accept(check, client, sameRegistration, budget)
      }
    }
  }

  return async (name, logoutToken, budget) => {
    try {
      return await run(name, logoutToken, budget)
    } catch (thrown) {
      return { kind: 'unavailable', fault: asFault(thrown) }
    }
  }
}
