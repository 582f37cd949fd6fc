import type { AssertionTerms, Upstream, UpstreamHeader } from '../../../core/policy/upstream.ts'
import { upstreamHeaderName } from '../../matching/reserved-headers.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type {
  ProtectedRouteRule,
  ProtectedRouteRuleUpstreamHeader,
  ProtectedRouteSpec,
} from '../../resource/resource-specs.generated.ts'
import { toldOf } from '../clause/told.ts'
import type { Findings } from '../object/findings.ts'
import { assertionOf, checkAssertionHeader } from './assertion.ts'

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

/** The names of the headers that an upstream is told by, besides those that every one gets. */
export const namesSet = ({ headers, assertion }: Upstream): readonly string[] => [
  ...headers.map(({ name }) => name),
  ...(assertion === undefined ? [] : [assertion.header]),
]

const withAssertion = (
  upstream: Upstream,
  assertion: AssertionTerms | undefined,
  field: FieldPath,
  findings: Findings,
): Upstream => {
  checkAssertionHeader(assertion, upstream.headers, field, findings)
  return assertion === undefined ? upstream : { ...upstream, assertion }
}

/** What `upstream` of a route says. */
export const upstreamOf = (
  { accessToken, headers, assertion }: ProtectedRouteSpec['upstream'],
  field: FieldPath,
  findings: Findings,
): Upstream =>
  withAssertion(
    { accessToken, headers: headersOf(headers, [...field, 'headers'], findings) },
    assertion === undefined ? undefined : assertionOf(assertion, [...field, 'assertion'], findings),
    field,
    findings,
  )

/** What `upstream` of a rule says; what it leaves unset it has from the route. */
export const inheritedUpstream = (
  written: ProtectedRouteRule['upstream'],
  inherited: Upstream,
  field: FieldPath,
  findings: Findings,
): Upstream => {
  if (written === undefined) return inherited
  const { accessToken, headers, assertion } = written
  return withAssertion(
    {
      accessToken: accessToken ?? inherited.accessToken,
      headers:
        headers === undefined
          ? inherited.headers
          : headersOf(headers, [...field, 'headers'], findings),
    },
    assertion === undefined
      ? inherited.assertion
      : assertionOf(assertion, [...field, 'assertion'], findings),
    field,
    findings,
  )
}
