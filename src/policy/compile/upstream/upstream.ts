import { isSetFor } from '../../../core/policy/compatibility.ts'
import {
  type AuthorizationKind,
  isToldByRequest,
  type ToldHeader,
  type Upstream,
} from '../../../core/policy/upstream.ts'
import { passableHeaderName, upstreamHeaderName } from '../../matching/reserved-headers.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { ProtectedRouteRule } from '../../resource/resource-specs.generated.ts'
import type { Findings } from '../object/findings.ts'
import { assertionOf, checkAssertionHeader } from './assertion.ts'
import { toldHeadersOf } from './told-headers.ts'

type Written = NonNullable<ProtectedRouteRule['upstream']>

/** What the older field says. */
const OLDER: Readonly<Record<NonNullable<Written['accessToken']>, AuthorizationKind>> = {
  Forward: 'AccessToken',
  None: 'Remove',
}

/** An upstream of authservice finds the ID token there. */
const byProduct = ({ compatibility }: Written): AuthorizationKind | undefined =>
  compatibility === 'AuthService' ? 'IDToken' : undefined

/** `undefined`: nothing is said. */
const authorizationOf = (
  written: Written,
  field: FieldPath,
  findings: Findings,
): AuthorizationKind | undefined => {
  const { authorization, accessToken } = written
  const older = accessToken === undefined ? undefined : OLDER[accessToken]
  if (authorization !== undefined && older !== undefined && authorization !== older) {
    const message = `\`accessToken: ${accessToken}\` is an older name of \`authorization: ${older}\`, and \`authorization\` says ${authorization}: remove \`accessToken\``
    findings.add([...field, 'accessToken'], message)
  }
  const said = authorization ?? older
  const fixed = byProduct(written)
  if (said !== undefined && fixed !== undefined && said !== fixed) {
    const message = `\`compatibility: ${written.compatibility}\` sets \`authorization: ${fixed}\`, and the field says ${said}: remove one of the two`
    findings.add([...field, authorization === undefined ? 'accessToken' : 'authorization'], message)
  }
  return said ?? fixed
}

const passHeadersOf = (
  written: readonly string[],
  field: FieldPath,
  findings: Findings,
): ReadonlySet<string> =>
  new Set(
    written.flatMap(
      (name, index) =>
        findings.take([...field, index], 'header', name, passableHeaderName(name)) ?? [],
    ),
  )

/** No header is set twice. */
const checkNames = (upstream: Upstream, field: FieldPath, findings: Findings): void => {
  const { compatibility, headers } = upstream
  checkAssertionHeader(upstream, field, findings)
  for (const { name } of headers) {
    if (compatibility !== undefined && isSetFor(compatibility, name)) {
      const message = `The header "${name}" is set by \`compatibility: ${compatibility}\` already: remove it from \`headers\`, or list every header there and no \`compatibility\``
      findings.add([...field, 'headers'], message)
    }
  }
}

/** Each of them is evaluated at every check, within its own limit. */
const MOST_BY_REQUEST = 8

const byRequestOf = (
  headers: readonly ToldHeader[],
  field: FieldPath,
  findings: Findings,
): Pick<Upstream, 'toldByRequest'> => {
  const count = headers.filter(isToldByRequest).length
  if (count > MOST_BY_REQUEST) {
    const message = `Of the headers ${count} have expressions that look at \`request\`, \`source\` or \`now\`, which are asked at every check: keep ${MOST_BY_REQUEST} at most`
    findings.add(field, message)
  }
  return count === 0 ? {} : { toldByRequest: true }
}

/** What a route begins with. */
const DEFAULTS: Upstream = { authorization: 'AccessToken', headers: [] }

/** What `upstream` of a route or a rule says; what it leaves unset is inherited. */
export const upstreamOf = (
  written: Written | undefined,
  field: FieldPath,
  findings: Findings,
  inherited: Upstream = DEFAULTS,
): Upstream => {
  if (written === undefined) return inherited
  const { headers, passHeaders, assertion } = written
  const { compatibility: former, toldByRequest: _, ...others } = inherited
  const { compatibility = former ?? 'None' } = written
  const told =
    headers === undefined
      ? inherited.headers
      : toldHeadersOf(headers, [...field, 'headers'], findings, upstreamHeaderName)
  const upstream: Upstream = {
    ...others,
    authorization: authorizationOf(written, field, findings) ?? inherited.authorization,
    headers: told,
    ...byRequestOf(told, [...field, 'headers'], findings),
    ...(compatibility === 'None' ? {} : { compatibility }),
    ...(passHeaders === undefined
      ? {}
      : { passHeaders: passHeadersOf(passHeaders, [...field, 'passHeaders'], findings) }),
    ...(assertion === undefined
      ? {}
      : { assertion: assertionOf(assertion, [...field, 'assertion'], findings) }),
  }
  checkNames(upstream, field, findings)
  return upstream
}
