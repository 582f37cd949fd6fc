import type { FieldPath } from '../../resource/resource.ts'
import type { ProtectedRouteRuleAuthorize } from '../../resource/resource-specs.generated.ts'
import { requirementsOf } from '../clause/requirements.ts'
import type { Findings } from '../object/findings.ts'
import type { PlatformTerms } from './floor.ts'

/** The clauses of the platform, which are read as those of routes are. */
export const readTerms = (
  written: readonly ProtectedRouteRuleAuthorize[],
  field: FieldPath,
  findings: Findings,
): PlatformTerms['authorize'] => {
  for (const [at, { external }] of written.entries()) {
    if (external === undefined) continue
    const message =
      'A decision point is asked for routes alone: an outage of one would take every host along'
    findings.add([...field, at, 'external'], message)
  }
  return requirementsOf(written, field, findings).flatMap((clause) =>
    clause.kind === 'platform' ? [] : [clause],
  )
}
