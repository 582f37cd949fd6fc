import { isIP } from 'node:net'

/** Networks that have a name. */
export const NAMED_NETWORKS = ['loopback', 'link-local', 'metadata'] as const

/**
 * Whether text is an IP network in CIDR notation (RFC 4632), such as `10.0.0.0/8` or `fd00::/8`.
 */
export const isCidr = (text: string): boolean => {
  const slash = text.indexOf('/')
  const family = isIP(text.slice(0, slash))
  const bits = text.slice(slash + 1)
  if (slash < 0 || family === 0 || !/^[0-9]{1,3}$/.test(bits)) return false
  return Number(bits) <= (family === 4 ? 32 : 128)
}

/** Whether text names a network, by name or as CIDR. */
export const isNetwork = (text: string): boolean =>
  NAMED_NETWORKS.some((name) => name === text) || isCidr(text)
