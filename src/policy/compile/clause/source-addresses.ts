import type { AddressRange } from '../../../core/policy/address-range.ts'
import { addressRange } from '../../matching/address-range.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { Findings } from '../object/findings.ts'

/** The networks of `sourceAddresses`, of a clause and of a match. */
export const sourceAddressesOf = (
  written: readonly string[],
  field: FieldPath,
  findings: Findings,
): readonly AddressRange[] => {
  if (written.length === 0) findings.add(field, 'The list names no network: add one')
  return written.flatMap((text, index) => {
    const range = findings.take([...field, index], 'network', text, addressRange(text))
    return range === undefined ? [] : [range]
  })
}
