import type { Told } from '../../../core/policy/told.ts'
import { parseClaimPath } from '../../matching/claim-path.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { Findings } from '../object/findings.ts'

/** What a value is told from, as it is written. */
interface Sources {
  readonly claim?: string
  readonly value?: string
}

const ofClaim = (claim: string, field: FieldPath, findings: Findings): Told | undefined => {
  const path = findings.take([...field, 'claim'], 'claim', claim, parseClaimPath(claim))
  return path === undefined ? undefined : { kind: 'claim', path }
}

/** Where a value comes from, as it is written; `undefined` beside a finding. */
export const toldOf = (
  { claim, value }: Sources,
  field: FieldPath,
  findings: Findings,
): Told | undefined => {
  if ((claim === undefined) === (value === undefined)) {
    findings.add(field, 'There is not exactly one of `claim` and `value`: keep one')
    return undefined
  }
  if (value !== undefined) return { kind: 'text', text: value }
  return ofClaim(claim ?? '', field, findings)
}
