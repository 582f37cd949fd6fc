import type { Access } from '../../core/decision/decision.ts'
import type { SourceAddressesRequirement } from '../../core/policy/requirement.ts'
import type { Asked } from '../../core/request/asked.ts'
import { isInRanges } from '../../core/request/source-address.ts'

/** What a clause about the address of the connection makes of a request. */
export const evaluateSourceAddresses = (
  { ranges }: SourceAddressesRequirement,
  asked: Asked | undefined,
): Access => {
  const address = asked?.request.address
  if (isInRanges(address, ranges)) return { kind: 'permitted' }
  const networks = ranges.map(({ written }) => written).join(', ')
  const detail =
    address === undefined
      ? `The gateway names no address for the connection, and one in ${networks} is required.`
      : `The connection to the gateway came from ${address}, which is not in ${networks}.`
  return { kind: 'clause_refused', reason: 'source_address_refused', detail }
}
