/** Where a reader stands in the bytes that it reads. */
export interface Cursor {
  at: number
}

/** Octets after the prefix; five hold every number that a length or an index here can be. */
const MAX_OCTETS = 5

/** What `readInteger` says of bytes that are no integer, or one beyond every use. */
export const NO_INTEGER = -1

/**
 * Reads an integer with a prefix of so many bits (RFC 7541 section 5.1), and moves the cursor
 * behind it. `NO_INTEGER` if the bytes end within it, or where it has more octets than any number
 * needs: zeros in front of nothing are how a decoder is kept busy.
 */
export const readInteger = (
  bytes: Uint8Array,
  cursor: Cursor,
  end: number,
  prefixBits: number,
): number => {
  if (cursor.at >= end) return NO_INTEGER
  const most = (1 << prefixBits) - 1
  const first = (bytes[cursor.at] ?? 0) & most
  cursor.at += 1
  if (first < most) return first
  let value = most
  let weight = 1
  for (let octets = 0; octets < MAX_OCTETS && cursor.at < end; octets += 1) {
    const octet = bytes[cursor.at] ?? 0
    cursor.at += 1
    value += (octet & 0x7f) * weight
    if (octet < 0x80) return value
    weight *= 128
  }
  return NO_INTEGER
}

/** The octets of an integer, the first of which begins with `pattern` above the prefix. */
export const integerOctets = (
  value: number,
  prefixBits: number,
  pattern: number,
): readonly number[] => {
  const most = (1 << prefixBits) - 1
  if (value < most) return [pattern | value]
  const octets = [pattern | most]
  let rest = value - most
  while (rest >= 128) {
    octets.push((rest % 128) | 0x80)
    rest = Math.floor(rest / 128)
  }
  octets.push(rest)
  return octets
}
