import type { Told } from '../../../core/policy/told.ts'
import { parseClaimPath } from '../../matching/claim-path.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { Findings } from '../object/findings.ts'

/** Where a value comes from, as it is written; `undefined` beside a finding. */
export const toldOf = (
  { claim }: { readonly claim: string },
  field: FieldPath,
  findings: Findings,
): Told | undefined => {
  const path = findings.take([...field, 'claim'], 'claim', claim, parseClaimPath(claim))
  return path === undefined ? undefined : { kind: 'claim', path }
}
