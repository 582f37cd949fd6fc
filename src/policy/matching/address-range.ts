import type { AddressRange } from '../../core/policy/address-range.ts'
import { parseAddressRange } from '../../core/request/source-address.ts'
import { type Checked, right, wrong } from './checked.ts'

/** A network that an operator wrote. */
export const addressRange = (written: string): Checked<AddressRange> => {
  const parsed = parseAddressRange(written)
  if (!('kind' in parsed)) return right(parsed)
  return parsed.kind === 'malformed'
    ? wrong('is no network in CIDR notation: write it like `10.0.0.0/8` or `2001:db8::/32`')
    : wrong(`has bits behind its prefix: write \`${parsed.meant}\`, or a longer prefix`)
}
