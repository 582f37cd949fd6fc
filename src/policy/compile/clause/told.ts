import type { Told } from '../../../core/policy/told.ts'
import { parseClaimPath } from '../../matching/claim-path.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { Findings } from '../object/findings.ts'

/** Where a value comes from, as it is written; `undefined` beside a finding. */
export const toldOf = (
  { claim, value }: { readonly claim?: string; readonly value?: string },
  field: FieldPath,
  findings: Findings,
): Told | undefined => {
  if ((claim === undefined) === (value === undefined)) {
    findings.add(field, 'There is not exactly one of `claim` and `value`: keep one')
    return undefined
  }
  if (value !== undefined) return { kind: 'text', text: value }
  const written = claim ?? ''
  const path = findings.take([...field, 'claim'], 'claim', written, parseClaimPath(written))
  return path === undefined ? undefined : { kind: 'claim', path }
}
