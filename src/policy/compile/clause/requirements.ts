import type { AnyRequirement, Requirement } from '../../../core/policy/requirement.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type {
  ProtectedRouteRuleAuthorize,
  ProtectedRouteRuleAuthorizeAny,
} from '../../resource/resource-specs.generated.ts'
import type { Findings } from '../object/findings.ts'
import { authenticationContextOf } from './authentication-context.ts'
import { claimRequirement } from './claim.ts'
import { emailDomainsRequirement } from './email-domains.ts'
import { sourceAddressesOf } from './source-addresses.ts'

type Alternative = AnyRequirement['clauses'][number]

/** What a clause may be; each of its kinds has a field of this name. */
const KINDS = [
  'scopes',
  'claim',
  'emailDomains',
  'sourceAddresses',
  'cel',
  'authenticationContext',
  'any',
  'external',
] as const

const ALTERNATIVE_KINDS = KINDS.filter((kind) => kind !== 'any' && kind !== 'external')

const CLAIM_FIELDS = ['anyOf', 'allOf', 'noneOf', 'exists', 'matches', 'ignoreCase'] as const

const listed = (names: readonly string[]): string =>
  names
    .map((name) => `\`${name}\``)
    .join(', ')
    .replace(/, (?=[^,]*$)/, ' and ')

/** Whether the clause is of one kind, and has no field of another. */
const isOfOneKind = (
  written: ProtectedRouteRuleAuthorize,
  kinds: readonly (typeof KINDS)[number][],
  field: FieldPath,
  findings: Findings,
): boolean => {
  const { claim, emailDomains, allowUnverified } = written
  const isOne = kinds.filter((kind) => written[kind] !== undefined).length === 1
  if (!isOne) findings.add(field, `The clause has not exactly one of ${listed(kinds)}: keep one`)
  for (const name of CLAIM_FIELDS) {
    if (written[name] === undefined || claim !== undefined) continue
    findings.add([...field, name], 'This is for `claim` alone: add `claim`, or remove it')
  }
  if (allowUnverified !== undefined && emailDomains === undefined) {
    const message = 'This is for `emailDomains` alone: add `emailDomains`, or remove it'
    findings.add([...field, 'allowUnverified'], message)
  }
  return isOne
}

const alternativeOf = (
  written: ProtectedRouteRuleAuthorizeAny,
  field: FieldPath,
  findings: Findings,
): readonly Alternative[] => {
  const { scopes, claim, emailDomains, sourceAddresses, cel, allowUnverified = false } = written
  const { authenticationContext: context } = written
  if (claim !== undefined) return [claimRequirement({ ...written, claim }, field, findings)]
  if (scopes !== undefined) return [{ kind: 'scopes', scopes: [...scopes] }]
  if (emailDomains !== undefined) {
    return [emailDomainsRequirement(emailDomains, allowUnverified, field, findings)]
  }
  if (cel !== undefined) {
    const expression = findings.expression([...field, 'cel'], cel, 'condition')
    return expression === undefined ? [] : [{ kind: 'cel', expression }]
  }
  if (context !== undefined) {
    return [authenticationContextOf(context, [...field, 'authenticationContext'], findings)]
  }
  if (sourceAddresses === undefined) return []
  const here = [...field, 'sourceAddresses']
  return [{ kind: 'source_addresses', ranges: sourceAddressesOf(sourceAddresses, here, findings) }]
}

const anyOf = (
  written: readonly ProtectedRouteRuleAuthorizeAny[],
  field: FieldPath,
  findings: Findings,
): AnyRequirement => {
  if (written.length === 0) findings.add(field, 'The list has no alternative: add one')
  const clauses = written.flatMap((alternative, index) => {
    const here = [...field, index]
    const isOne = isOfOneKind(alternative, ALTERNATIVE_KINDS, here, findings)
    return isOne ? alternativeOf(alternative, here, findings) : []
  })
  return { kind: 'any', clauses }
}

/** The clauses of `authorize`; its decision point is no clause of these. */
export const requirementsOf = (
  written: readonly ProtectedRouteRuleAuthorize[],
  field: FieldPath,
  findings: Findings,
): readonly Requirement[] =>
  written.flatMap((clause, index): readonly Requirement[] => {
    const here = [...field, index]
    if (!isOfOneKind(clause, KINDS, here, findings)) return []
    const { any } = clause
    if (any !== undefined) return [anyOf(any, [...here, 'any'], findings)]
    return alternativeOf(clause, here, findings)
  })
