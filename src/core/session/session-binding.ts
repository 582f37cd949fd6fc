import type { Client } from '../registration/client.ts'
import { networkOf } from '../request/network.ts'
import type { Request } from '../request/request.ts'

/** What a client may bind its sessions to. */
export type Bond = Client['session']['bindTo'][number]

/** The browser and the network that a session began with, as far as its client asked for them. */
export interface SessionBinding {
  readonly agent?: string
  readonly network?: string
}

type Seen = Pick<Request, 'address' | 'header'>

/** Browsers differ before this; nobody's header decides how large a session is. */
const MAX_AGENT_LENGTH = 512

/** Nobody knows where: a place of its own. */
const NOWHERE = 'unknown'

const placeOf = ({ address }: Seen): string =>
  address === undefined ? NOWHERE : networkOf(address)

const agentOf = (request: Seen): string =>
  (request.header('user-agent') ?? '').slice(0, MAX_AGENT_LENGTH)

/**
 * The binding of a session that begins with this request; `undefined` where nothing is asked for.
 */
export const bindingOf = (request: Seen, bonds: readonly Bond[]): SessionBinding | undefined => {
  if (bonds.length === 0) return undefined
  return {
    ...(bonds.includes('UserAgent') ? { agent: agentOf(request) } : {}),
    ...(bonds.includes('Address') ? { network: placeOf(request) } : {}),
  }
}

/**
 * Whether a request comes from where its session is bound to, by what the client asks for now. A
 * session that began before its client asked for it is bound to nothing, and so comes from
 * elsewhere.
 */
export const isBoundHere = (
  request: Seen,
  bonds: readonly Bond[],
  binding: SessionBinding | undefined,
): boolean => {
  const here = bindingOf(request, bonds)
  return bonds.every((bond) =>
    bond === 'UserAgent' ? here?.agent === binding?.agent : here?.network === binding?.network,
  )
}
