import { integerOctets } from './integers.ts'
import { STATIC_TABLE } from './static-table.ts'

const stringOctets = (text: string): Buffer => {
  const octets = Buffer.from(text, 'latin1')
  return Buffer.concat([Buffer.from(integerOctets(octets.length, 7, 0)), octets])
}

const fieldOctets = ([name, value]: readonly [string, string]): Buffer => {
  const whole = STATIC_TABLE.findIndex((entry) => entry[0] === name && entry[1] === value)
  if (whole >= 0) return Buffer.from(integerOctets(whole + 1, 7, 0x80))
  const named = STATIC_TABLE.findIndex((entry) => entry[0] === name)
  const head = Buffer.from(integerOctets(named + 1, 4, 0))
  return named >= 0
    ? Buffer.concat([head, stringOctets(value)])
    : Buffer.concat([head, stringOctets(name), stringOctets(value)])
}

/**
 * A header block that means the same whatever came before it: indexes of the static table, and
 * literals without indexing (RFC 7541 sections 6.1 and 6.2.2). So that it can be made once and sent
 * to everybody. Names and values have one character for each octet.
 */
export const encodeStateless = (
  fields: readonly (readonly [name: string, value: string])[],
): Buffer => Buffer.concat(fields.map(fieldOctets))

/**
 * A dynamic table of no octets (section 6.3): what a block has to begin with after a peer has told
 * a size of its table.
 */
export const NO_TABLE = 0x20
