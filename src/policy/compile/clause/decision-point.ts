import { OWN_HEADER_PREFIX } from '../../../core/decision/own-headers.ts'
import type { DecisionPoint, SentClaim } from '../../../core/policy/decision-point.ts'
import { isWellKnownHeader } from '../../../core/policy/well-known-headers.ts'
import { type Checked, right, wrong } from '../../matching/checked.ts'
import { parseClaimPath } from '../../matching/claim-path.ts'
import { secureUrl, withoutCredentials } from '../../matching/secure-url.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type {
  ProtectedRouteRuleAuthorize,
  ProtectedRouteRuleAuthorizeExternal,
} from '../../resource/resource-specs.generated.ts'
import type { Findings } from '../object/findings.ts'

/** A value in a Secret or ConfigMap of the same namespace. */
interface OwnData {
  readonly kind: 'Secret' | 'ConfigMap'
  readonly namespace: string
  readonly name: string
  readonly key: string
}

/** A decision point as read, before what it refers to is looked at. */
export interface DecisionPointDraft {
  /** Where `external` is. */
  readonly field: FieldPath
  readonly settings: Omit<DecisionPoint, 'route' | 'generation' | 'caPem' | 'credential'>
  readonly ca?: OwnData
  readonly credential?: OwnData
}

/** What reading a decision point depends on besides. */
export interface DecisionPointSurroundings {
  readonly namespace: string
  /** Whether it may be called over `http`: for local trials only. */
  readonly allowInsecure: boolean
}

/**
 * What is a credential, or said of an identity by this service, and told in no other way; no more
 * is what other products say who is calling by, which anybody can send.
 */
const HEADERS_NOT_TOLD: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'x-auth-subject',
  'x-auth-issuer',
  'x-auth-email',
  'x-auth-scopes',
])

const toldHeader = (name: string): Checked<string> =>
  HEADERS_NOT_TOLD.has(name) || name.startsWith(OWN_HEADER_PREFIX) || isWellKnownHeader(name)
    ? wrong(
        'is a credential, or about an identity, and is not sent as the caller wrote it: use `accessToken` or `claims`',
      )
    : right(name)

const DATA_API = /\/v1\/data(?:\/[^/]+)+$/

const pointOfUrl = (url: string): Checked<string> =>
  DATA_API.test(new URL(url).pathname)
    ? right(url)
    : wrong('does not name one rule of OPA: it ends in `/v1/data/` with the path of the rule')

const urlOf = (
  { authzen, opa }: ProtectedRouteRuleAuthorizeExternal,
  field: FieldPath,
  allowInsecure: boolean,
  findings: Findings,
): Pick<DecisionPoint, 'protocol' | 'url'> => {
  if ((authzen === undefined) === (opa === undefined)) {
    findings.add(field, 'The decision point has not exactly one of `authzen` and `opa`: keep one')
  }
  const protocol = authzen === undefined ? 'opa' : 'authzen'
  const url = (authzen ?? opa)?.url ?? ''
  const here = [...field, protocol, 'url']
  const shown = withoutCredentials(url)
  const isSecure = findings.take(here, 'URL', shown, secureUrl(url, allowInsecure)) !== undefined
  if (isSecure && protocol === 'opa') findings.take(here, 'URL', shown, pointOfUrl(url))
  return { protocol, url }
}

const claimsOf = (
  written: readonly string[],
  field: FieldPath,
  findings: Findings,
): readonly SentClaim[] =>
  written.flatMap((name, at) => {
    const path = findings.take([...field, at], 'claim', name, parseClaimPath(name))
    return path === undefined ? [] : [{ name, path }]
  })

const headersOf = (
  written: readonly string[],
  field: FieldPath,
  findings: Findings,
): readonly string[] =>
  written.flatMap(
    (name, at) => findings.take([...field, at], 'header', name, toldHeader(name)) ?? [],
  )

const draftOf = (
  external: ProtectedRouteRuleAuthorizeExternal,
  field: FieldPath,
  { namespace, allowInsecure }: DecisionPointSurroundings,
  findings: Findings,
): DecisionPointDraft => {
  const { authzen, timeout, cache, send, tls, credentialsRef } = external
  const sent = [...field, 'send']
  return {
    field,
    settings: {
      ...urlOf(external, field, allowInsecure, findings),
      requestTimeoutMs: findings.durationMs([...field, 'timeout'], timeout, {
        leastMs: 100,
        mostMs: 10_000,
      }),
      rememberMs: findings.durationMs([...field, 'cache', 'ttl'], cache.ttl, {
        leastMs: 0,
        mostMs: 300_000,
      }),
      subjectType: authzen?.subjectType ?? 'user',
      resourceType: authzen?.resourceType ?? 'route',
      claims: claimsOf(send.claims, [...sent, 'claims'], findings),
      headers: headersOf(send.headers, [...sent, 'headers'], findings),
      sendsAccessToken: send.accessToken,
    },
    ...(tls === undefined ? {} : { ca: { namespace, ...tls.caRef } }),
    ...(credentialsRef === undefined
      ? {}
      : { credential: { kind: 'Secret', namespace, ...credentialsRef } }),
  }
}

/** The one decision point of a list of clauses; `undefined` where it names none. */
export const decisionPointOf = (
  written: readonly ProtectedRouteRuleAuthorize[],
  field: FieldPath,
  surroundings: DecisionPointSurroundings,
  findings: Findings,
): DecisionPointDraft | undefined => {
  const drafts = written.flatMap(({ external }, at) =>
    external === undefined
      ? []
      : [draftOf(external, [...field, at, 'external'], surroundings, findings)],
  )
  if (drafts.length > 1) {
    findings.add(
      field,
      'The list names more than one decision point: keep one `external`, and have it ask the others',
    )
  }
  return drafts[0]
}
