import type { CheckPorts } from '../../core/check-ports.ts'
import type { Deny } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { Policy } from '../../core/policy/policy.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Client, DeviceBound } from '../../core/registration/client.ts'
import type { Request } from '../../core/request/request.ts'
import type { DeviceProof } from '../../core/session/device-proofs.ts'
import { isRevoked } from '../../core/session/revoked.ts'
import type { DeviceKey } from '../../core/session/session-device.ts'
import type { OpenSession } from '../../core/session/session-store.ts'
import type { Budget } from '../../core/time/budget.ts'
import { aboutSession } from '../answer/about-session.ts'
import { sessionChallenge } from '../answer/challenges.ts'
import { boundCookie } from '../session/bound-cookie.ts'
import { sessionTenant } from '../session/session-tenant.ts'
import { createDeviceChallenges } from './challenges.ts'
import { bareText, challengeHeader, PROOF_HEADER } from './device-headers.ts'
import { createDeviceSessionIds } from './device-session-id.ts'
import { createOffers } from './offer.ts'
import { sessionConfig } from './session-config.ts'

/** Answers the road where a browser shows the key of its device. */
export type Bind = (request: Request, policy: Policy, budget: Budget) => Promise<Deny>

/** The session that was offered, and the key that it is to be bound to. */
interface Asked {
  readonly client: Client
  readonly terms: DeviceBound
  readonly ticket: string
  readonly key: DeviceKey
}

/** A session under its key, or why it is under none: a sentence. */
type Outcome = OpenSession | string

/** How often a write may lose to another, of a refresh for example, before it is given up. */
const MAX_WRITES = 5

/**
 * Binds a session to the key that its browser shows. It is found by what went with the answer to
 * the login, and by nothing else; whoever has not read that answer binds nothing. The first key
 * wins, on whatever replica; the same key once more is answered once more. At most one signature is
 * looked at, and only of somebody who shows such an answer.
 */
export const createBind = (ports: CheckPorts): Bind => {
  const { sessions, deviceProofs, clock } = ports
  const offers = createOffers(ports)
  const ids = createDeviceSessionIds(ports)
  const challenges = createDeviceChallenges(ports)

  const refuse = (request: Request, { name: policy }: Policy, detail: string): Deny =>
    deny('device_binding_refused', {
      headers: [sessionChallenge(request)],
      content: 'problem',
      about: { policy },
      detail,
    })

  const signed = (proof: DeviceProof): DeviceKey | string => {
    const found = deviceProofs.keyIn(proof)
    if (found.kind === 'bad') return found.detail
    return deviceProofs.isSignedBy(proof, found.key)
      ? found.key
      : 'The signature of the proof is not of the key that it carries.'
  }

  const read = (request: Request, { clients }: Policy): Asked | string => {
    const shown = bareText(request.header(PROOF_HEADER))
    if (shown === undefined) return 'No proof came with it.'
    const reading = deviceProofs.read(shown)
    if (reading.kind === 'bad') return reading.detail
    const { authorization, challenge } = reading.proof
    if (authorization === undefined) return 'The proof says not what was offered (authorization).'
    const offered = offers.open(request, authorization, challenge)
    if (offered === undefined) return 'What it says was not offered at this host.'
    if (offered.expiresAtMs <= clock.nowMs()) return 'It came too late after the login.'
    const client = clients.find(({ name }) => name === offered.client)
    const terms = client?.session.deviceBound
    if (client === undefined || terms === undefined) return 'The client binds no sessions any more.'
    const key = signed(reading.proof)
    return typeof key === 'string' ? key : { client, terms, ticket: offered.ticket, key }
  }

  const bindOnce = async (
    open: OpenSession,
    key: DeviceKey,
    budget: Budget,
  ): Promise<Outcome | undefined> => {
    const { device } = open.session
    if (device === undefined) return 'The session began before the client bound sessions.'
    if (device.bound !== undefined) {
      return device.bound.key.thumbprint === key.thumbprint
        ? open
        : 'The session is bound to another key already.'
    }
    const nowMs = clock.nowMs()
    const bound = { key, boundAtMs: nowMs, provenAtMs: nowMs }
    return sessions.replace(open, { ...open.session, device: { ...device, bound } }, budget)
  }

  const bind = async (request: Request, asked: Asked, budget: Budget): Promise<Outcome> => {
    const { client, ticket, key } = asked
    for (let attempt = 0; attempt < MAX_WRITES; attempt += 1) {
      const opening = await sessions.reopen(sessionTenant(client, request), ticket, budget)
      if (opening.kind === 'none') return 'The session has ended.'
      const { open } = opening
      if (isRevoked(open.session, client.session, clock.nowMs())) return 'The session has ended.'
      const outcome = await bindOnce(open, key, budget)
      if (outcome !== undefined) return outcome
    }
    throw new Fault('session_store_unavailable', 'A session could not be bound to its device.')
  }

  return async (request, policy, budget) => {
    const asked = read(request, policy)
    if (typeof asked === 'string') return refuse(request, policy, asked)
    const open = await bind(request, asked, budget)
    if (typeof open === 'string') return refuse(request, policy, open)
    const { client, terms, ticket, key } = asked
    const id = ids.nameOf(request, client, ticket)
    return deny('device_bound', {
      headers: [
        boundCookie(deviceProofs, client, terms, open, key, clock.nowMs()),
        challengeHeader(challenges.newest(terms, open, key), id),
      ],
      content: 'json',
      members: sessionConfig(request, policy, client, terms, id),
      about: {
        policy: policy.name,
        ...aboutSession(open.session),
        client: client.name,
      },
    })
  }
}
