import type { Rule } from '../../../core/policy/policy.ts'
import { responseHeaderName } from '../../matching/reserved-headers.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { ProtectedRouteRule } from '../../resource/resource-specs.generated.ts'
import type { Findings } from '../object/findings.ts'
import { toldHeadersOf } from './told-headers.ts'

type Response = Pick<Rule, 'response'>

/** What `response` of a route or a rule says; what it leaves unset is inherited. */
export const responseOf = (
  written: ProtectedRouteRule['response'],
  field: FieldPath,
  findings: Findings,
  inherited: Response = {},
): Response => {
  if (written?.headers === undefined) {
    return inherited.response === undefined ? {} : { response: inherited.response }
  }
  const headers = toldHeadersOf(
    written.headers,
    [...field, 'headers'],
    findings,
    responseHeaderName,
  )
  return headers.length === 0 ? {} : { response: { headers } }
}
