import type { HeaderCondition, HeaderMatch } from '../../../core/policy/match.ts'
import type { Rule } from '../../../core/policy/policy.ts'
import { conditionHeaderName } from '../../matching/condition-header.ts'
import { textPattern } from '../../matching/text-pattern.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { ProtectedRouteRuleMatchHeader } from '../../resource/resource-specs.generated.ts'
import type { Findings } from '../object/findings.ts'
import { namesSetBy } from '../upstream/upstream-names.ts'

const conditionOf = (
  { value, pattern }: ProtectedRouteRuleMatchHeader,
  field: FieldPath,
  findings: Findings,
): HeaderCondition | undefined => {
  if ((value === undefined) === (pattern === undefined)) {
    findings.add(field, 'The header has not exactly one of `value` and `pattern`: keep one')
    return undefined
  }
  if (value !== undefined) return { kind: 'value', value }
  const written = pattern ?? ''
  const checked = textPattern(written)
  const taken = findings.take([...field, 'pattern'], 'pattern', written, checked)
  return taken === undefined ? undefined : { kind: 'pattern', ...taken }
}

/** The conditions on headers of one member of `match`. */
export const matchHeadersOf = (
  written: readonly ProtectedRouteRuleMatchHeader[],
  field: FieldPath,
  findings: Findings,
): readonly HeaderMatch[] => {
  if (written.length === 0) findings.add(field, 'The list names no header: add one')
  const names = new Set<string>()
  return written.flatMap((header, index): readonly HeaderMatch[] => {
    const here = [...field, index]
    const checked = conditionHeaderName(header.name)
    const name = findings.take([...here, 'name'], 'header', header.name, checked)
    const condition = conditionOf(header, here, findings)
    if (name === undefined || condition === undefined) return []
    if (names.has(name)) findings.add([...here, 'name'], `The header "${name}" is listed twice`)
    names.add(name)
    return [{ name, ...condition }]
  })
}

/**
 * A header that the route sets for the upstream is nobody's to choose a rule by: what callers send
 * under its name is removed.
 */
export const checkOwnHeaders = (
  rules: readonly Pick<Rule, 'matches' | 'upstream'>[],
  fallback: Pick<Rule, 'upstream'>,
  findings: Findings,
): void => {
  const own = new Set([fallback, ...rules].flatMap(({ upstream }) => namesSetBy(upstream)))
  for (const [index, { matches }] of rules.entries()) {
    for (const [at, { headers = [] }] of matches.entries()) {
      for (const { name } of headers.filter((one) => own.has(one.name))) {
        const message = `The header "${name}" is set for the upstream by this route, and removed from what callers send: choose by another, or use \`authorize\``
        findings.add(['spec', 'rules', index, 'match', at, 'headers'], message)
      }
    }
  }
}
