import { asciiLower } from '../../../core/policy/ascii-case.ts'
import type { TextPattern } from '../../../core/policy/match.ts'
import type { ClaimRequirement, ClaimValue } from '../../../core/policy/requirement.ts'
import { parseClaimPath } from '../../matching/claim-path.ts'
import { textPattern } from '../../matching/text-pattern.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { ProtectedRouteRuleAuthorize } from '../../resource/resource-specs.generated.ts'
import type { Findings } from '../object/findings.ts'

const LISTS = ['anyOf', 'allOf', 'noneOf'] as const

/** As a clause about a claim is written. */
type Written = Pick<
  ProtectedRouteRuleAuthorize,
  (typeof LISTS)[number] | 'exists' | 'matches' | 'ignoreCase'
> & { readonly claim: string }

type Lists = readonly (readonly [name: (typeof LISTS)[number], values: readonly ClaimValue[]])[]

const isClaimValue = (value: unknown): value is ClaimValue =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** A value that can equal none which is meant by it. */
const checkValue = (value: unknown, field: FieldPath, findings: Findings): void => {
  if (typeof value === 'number' && !Number.isSafeInteger(value) && value % 1 === 0) {
    const message = `The number ${value} is beyond 2^53, where digits are lost: write its digits in quotes`
    findings.add(field, message)
  }
  if (typeof value === 'string' && value.startsWith('*@')) {
    const domain = value.slice(2)
    const message = `The value ${JSON.stringify(value)} is compared letter by letter, and no address has a \`*\`: write a clause \`emailDomains: [${domain}]\` for everybody of a domain`
    findings.add(field, message)
  }
}

const checkLists = (lists: Lists, field: FieldPath, findings: Findings): void => {
  for (const [name, values] of lists) {
    for (const [at, value] of values.entries()) checkValue(value, [...field, name, at], findings)
    if (values.length > 0 && values.every(isClaimValue)) continue
    findings.add(
      [...field, name],
      'The list holds no values, or not only texts, numbers and booleans',
    )
  }
}

const patternsOf = (
  { matches = [], ignoreCase = false }: Written,
  field: FieldPath,
  findings: Findings,
): readonly TextPattern[] =>
  matches.flatMap((source, index) => {
    const checked = textPattern(source, { ignoreCase })
    const pattern = findings.take([...field, 'matches', index], 'pattern', source, checked)
    return pattern === undefined ? [] : [pattern]
  })

const checkParts = (written: Written, lists: Lists, field: FieldPath, findings: Findings): void => {
  const { exists, matches, ignoreCase } = written
  const compares = lists.length > 0 || matches !== undefined
  if (!compares && exists === undefined) {
    const message =
      'The claim has none of `anyOf`, `allOf`, `noneOf`, `exists` and `matches`: add one'
    findings.add(field, message)
  }
  if (!compares && ignoreCase !== undefined) {
    const message =
      'Nothing is compared, so there is no case to ignore: remove it, or add `anyOf`, `allOf`, `noneOf` or `matches`'
    findings.add([...field, 'ignoreCase'], message)
  }
  if (matches?.length === 0) findings.add([...field, 'matches'], 'The list has no pattern: add one')
}

const folded = (value: ClaimValue): ClaimValue =>
  typeof value === 'string' ? asciiLower(value) : value

/** A clause about a claim. */
export const claimRequirement = (
  written: Written,
  field: FieldPath,
  findings: Findings,
): ClaimRequirement => {
  const { claim, exists, matches, ignoreCase = false } = written
  const lists: Lists = LISTS.flatMap((name) => {
    const values = written[name]
    return values === undefined ? [] : [[name, values] as const]
  })
  checkLists(lists, field, findings)
  checkParts(written, lists, field, findings)
  const path = findings.take([...field, 'claim'], 'claim', claim, parseClaimPath(claim)) ?? []
  return {
    kind: 'claim',
    path,
    written: claim,
    ...Object.fromEntries(
      lists.map(([name, values]) => [name, ignoreCase ? values.map(folded) : [...values]]),
    ),
    ...(exists === undefined ? {} : { exists }),
    ...(matches === undefined ? {} : { matches: patternsOf(written, field, findings) }),
    ...(ignoreCase ? { ignoreCase } : {}),
  }
}
