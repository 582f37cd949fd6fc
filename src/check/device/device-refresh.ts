import type { CheckPorts } from '../../core/check-ports.ts'
import { findCookie } from '../../core/cookie/cookie.ts'
import type { About, Deny, Header } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { Client, DeviceBound } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import { isRevoked } from '../../core/session/revoked.ts'
import type { SessionDevice } from '../../core/session/session-device.ts'
import type { OpenSession, SessionOpening } from '../../core/session/session-store.ts'
import type { Budget } from '../../core/time/budget.ts'
import { aboutSession } from '../answer/about-session.ts'
import { clearing } from '../answer/denials.ts'
import { boundCookie, boundCookiePlace } from '../session/bound-cookie.ts'
import { sessionTenant } from '../session/session-tenant.ts'
import { createDeviceChallenges } from './challenges.ts'
import { bareText, challengeHeader, PROOF_HEADER, SESSION_HEADER } from './device-headers.ts'
import { createDeviceSessionIds, mayBeName, type NamedSession } from './device-session-id.ts'
import { createEndSession } from './end-session.ts'
import { createNoteProof } from './note-proof.ts'

/** Answers the road where a browser proves its device. */
export type DeviceRefresh = (request: Request, policy: Policy, budget: Budget) => Promise<Deny>

/** A session that a browser means, with the client that binds it. */
interface Meant {
  readonly client: Client
  readonly terms: DeviceBound
  readonly ticket: string
}

type Bound = Required<SessionDevice>['bound']

/** A session that is bound. */
interface Found extends Meant {
  readonly open: OpenSession
  readonly bound: Bound
}

/** Only a session that is bound has a name: a write to the store was lost. */
const LOST = 'The record of the session has lost its device, and was ended.'

/** The longest time that a challenge counts. */
const usedForMs = ({ challengeLifetimeMs }: DeviceBound): number => 3 * challengeLifetimeMs

const boundIn = ({ session }: OpenSession): Bound | undefined => session.device?.bound

/**
 * Renews the short-lived cookie of a session whose browser proves its device. To a browser every
 * status but 200, 204, 403 with a challenge and 5xx means that its session is over, so these are
 * all that there are: a store that is away is 503, as any fault is. Nobody is told that a session
 * is over who could still prove it: only where it has ended, or the browser has another by now. One
 * whose record lost its device is ended first: its ticket alone would open it.
 * Neither the provider is asked nor, for a session at hand, the store; when the device proved
 * itself is written down behind the answer.
 */
export const createDeviceRefresh = (ports: CheckPorts): DeviceRefresh => {
  const { sessions, deviceProofs, replay, clock } = ports
  const ids = createDeviceSessionIds(ports)
  const challenges = createDeviceChallenges(ports)
  const noteProof = createNoteProof(ports)
  const endSession = createEndSession(ports)

  const ticketIn = (request: Request, { session }: Client): string | undefined => {
    const cookie = findCookie(request.header('cookie'), session.cookie.name)
    return cookie.kind === 'one' ? cookie.value : undefined
  }

  const meantBy = (named: NamedSession, { clients }: Policy): Meant | undefined => {
    const client = clients.find(({ name }) => name === named.client)
    const terms = client?.session.deviceBound
    return client === undefined || terms === undefined
      ? undefined
      : { client, terms, ticket: named.ticket }
  }

  /** Those whose tickets came along: for a name that was sealed under a key that has left. */
  const meantByCookies = (request: Request, { clients }: Policy): readonly Meant[] =>
    clients.flatMap((client) => {
      const { deviceBound: terms } = client.session
      const ticket = terms === undefined ? undefined : ticketIn(request, client)
      return terms === undefined || ticket === undefined ? [] : [{ client, terms, ticket }]
    })

  /** What is at hand may be older than the binding. */
  const open = async (
    request: Request,
    { client, ticket }: Meant,
    budget: Budget,
  ): Promise<SessionOpening> => {
    const tenant = sessionTenant(client, request)
    const opening = await sessions.open(tenant, ticket, budget)
    return opening.kind === 'open' && boundIn(opening.open) === undefined
      ? sessions.reopen(tenant, ticket, budget)
      : opening
  }

  const find = async (
    request: Request,
    meant: Meant,
    isNamed: boolean,
    budget: Budget,
  ): Promise<Found | typeof LOST | undefined> => {
    const opening = await open(request, meant, budget)
    if (opening.kind === 'none') return undefined
    const { session } = opening.open
    if (isRevoked(session, meant.client.session, clock.nowMs())) return undefined
    const bound = boundIn(opening.open)
    if (bound !== undefined) return { ...meant, open: opening.open, bound }
    if (!isNamed) return undefined
    await endSession(opening.open, meant.client, budget)
    return LOST
  }

  const aboutOf = ({ name: policy }: Policy, { open: { session } }: Found): About => ({
    policy,
    ...aboutSession(session),
    client: session.client,
  })

  /** Cookies of another session than the one that is over stay. */
  const over = (
    request: Request,
    { name: policy }: Policy,
    meant: Meant | undefined,
    detail: string | undefined,
  ): Deny => {
    const isItsOwn = meant !== undefined && ticketIn(request, meant.client) === meant.ticket
    const { client, terms } = meant ?? {}
    const gone =
      isItsOwn && client !== undefined && terms !== undefined
        ? clearing([client.session.cookie, boundCookiePlace(client, terms)])
        : []
    return deny('device_session_over', {
      headers: gone,
      content: 'json',
      members: { continue: false },
      about: { policy },
      ...(detail === undefined ? {} : { detail }),
    })
  }

  const nextChallenge = ({ terms, open: session, bound }: Found, id: string): Header =>
    challengeHeader(challenges.newest(terms, session, bound.key), id)

  const challenged = (
    policy: Policy,
    found: Found,
    id: string,
    reason: 'device_challenged' | 'device_proof_refused',
    detail?: string,
  ): Deny =>
    deny(reason, {
      headers: [nextChallenge(found, id)],
      content: 'none',
      about: aboutOf(policy, found),
      ...(detail === undefined ? {} : { detail }),
    })

  const isUsed = async (found: Found, challenge: string, budget: Budget): Promise<boolean> => {
    if (!found.terms.singleUse) return false
    const name = `device:${found.open.id}:${challenge}`
    return !(await replay.claim(name, usedForMs(found.terms), budget))
  }

  const proven = (policy: Policy, found: Found, id: string): Deny => {
    const { client, terms, bound } = found
    noteProof(found.open)
    return deny('device_proven', {
      headers: [
        boundCookie(deviceProofs, client, terms, found.open, bound.key, clock.nowMs()),
        nextChallenge(found, id),
      ],
      content: 'none',
      about: aboutOf(policy, found),
    })
  }

  const answer = async (
    request: Request,
    policy: Policy,
    found: Found,
    id: string,
    budget: Budget,
  ): Promise<Deny> => {
    const shown = bareText(request.header(PROOF_HEADER))
    if (shown === undefined) return challenged(policy, found, id, 'device_challenged')
    const refuse = (detail: string): Deny =>
      challenged(policy, found, id, 'device_proof_refused', detail)
    const reading = deviceProofs.read(shown)
    if (reading.kind === 'bad') return refuse(reading.detail)
    const { proof } = reading
    const { key } = found.bound
    if (!challenges.isTaken(found.terms, found.open, key, proof.challenge)) {
      const detail = 'The challenge of the proof is old, or of another session.'
      return challenged(policy, found, id, 'device_challenged', detail)
    }
    if (!deviceProofs.isSignedBy(proof, key)) {
      return refuse('The signature of the proof is not of the key of the session.')
    }
    if (await isUsed(found, proof.challenge, budget)) return refuse('The proof was used before.')
    return proven(policy, found, id)
  }

  const unreadable = ({ name: policy }: Policy): Deny =>
    deny('device_refresh_unreadable', { about: { policy } })

  return async (request, policy, budget) => {
    const id = bareText(request.header(SESSION_HEADER))
    if (id === undefined || !mayBeName(id)) return unreadable(policy)
    const named = ids.named(request, id)
    const meant = named === undefined ? undefined : meantBy(named, policy)
    const all = named === undefined ? meantByCookies(request, policy) : meant ? [meant] : []
    if (named === undefined && all.length === 0) return unreadable(policy)
    let detail: string | undefined
    for (const one of all) {
      const current = ticketIn(request, one.client)
      if (current !== undefined && current !== one.ticket) continue
      const found = await find(request, one, meant !== undefined, budget)
      if (typeof found === 'object') return answer(request, policy, found, id, budget)
      detail = found
    }
    return over(request, policy, meant, detail)
  }
}
