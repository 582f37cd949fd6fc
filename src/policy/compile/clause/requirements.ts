import type { Requirement } from '../../../core/policy/requirement.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { ProtectedRouteRuleAuthorize } from '../../resource/resource-specs.generated.ts'
import type { Findings } from '../object/findings.ts'
import { claimRequirement } from './claim.ts'

/** The clauses of `authorize`. */
export const requirementsOf = (
  written: readonly ProtectedRouteRuleAuthorize[],
  field: FieldPath,
  findings: Findings,
): readonly Requirement[] =>
  written.flatMap((clause, index): readonly Requirement[] => {
    const here = [...field, index]
    const { scopes, claim } = clause
    if ((scopes === undefined) === (claim === undefined)) {
      findings.add(here, 'The clause has not exactly one of `scopes` and `claim`: keep one')
      return []
    }
    if (claim !== undefined) return [claimRequirement({ ...clause, claim }, here, findings)]
    return [{ kind: 'scopes', scopes: [...(scopes ?? [])] }]
  })
