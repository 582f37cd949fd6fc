import type { AddressRange } from '../policy/address-range.ts'

/** An IP address as numbers of 16 bits: two of them for IPv4, eight for IPv6. */
type Groups = readonly number[]

const GROUP_BITS = 16
const IPV6_GROUPS = 8
const IPV4_GROUPS = 2
const MAPPED_GROUPS = IPV6_GROUPS - IPV4_GROUPS
const MAPPED_BITS = MAPPED_GROUPS * GROUP_BITS

/** No address is written longer, a zone behind it not counted (RFC 4291 section 2.2). */
const MAX_LENGTH = 45

const OCTETS = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/
const GROUP = /^[0-9a-f]{1,4}$/i

const ipv4Of = (text: string): Groups | undefined => {
  const [, ...written] = OCTETS.exec(text) ?? []
  const [a = 256, b = 256, c = 256, d = 256] = written.map(Number)
  const isPlain = written.every((octet) => octet === '0' || !octet.startsWith('0'))
  if (!isPlain || Math.max(a, b, c, d) > 255) return undefined
  return [a * 256 + b, c * 256 + d]
}

/** One side of `::`; its last piece may be an IPv4 address where nothing follows it. */
const sideOf = (side: string, isLast: boolean): Groups | undefined => {
  if (side === '') return []
  const groups: number[] = []
  const pieces = side.split(':')
  for (const [at, piece] of pieces.entries()) {
    const dotted = isLast && at === pieces.length - 1 ? ipv4Of(piece) : undefined
    if (dotted === undefined && !GROUP.test(piece)) return undefined
    groups.push(...(dotted ?? [Number.parseInt(piece, 16)]))
  }
  return groups
}

const ipv6Of = (text: string): Groups | undefined => {
  const [head = '', tail, ...more] = text.split('::')
  const left = sideOf(head, tail === undefined)
  const right = sideOf(tail ?? '', true)
  if (left === undefined || right === undefined || more.length > 0) return undefined
  const missing = IPV6_GROUPS - left.length - right.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  return [...left, ...new Array<number>(missing).fill(0), ...right]
}

const isMapped = (groups: Groups): boolean =>
  groups.length === IPV6_GROUPS &&
  groups[MAPPED_GROUPS - 1] === 0xffff &&
  groups.slice(0, MAPPED_GROUPS - 1).every((group) => group === 0)

const groupsOf = (text: string): Groups | undefined => {
  if (text.length > MAX_LENGTH) return undefined
  return text.includes(':') ? ipv6Of(text) : ipv4Of(text)
}

/**
 * The numbers of an IP address; of an IPv4 address in the dress of IPv6 (RFC 4291 section 2.5.5.2)
 * those of the former. A zone (`%eth0`) is left out. `undefined` for anything else.
 */
const addressOf = (text: string): Groups | undefined => {
  const zone = text.indexOf('%')
  const groups = groupsOf(zone < 0 || !text.includes(':') ? text : text.slice(0, zone))
  return groups !== undefined && isMapped(groups) ? groups.slice(MAPPED_GROUPS) : groups
}

/** The bits of the group at `at` that a prefix of so many bits covers. */
const maskAt = (at: number, bits: number): number => {
  const covered = Math.min(Math.max(bits - at * GROUP_BITS, 0), GROUP_BITS)
  return (0xffff << (GROUP_BITS - covered)) & 0xffff
}

const isCovered = (groups: Groups, range: Pick<AddressRange, 'groups' | 'bits'>): boolean =>
  groups.length === range.groups.length &&
  groups.every((group, at) => (group & maskAt(at, range.bits)) === range.groups[at])

/** Why a text is no network: it is not written as one, or has bits behind its prefix. */
export type RangeProblem =
  | { readonly kind: 'malformed' }
  /** The network that was probably meant. */
  | { readonly kind: 'host_bits'; readonly meant: string }

const WRITTEN = /^([0-9a-f:.]+)\/(0|[1-9][0-9]{0,2})$/i

const textOf = (groups: Groups): string =>
  groups.length === IPV4_GROUPS
    ? groups.flatMap((group) => [group >> 8, group & 255]).join('.')
    : groups.map((group) => group.toString(16)).join(':')

/**
 * A network as it is written in CIDR notation (RFC 4632, RFC 4291 section 2.3). One of IPv4 in the
 * dress of IPv6, of 96 bits or more, is the one that it stands for.
 */
export const parseAddressRange = (written: string): AddressRange | RangeProblem => {
  const [, address = '', length = ''] = WRITTEN.exec(written) ?? []
  const sent = groupsOf(address)
  const sentBits = Number(length)
  if (sent === undefined || sentBits > sent.length * GROUP_BITS) return { kind: 'malformed' }
  const isDressed = isMapped(sent) && sentBits >= MAPPED_BITS
  const groups = isDressed ? sent.slice(MAPPED_GROUPS) : sent
  const bits = isDressed ? sentBits - MAPPED_BITS : sentBits
  const masked = groups.map((group, at) => group & maskAt(at, bits))
  if (!isCovered(groups, { groups: masked, bits: groups.length * GROUP_BITS })) {
    return { kind: 'host_bits', meant: `${textOf(masked)}/${bits}` }
  }
  return { written, groups, bits }
}

/**
 * Whether an IP address is in one of the networks. An IPv4 address is in networks of IPv4 alone,
 * `::/0` not among them; text that is no address is in none.
 */
export const isInRanges = (
  address: string | undefined,
  ranges: readonly AddressRange[],
): boolean => {
  const groups = address === undefined ? undefined : addressOf(address)
  return groups !== undefined && ranges.some((range) => isCovered(groups, range))
}
