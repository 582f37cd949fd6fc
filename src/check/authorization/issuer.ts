import type { About } from '../../core/decision/decision.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { AuthorizationServer } from '../../core/registration/authorization-server.ts'
import { networkOf } from '../../core/request/network.ts'
import type { Request } from '../../core/request/request.ts'
import { originOf } from '../../core/request/return-url.ts'
import type { Budget } from '../../core/time/budget.ts'

/** Something that is asked of the authorization server of a host. */
export interface Asking {
  readonly request: Request
  readonly policy: Policy
  readonly server: AuthorizationServer
  readonly budget: Budget
}

/** Who the authorization server is: the origin of the host, as clients know it (RFC 8414). */
export const issuerOf = (request: Pick<Request, 'authority'>): string => originOf(request)

/** What is counted that anybody may ask for: a network, at a host. */
export const askerOf = ({ request: { host, address } }: Pick<Asking, 'request'>): string =>
  `${host} ${address === undefined ? '' : networkOf(address)}`

/** What the log says of it. */
export const aboutOf = ({ policy, server }: Pick<Asking, 'policy' | 'server'>): About => ({
  policy: policy.name,
  client: server.client.name,
})

/**
 * What something is sealed for: one purpose, at one host, with what one client gets from the
 * provider. Anything else opens nothing (R13).
 */
export const sealedFor = (
  purpose: string,
  { request, server }: Pick<Asking, 'request' | 'server'>,
  ...more: readonly string[]
): readonly string[] => [
  `authorization ${purpose}`,
  server.client.tenant,
  issuerOf(request),
  ...more,
]
