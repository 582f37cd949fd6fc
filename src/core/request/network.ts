const GROUPS = 8
const NETWORK_GROUPS = 4
const DOTTED =
  /^(?<before>.*:)(?<a>[0-9]{1,3})\.(?<b>[0-9]{1,3})\.(?<c>[0-9]{1,3})\.(?<d>[0-9]{1,3})$/
const GROUP = /^[0-9a-f]{1,4}$/
const MAPPED = '0:0:0:0:0:ffff'

const pairOf = (high: string | undefined, low: string | undefined): string =>
  (Number(high) * 256 + Number(low)).toString(16)

/** The last two groups in hexadecimal, where they are written as an IPv4 address. */
const withoutDots = (address: string): string => {
  const { before, a, b, c, d } = DOTTED.exec(address)?.groups ?? {}
  return before === undefined ? address : `${before}${pairOf(a, b)}:${pairOf(c, d)}`
}

const split = (part: string): readonly string[] => (part === '' ? [] : part.split(':'))

/** The eight groups of an IPv6 address, without leading zeros; `undefined` for anything else. */
const groupsOf = (address: string): readonly string[] | undefined => {
  const [head = '', tail, ...more] = withoutDots(address).split('::')
  if (more.length > 0) return undefined
  const [left, right] = [split(head), split(tail ?? '')]
  const missing = GROUPS - left.length - right.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right]
  if (!groups.every((group) => GROUP.test(group))) return undefined
  return groups.map((group) => group.replace(/^0+(?=.)/, ''))
}

const octetsOf = (group: string | undefined): string => {
  const value = Number.parseInt(group ?? '0', 16)
  return `${value >> 8}.${value & 255}`
}

/**
 * What of an address stays the same for one place, however it is written: an IPv4 address, in the
 * dress of IPv6 too (RFC 4291 section 2.5.5.2), or the first half of an IPv6 address. Its other
 * half browsers change by themselves (RFC 8981), and whoever has one of them has them all. Text
 * that is no address stays as it is.
 */
export const networkOf = (address: string): string => {
  if (!address.includes(':')) return address
  const [plain = ''] = address.toLowerCase().split('%')
  const groups = groupsOf(plain)
  if (groups === undefined) return address
  if (groups.slice(0, 6).join(':') === MAPPED)
    return `${octetsOf(groups[6])}.${octetsOf(groups[7])}`
  return `${groups.slice(0, NETWORK_GROUPS).join(':')}::/64`
}
