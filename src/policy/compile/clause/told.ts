import type { Told } from '../../../core/policy/told.ts'
import { parseClaimPath } from '../../matching/claim-path.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { Findings } from '../object/findings.ts'

/** What a value is told from, as it is written. */
interface Sources {
  readonly claim?: string
  readonly value?: string
  readonly cel?: string
}

const ofClaim = (claim: string, field: FieldPath, findings: Findings): Told | undefined => {
  const path = findings.take([...field, 'claim'], 'claim', claim, parseClaimPath(claim))
  return path === undefined ? undefined : { kind: 'claim', path }
}

const ofExpression = (
  cel: string,
  field: FieldPath,
  findings: Findings,
  mayAsk: boolean,
): Told | undefined => {
  const expression = findings.expression([...field, 'cel'], cel, 'value')
  if (expression?.looksAt === 'request' && !mayAsk) {
    const message =
      'What Envoy is told follows from the identity alone, and the expression looks at `request`, `source` or `now`: use `claims` and `identity`'
    findings.add([...field, 'cel'], message)
  }
  return expression === undefined ? undefined : { kind: 'expression', expression }
}

/**
 * Where a value comes from, as it is written; `undefined` beside a finding. `mayAsk`: an expression
 * may look at the request.
 */
export const toldOf = (
  { claim, value, cel }: Sources,
  field: FieldPath,
  findings: Findings,
  mayAsk = false,
): Told | undefined => {
  if ([claim, value, cel].filter((one) => one !== undefined).length !== 1) {
    findings.add(field, 'There is not exactly one of `claim`, `value` and `cel`: keep one')
    return undefined
  }
  if (cel !== undefined) return ofExpression(cel, field, findings, mayAsk)
  if (value !== undefined) return { kind: 'text', text: value }
  return ofClaim(claim ?? '', field, findings)
}
