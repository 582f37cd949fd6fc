import { BlockList, isIP } from 'node:net'

/**
 * A group of addresses by name, or a range in CIDR notation. `unassigned`: IPv6 that neither is
 * given out on the internet nor stands for an IPv4 address.
 */
export type DeniedNetwork = 'loopback' | 'link-local' | 'metadata' | 'unassigned' | (string & {})

const NAMED: Readonly<Record<string, readonly string[]>> = {
  // The unspecified address reaches the machine itself, so it belongs to loopback.
  loopback: ['127.0.0.0/8', '::1/128', '0.0.0.0/8', '::/128'],
  'link-local': ['169.254.0.0/16', 'fe80::/10'],
  // Where clouds hand out credentials: AWS, GCP, Azure, Alibaba, Oracle.
  metadata: [
    '169.254.169.254/32',
    '169.254.170.2/32',
    '169.254.170.23/32',
    'fd00:ec2::254/128',
    'fd00:ec2::23/128',
    'fd20:ce::254/128',
    '168.63.129.16/32',
    '100.100.100.200/32',
    '192.0.0.192/32',
  ],
  // Told by what it is not, so no range.
  unassigned: [],
}

/** What is denied unless the platform's administrator says otherwise. */
export const DEFAULT_DENIED: readonly DeniedNetwork[] = ['loopback', 'link-local', 'metadata']

/**
 * What no URL that a stranger chose may lead to besides: networks that are nobody's on the internet
 * (RFC 1918, RFC 6598, RFC 4193, RFC 8215, and others of the registries of RFC 6890).
 */
export const PRIVATE_NETWORKS: readonly DeniedNetwork[] = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '64:ff9b:1::/48',
  // Protocols, Teredo among them (RFC 2928, RFC 4380), and examples (RFC 3849, RFC 9637).
  '2001::/23',
  '2001:db8::/32',
  '3fff::/20',
  'unassigned',
]

/** Of which alone IPv6 addresses of the internet are given out (RFC 4291 section 2.4). */
const ASSIGNED = '2000::/3'

const addRange = (list: BlockList, range: string): void => {
  const [network = '', prefix] = range.split('/')
  const family = isIP(network)
  if (family === 0) throw new RangeError(`"${range}" is neither an address nor a range.`)
  const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix)
  list.addSubnet(network, bits, family === 4 ? 'ipv4' : 'ipv6')
}

const listOf = (ranges: readonly string[]): BlockList => {
  const list = new BlockList()
  for (const range of ranges) addRange(list, range)
  return list
}

const ipv4Of = (high: number, low: number): string =>
  [high >> 8, high & 255, low >> 8, low & 255].join('.')

/**
 * The eight groups of an IPv6 address; the URL parser writes any spelling of one in its canonical
 * form.
 */
const groupsOf = (address: string): readonly number[] => {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail] = canonical.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = tail === undefined ? 0 : 8 - left.length - right.length
  return [...left, ...Array<string>(gap).fill('0'), ...right].map((group) => parseInt(group, 16))
}

/**
 * The IPv4 address inside an IPv6 address that stands for one: mapped (RFC 4291 section 2.5.5),
 * translated (RFC 2765 section 2.1, RFC 6052 section 2.1, and RFC 8215 with the IPv4 address at the
 * end, as translators of a /96 write it) or 6to4 (RFC 3056).
 */
const embeddedIpv4 = (address: string): string | undefined => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = groupsOf(address)
  const isZero = [c, d, e].every((group) => group === 0)
  if (a === 0 && b === 0 && isZero && (f === 0xffff || (f === 0 && g !== 0))) return ipv4Of(g, h)
  if (a === 0 && b === 0 && c === 0 && d === 0 && e === 0xffff && f === 0) return ipv4Of(g, h)
  if (a === 0x64 && b === 0xff9b && (c === 1 || (isZero && f === 0))) return ipv4Of(g, h)
  return a === 0x2002 ? ipv4Of(b, c) : undefined
}

const withoutZone = (address: string): string => address.split('%', 1)[0] ?? address

/** Whether a connection to an address is permitted. Anything that is not an address is not. */
export type AddressFilter = (address: string) => boolean

/**
 * The rule of which addresses may be connected to (R25): `allow` beats `deny`.
 * @throws RangeError for an entry that is neither a known name, an address nor a range.
 */
export const createAddressFilter = (
  deny: readonly DeniedNetwork[],
  allow: readonly string[],
): AddressFilter => {
  const denied = listOf(deny.flatMap((entry) => NAMED[entry] ?? [entry]))
  const allowed = listOf(allow)
  const assigned = listOf(deny.includes('unassigned') ? [ASSIGNED] : ['::/0'])
  return (address) => {
    const plain = withoutZone(address)
    const family = isIP(plain)
    if (family === 0) return false
    const inner = family === 6 ? embeddedIpv4(plain) : undefined
    const spellings = inner === undefined ? [plain] : [plain, inner]
    const isIn = (list: BlockList): boolean =>
      spellings.some((one) => list.check(one, isIP(one) === 4 ? 'ipv4' : 'ipv6'))
    const isAssigned = family === 4 || inner !== undefined || assigned.check(plain, 'ipv6')
    return isIn(allowed) || (isAssigned && !isIn(denied))
  }
}

/** The same by the rules of a process; what it does not say has its safe default. */
export const addressFilterOf = ({
  denyNetworks = DEFAULT_DENIED,
  allowNetworks = [],
}: {
  readonly denyNetworks?: readonly DeniedNetwork[]
  readonly allowNetworks?: readonly string[]
}): AddressFilter => createAddressFilter(denyNetworks, allowNetworks)
