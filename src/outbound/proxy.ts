import { isIP } from 'node:net'
import { isLocalhost } from './checked-lookup.ts'
import { createAddressFilter } from './networks.ts'
import type { Party } from './party.ts'

/** Who we are to a proxy. */
export interface ProxyCredentials {
  readonly username: string
  readonly password: string
}

/** The proxy of the process. */
export interface OutboundProxy {
  /** `http:` or `https:`, with host and port alone. */
  readonly url: string
  /** The setting that names it, for messages: `outbound.proxy.url`, or an environment variable. */
  readonly setBy: string
  /** PEM certificates that are trusted for an `https:` proxy besides those of Node.js. */
  readonly caPem?: string
  /** Asked at each connection, so that files may be replaced. @throws Error if it cannot be read */
  readonly credentials?: () => ProxyCredentials
  /** Hosts that are called directly, written as in `NO_PROXY`. */
  readonly exceptions: readonly string[]
  /** Whether it is for `https:` providers alone, as `HTTPS_PROXY` says. */
  readonly httpsOnly: boolean
}

/** The proxy that leads to one URL. */
export interface ChosenProxy
  extends Pick<OutboundProxy, 'url' | 'caPem' | 'credentials' | 'setBy'> {
  /**
   * Whether the administrator of the process named it. The address of any other one is held to the
   * rules of networks.
   */
  readonly isTrusted: boolean
}

const bare = (hostname: string): string =>
  hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()

const isOutside = createAddressFilter(['loopback'], [])

/** This machine is never reached through a proxy that is meant for everything. */
const isThisMachine = (host: string): boolean =>
  isLocalhost(host) || (isIP(host) !== 0 && !isOutside(host))

const portOf = ({ port, protocol }: URL): string =>
  port === '' ? (protocol === 'https:' ? '443' : '80') : port

const matchesNetwork = (host: string, network: string): boolean => {
  if (isIP(host) === 0) return false
  try {
    return !createAddressFilter([network], [])(host)
  } catch {
    return false
  }
}

const matchesName = (host: string, name: string): boolean => {
  const pattern = name.replace(/^\*\./, '.')
  return pattern.startsWith('.')
    ? host.endsWith(pattern)
    : host === pattern || host.endsWith(`.${pattern}`)
}

const ENTRY = /^(?:\[(?<literal>[^\]]+)\]|(?<name>[^:]+))(?::(?<port>\d+))?$/

/**
 * Whether an entry of `NO_PROXY` is about a URL: `*`, a name with everything below it, `.name` for
 * what is below alone, an address, a network, and each name or address with a port.
 */
const isExcepted = (url: URL, written: string): boolean => {
  const entry = written.toLowerCase()
  if (entry === '*') return true
  const host = bare(url.hostname)
  if (entry.includes('/') || isIP(entry) !== 0) return matchesNetwork(host, entry)
  const { literal, name, port } = ENTRY.exec(entry)?.groups ?? {}
  if (port !== undefined && port !== portOf(url)) return false
  const wanted = literal ?? name
  if (wanted === undefined) return false
  return isIP(wanted) === 0 ? matchesName(host, bare(wanted)) : matchesNetwork(host, wanted)
}

/**
 * The proxy for a URL, if any: that of the provider goes first and is for all of its URLs; that of
 * the process leaves out this machine and its own exceptions.
 */
export const chooseProxy = (
  url: URL,
  party: Pick<Party, 'proxy'>,
  proxy: OutboundProxy | undefined,
): ChosenProxy | undefined => {
  if (party.proxy !== undefined) {
    return { ...party.proxy, setBy: 'spec.proxy.url', isTrusted: false }
  }
  if (proxy === undefined || (proxy.httpsOnly && url.protocol !== 'https:')) return undefined
  if (isThisMachine(bare(url.hostname))) return undefined
  if (proxy.exceptions.some((entry) => isExcepted(url, entry))) return undefined
  return { ...proxy, isTrusted: true }
}
