import type { Upstream, UpstreamHeader } from '../../../core/policy/upstream.ts'
import { upstreamHeaderName } from '../../matching/reserved-headers.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type {
  ProtectedRouteRule,
  ProtectedRouteRuleUpstreamHeader,
  ProtectedRouteSpec,
} from '../../resource/resource-specs.generated.ts'
import { toldOf } from '../clause/told.ts'
import type { Findings } from '../object/findings.ts'

/** The entries of `upstream.headers`. */
const headersOf = (
  written: readonly ProtectedRouteRuleUpstreamHeader[],
  field: FieldPath,
  findings: Findings,
): readonly UpstreamHeader[] => {
  const names = new Set<string>()
  return written.flatMap((header, index): readonly UpstreamHeader[] => {
    const here = [...field, index]
    const name = findings.take(
      [...here, 'name'],
      'header',
      header.name,
      upstreamHeaderName(header.name),
    )
    const told = toldOf(header, here, findings)
    if (name === undefined || told === undefined) return []
    if (names.has(name)) findings.add([...here, 'name'], `The header "${name}" is listed twice`)
    names.add(name)
    return [{ name, told }]
  })
}

/** What `upstream` of a route says. */
export const upstreamOf = (
  { accessToken, headers }: ProtectedRouteSpec['upstream'],
  field: FieldPath,
  findings: Findings,
): Upstream => ({ accessToken, headers: headersOf(headers, [...field, 'headers'], findings) })

/** What `upstream` of a rule says; what it leaves unset it has from the route. */
export const inheritedUpstream = (
  written: ProtectedRouteRule['upstream'],
  inherited: Upstream,
  field: FieldPath,
  findings: Findings,
): Upstream => ({
  accessToken: written?.accessToken ?? inherited.accessToken,
  headers:
    written?.headers === undefined
      ? inherited.headers
      : headersOf(written.headers, [...field, 'headers'], findings),
})
