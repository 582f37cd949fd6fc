import { isSetFor } from '../../../core/policy/compatibility.ts'
import type { Policy } from '../../../core/policy/policy.ts'
import type { AssertionTerms, Upstream } from '../../../core/policy/upstream.ts'
import { parseClaimPath } from '../../matching/claim-path.ts'
import { assertionHeaderName } from '../../matching/reserved-headers.ts'
import type { FieldPath, ProtectedRoute } from '../../resource/resource.ts'
import type { ProtectedRouteRuleUpstreamAssertion } from '../../resource/resource-specs.generated.ts'
import type { Findings } from '../object/findings.ts'

/**
 * What an assertion says itself (RFC 7519 section 4.1, RFC 9493 section 4), and what would make it
 * a token of another kind: bound to a key, about an event, the answer to a login.
 */
const OWN_CLAIMS: ReadonlySet<string> = new Set([
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'sub_id',
  'cnf',
  'events',
  'nonce',
])

const BOUNDS = { leastMs: 10_000, mostMs: 600_000 }

const claimsOf = (
  written: readonly string[],
  field: FieldPath,
  findings: Findings,
): AssertionTerms['claims'] => {
  const seen = new Set<string>()
  return written.flatMap((claim, index) => {
    const here = [...field, index]
    const path = findings.take(here, 'claim', claim, parseClaimPath(claim))
    const [first] = path ?? []
    if (path === undefined || first === undefined) return []
    if (OWN_CLAIMS.has(first)) {
      const message = `The claim "${claim}" is one that an assertion says itself, or that would make it a token of another kind: remove it; \`sub_id\` names the provider and the subject there`
      findings.add(here, message)
    }
    const key = JSON.stringify(path)
    if (seen.has(key)) findings.add(here, `The claim "${claim}" is listed twice: remove one`)
    seen.add(key)
    return [path]
  })
}

/** What `upstream.assertion` says. */
export const assertionOf = (
  { header, audience, claims, lifetime }: ProtectedRouteRuleUpstreamAssertion,
  field: FieldPath,
  findings: Findings,
): AssertionTerms => ({
  header:
    findings.take([...field, 'header'], 'header', header, assertionHeaderName(header)) ?? header,
  audience,
  claims: claimsOf(claims, [...field, 'claims'], findings),
  lifetimeMs: findings.durationMs([...field, 'lifetime'], lifetime, BOUNDS),
})

/** One header holds one value, so nothing else may stand where the assertion does. */
export const checkAssertionHeader = (
  { assertion, headers, compatibility }: Upstream,
  field: FieldPath,
  findings: Findings,
): void => {
  if (assertion === undefined) return
  const { header } = assertion
  const here = [...field, 'assertion', 'header']
  if (headers.some(({ name }) => name === header)) {
    const message = `The header "${header}" carries the assertion and is in \`upstream.headers\` as well: choose another name for one of them`
    findings.add(here, message)
  }
  if (compatibility !== undefined && isSetFor(compatibility, header)) {
    const message = `The header "${header}" carries the assertion and is set by \`compatibility: ${compatibility}\` as well: choose another name for the assertion`
    findings.add(here, message)
  }
}

const NO_ISSUER =
  'An assertion says who signed it, and this process has no name for that: set `assertions.issuer` of its configuration to a URL of yours, or remove `assertion`'

/** An audience that one route alone may have assertions signed for. */
export interface KeptAudience {
  readonly audience: string
  /** `namespace/name`. */
  readonly route: string
}

const placesOf = ({ spec }: ProtectedRoute) => [
  { assertion: spec.upstream?.assertion, field: ['spec', 'upstream', 'assertion'] },
  ...spec.rules.map(({ upstream }, index) => ({
    assertion: upstream?.assertion,
    field: ['spec', 'rules', index, 'upstream', 'assertion'],
  })),
]

/** Every assertion that a route asks for is a finding: nobody could tell whose it is. */
export const refuseAssertions = (route: ProtectedRoute, findings: Findings): void => {
  for (const { assertion, field } of placesOf(route)) {
    if (assertion !== undefined) findings.add(field, NO_ISSUER)
  }
}

/** Whose upstream has such an assertion could show it where it makes administrators. */
export const checkKeptAudience = (
  route: ProtectedRoute,
  { audience, route: owner }: KeptAudience,
  findings: Findings,
): void => {
  const { namespace, name } = route.metadata
  if (`${namespace}/${name}` === owner) return
  for (const { assertion, field } of placesOf(route)) {
    if (assertion?.audience !== audience) continue
    const message = `The audience "${audience}" lets administrators in (adminApi.assertion), so that only the ProtectedRoute ${owner} may have it: choose another one, or name this route in adminApi.assertion.route`
    findings.add([...field, 'audience'], message)
  }
}

/** Whether any rule of a policy has an assertion signed. */
export const asksForAssertion = ({ rules, fallback }: Policy): boolean =>
  [fallback, ...rules].some(({ upstream }) => upstream.assertion !== undefined)
