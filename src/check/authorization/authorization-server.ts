import type { CheckPorts } from '../../core/check-ports.ts'
import type { Deny, Verdict } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { Intent } from '../../core/policy/intent.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { AuthorizationServerEndpoint } from '../../core/registration/authorization-server.ts'
import type { Request } from '../../core/request/request.ts'
import type { Awaitable } from '../../core/time/awaitable.ts'
import type { Budget } from '../../core/time/budget.ts'
import { isSharedEndpoint, METADATA_CORS, readable } from '../answer/sharing.ts'
import { createAttempts } from './asked.ts'
import { createAuthorize } from './authorize.ts'
import { createClients } from './clients.ts'
import { createConsent } from './consent.ts'
import { createHeld } from './grants.ts'
import { type Asking, aboutOf } from './issuer.ts'
import { serverMetadata } from './metadata.ts'
import { createRegister } from './register.ts'
import { createReturn } from './return.ts'
import { createToken } from './token.ts'

/** Answers whatever comes to the authorization server that a host is. */
export type AuthorizationServerRoads = (
  request: Request,
  policy: Policy,
  intent: Extract<Intent, { readonly kind: 'authorization_server' }>,
  budget: Budget,
) => Promise<Verdict>

interface Road {
  readonly methods: readonly string[]
  readonly answer: (asking: Asking) => Awaitable<Deny>
}

const READING = ['GET', 'HEAD', 'OPTIONS'] as const

/**
 * The authorization server of a host: a client of the provider that passes on what others ask for.
 * It keeps nothing: what clients are and hold is sealed, so that any replica answers any of it.
 */
export const createAuthorizationServer = (ports: CheckPorts): AuthorizationServerRoads => {
  const clients = createClients(ports)
  const attempts = createAttempts(ports)
  const held = createHeld(ports)
  const roads: Readonly<Record<AuthorizationServerEndpoint, Road>> = {
    metadata: { methods: READING, answer: serverMetadata },
    openid: { methods: READING, answer: serverMetadata },
    register: { methods: ['POST'], answer: createRegister(ports, clients) },
    authorize: { methods: ['GET'], answer: createAuthorize(clients, attempts) },
    consent: { methods: ['POST'], answer: createConsent(ports, attempts) },
    return: { methods: ['GET'], answer: createReturn(ports, attempts, held) },
    token: { methods: ['POST'], answer: createToken(ports, clients, held) },
  }

  return async (request, policy, { server, endpoint }, budget) => {
    const asking: Asking = { request, policy, server, budget }
    const { methods, answer } = roads[endpoint]
    const verdict = methods.includes(request.method)
      ? await answer(asking)
      : deny('authorization_server_method_not_allowed', {
          headers: [['allow', methods.join(', ')]],
          content: 'problem',
          about: aboutOf(asking),
        })
    return isSharedEndpoint(endpoint)
      ? readable(request, { cors: METADATA_CORS }, verdict)
      : verdict
  }
}
