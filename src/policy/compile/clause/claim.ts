import type { ClaimRequirement, ClaimValue } from '../../../core/policy/requirement.ts'
import { parseClaimPath } from '../../matching/claim-path.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { ProtectedRouteRuleAuthorize } from '../../resource/resource-specs.generated.ts'
import type { Findings } from '../object/findings.ts'

const LISTS = ['anyOf', 'allOf', 'noneOf'] as const

const isClaimValue = (value: unknown): value is ClaimValue =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** A clause about a claim. */
export const claimRequirement = (
  written: ProtectedRouteRuleAuthorize & { readonly claim: string },
  field: FieldPath,
  findings: Findings,
): ClaimRequirement => {
  const { claim, exists } = written
  const lists = LISTS.flatMap((name) => {
    const values = written[name]
    return values === undefined ? [] : [[name, [...values]] as const]
  })
  for (const [name, values] of lists) {
    for (const [at, value] of values.entries()) {
      if (typeof value !== 'number' || Number.isSafeInteger(value) || value % 1 !== 0) continue
      const message = `The number ${value} is beyond 2^53, where digits are lost: write its digits in quotes`
      findings.add([...field, name, at], message)
    }
    if (values.length > 0 && values.every(isClaimValue)) continue
    findings.add(
      [...field, name],
      'The list holds no values, or not only texts, numbers and booleans',
    )
  }
  if (lists.length === 0 && exists === undefined) {
    findings.add(field, 'The claim has none of `anyOf`, `allOf`, `noneOf` and `exists`: add one')
  }
  const path = findings.take([...field, 'claim'], 'claim', claim, parseClaimPath(claim)) ?? []
  return {
    kind: 'claim',
    path,
    written: claim,
    ...Object.fromEntries(lists),
    ...(exists === undefined ? {} : { exists }),
  }
}
