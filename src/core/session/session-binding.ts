import type { Client } from '../policy/policy.ts'
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

const MAPPED = /^::ffff:(?<address>[0-9.]+)$/i
const GROUPS = 8
const NETWORK_GROUPS = 4

/** The eight groups of an IPv6 address, or `undefined`. */
const groupsOf = (address: string): readonly string[] | undefined => {
  const [head = '', tail, ...more] = address.split('::')
  if (more.length > 0) return undefined
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = GROUPS - left.length - right.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  return [...left, ...Array.from({ length: missing }, () => '0'), ...right]
}

/**
 * What of an address stays the same for one place: an IPv4 address, or the first half of an IPv6
 * address, whose other half browsers change by themselves (RFC 8981). Absent: nobody knows where.
 */
const networkOf = (address: string | undefined): string => {
  if (address === undefined) return 'unknown'
  const plain = MAPPED.exec(address)?.groups?.address ?? address
  if (!plain.includes(':')) return plain
  const groups = groupsOf(plain.toLowerCase())
  if (groups === undefined) return plain
  const network = groups.slice(0, NETWORK_GROUPS)
  return `${network.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`
}

const agentOf = (request: Seen): string =>
  (request.header('user-agent') ?? '').slice(0, MAX_AGENT_LENGTH)

/**
 * The binding of a session that begins with this request; `undefined` where nothing is asked for.
 */
export const bindingOf = (request: Seen, bonds: readonly Bond[]): SessionBinding | undefined => {
  if (bonds.length === 0) return undefined
  return {
    ...(bonds.includes('UserAgent') ? { agent: agentOf(request) } : {}),
    ...(bonds.includes('Address') ? { network: networkOf(request.address) } : {}),
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
