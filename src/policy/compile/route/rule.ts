import type {
  BearerMethod,
  ClaimValue,
  Match,
  OnUnauthenticated,
  PathMatch,
  Requirement,
  Rule,
  Upstream,
  UpstreamHeader,
} from '../../../core/policy/policy.ts'
import type { Checked } from '../../matching/checked.ts'
import { parseClaimPath } from '../../matching/claim-path.ts'
import { exactPath, pathPattern, prefixPath } from '../../matching/path-pattern.ts'
import { upstreamHeaderName } from '../../matching/reserved-headers.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type {
  ProtectedRouteRule,
  ProtectedRouteRuleAuthenticate,
  ProtectedRouteRuleAuthorize,
  ProtectedRouteRuleMatch,
  ProtectedRouteRuleMatchPath,
  ProtectedRouteRuleUpstreamHeader,
} from '../../resource/resource-specs.generated.ts'
import type { Findings } from '../object/findings.ts'

/** One way to authenticate, with the name of the provider instead of the provider. */
export type MethodDraft =
  | { readonly kind: 'session' }
  | {
      readonly kind: 'bearer'
      readonly field: FieldPath
      readonly provider: { readonly namespace: string; readonly name: string }
      readonly settings: Pick<BearerMethod, 'audiences' | 'audienceClaim' | 'accepts' | 'maxBytes'>
    }

/** A rule before its providers are looked at. */
export type RuleDraft = Omit<Rule, 'authenticate'> & {
  readonly authenticate: readonly MethodDraft[]
}

/**
 * What a rule asks for and gives; the route's own are what a rule inherits where it says nothing.
 */
export type Terms = Pick<RuleDraft, 'authenticate' | 'onUnauthenticated' | 'authorize' | 'upstream'>

const PATH_READERS = {
  exact: exactPath,
  prefix: prefixPath,
  pattern: pathPattern,
} as const satisfies Readonly<Record<string, (written: string) => Checked<PathMatch>>>

const PATH_KINDS = ['exact', 'prefix', 'pattern'] as const

const pathOf = (
  path: ProtectedRouteRuleMatchPath,
  field: FieldPath,
  findings: Findings,
): PathMatch | undefined => {
  const kinds = PATH_KINDS.filter((kind) => path[kind] !== undefined)
  const [kind] = kinds
  if (kind === undefined || kinds.length > 1) {
    findings.add(field, 'The path has not exactly one of `exact`, `prefix` and `pattern`: keep one')
    return undefined
  }
  const written = path[kind] ?? ''
  const subject = kind === 'pattern' ? 'pattern' : 'path'
  return findings.take([...field, kind], subject, written, PATH_READERS[kind](written))
}

const matchOf = (
  { path, methods }: ProtectedRouteRuleMatch,
  field: FieldPath,
  findings: Findings,
): Match => {
  if (path === undefined && methods === undefined) {
    findings.add(field, 'The match has neither `path` nor `methods`, so it would match everything')
  }
  const compiled = path === undefined ? undefined : pathOf(path, [...field, 'path'], findings)
  return {
    ...(compiled === undefined ? {} : { path: compiled }),
    ...(methods === undefined ? {} : { methods: new Set(methods) }),
  }
}

const ACCEPTED = { AccessToken: 'access_token', IDToken: 'id_token' } as const

/** The entries of `authenticate`. */
export const methodsOf = (
  namespace: string,
  written: readonly ProtectedRouteRuleAuthenticate[],
  field: FieldPath,
  findings: Findings,
): readonly MethodDraft[] =>
  written.flatMap(({ session, bearer }, index): readonly MethodDraft[] => {
    const here = [...field, index]
    if ((session === undefined) === (bearer === undefined)) {
      findings.add(here, 'The entry has not exactly one of `session` and `bearer`: keep one')
      return []
    }
    if (bearer === undefined) return [{ kind: 'session' }]
    const {
      providerRef,
      audiences,
      maxBytes,
      audienceClaim = 'aud',
      accept = ['AccessToken'],
    } = bearer
    if (audiences.length === 0) {
      findings.add([...here, 'bearer', 'audiences'], 'The list of audiences is empty: name one')
    }
    return [
      {
        kind: 'bearer',
        field: [...here, 'bearer', 'providerRef'],
        provider: { namespace, ...providerRef },
        settings: {
          audiences: [...audiences],
          audienceClaim,
          maxBytes,
          accepts: accept.map((kind) => ACCEPTED[kind]),
        },
      },
    ]
  })

const LISTS = ['anyOf', 'allOf', 'noneOf'] as const

const isClaimValue = (value: unknown): value is ClaimValue =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

const claimRequirement = (
  written: ProtectedRouteRuleAuthorize & { readonly claim: string },
  field: FieldPath,
  findings: Findings,
): Requirement => {
  const { claim, exists } = written
  const lists = LISTS.flatMap((name) => {
    const values = written[name]
    return values === undefined ? [] : [[name, [...values]] as const]
  })
  for (const [name, values] of lists) {
    for (const [at, value] of values.entries()) {
      if (typeof value !== 'number' || Number.isSafeInteger(value) || value % 1 !== 0) continue
      const message = `The number ${value} is beyond 2^53, where digits are lost: write its digits in quotes`
      findings.add([...field, name, at], message)
    }
    if (values.length > 0 && values.every(isClaimValue)) continue
    findings.add(
      [...field, name],
      'The list holds no values, or not only texts, numbers and booleans',
    )
  }
  if (lists.length === 0 && exists === undefined) {
    findings.add(field, 'The claim has none of `anyOf`, `allOf`, `noneOf` and `exists`: add one')
  }
  const path = findings.take([...field, 'claim'], 'claim', claim, parseClaimPath(claim)) ?? []
  return {
    kind: 'claim',
    path,
    written: claim,
    ...Object.fromEntries(lists),
    ...(exists === undefined ? {} : { exists }),
  }
}

/** The clauses of `authorize`. */
export const requirementsOf = (
  written: readonly ProtectedRouteRuleAuthorize[],
  field: FieldPath,
  findings: Findings,
): readonly Requirement[] =>
  written.flatMap((clause, index): readonly Requirement[] => {
    const here = [...field, index]
    const { scopes, claim } = clause
    if ((scopes === undefined) === (claim === undefined)) {
      findings.add(here, 'The clause has not exactly one of `scopes` and `claim`: keep one')
      return []
    }
    if (claim !== undefined) return [claimRequirement({ ...clause, claim }, here, findings)]
    return [{ kind: 'scopes', scopes: [...(scopes ?? [])] }]
  })

/** The entries of `upstream.headers`. */
export const headersOf = (
  written: readonly ProtectedRouteRuleUpstreamHeader[],
  field: FieldPath,
  findings: Findings,
): readonly UpstreamHeader[] => {
  const names = new Set<string>()
  return written.flatMap(({ name: text, claim }, index): readonly UpstreamHeader[] => {
    const here = [...field, index]
    const name = findings.take([...here, 'name'], 'header', text, upstreamHeaderName(text))
    const path = findings.take([...here, 'claim'], 'claim', claim, parseClaimPath(claim))
    if (name === undefined || path === undefined) return []
    if (names.has(name)) findings.add([...here, 'name'], `The header "${name}" is listed twice`)
    names.add(name)
    return [{ name, path }]
  })
}

/** A public rule asks for nothing and gives nothing. */
const PUBLIC_TERMS: Terms = {
  authenticate: [],
  onUnauthenticated: 'Challenge',
  authorize: [],
  upstream: { accessToken: 'None', headers: [] },
}

const upstreamOf = (
  { upstream }: ProtectedRouteRule,
  inherited: Upstream,
  field: FieldPath,
  findings: Findings,
): Upstream => ({
  accessToken: upstream?.accessToken ?? inherited.accessToken,
  headers:
    upstream?.headers === undefined
      ? inherited.headers
      : headersOf(upstream.headers, [...field, 'upstream', 'headers'], findings),
})

const termsOf = (
  rule: ProtectedRouteRule,
  inherited: Terms,
  namespace: string,
  field: FieldPath,
  findings: Findings,
): Terms => {
  const { authenticate, authorize } = rule
  const onUnauthenticated: OnUnauthenticated = rule.onUnauthenticated ?? inherited.onUnauthenticated
  return {
    authenticate:
      authenticate === undefined
        ? inherited.authenticate
        : methodsOf(namespace, authenticate, [...field, 'authenticate'], findings),
    onUnauthenticated,
    authorize:
      authorize === undefined
        ? inherited.authorize
        : requirementsOf(authorize, [...field, 'authorize'], findings),
    upstream: upstreamOf(rule, inherited.upstream, field, findings),
  }
}

const asksForSomething = (rule: ProtectedRouteRule): boolean =>
  rule.authenticate !== undefined ||
  rule.onUnauthenticated !== undefined ||
  rule.keepForms !== undefined ||
  rule.authorize !== undefined ||
  rule.upstream !== undefined

/** A form waits for a login, so there must be one. */
const checkKeepForms = (
  { authenticate, onUnauthenticated }: Terms,
  field: FieldPath,
  findings: Findings,
): void => {
  const leadsToLogin =
    onUnauthenticated !== 'Challenge' && authenticate.some(({ kind }) => kind === 'session')
  if (leadsToLogin) return
  const message =
    'The rule keeps forms for a login that it never starts: remove `keepForms`, or take `session` and not `Challenge`'
  findings.add([...field, 'keepForms'], message)
}

/** Reads one rule; what it leaves unset it has from the route. */
export const readRule = (
  rule: ProtectedRouteRule,
  inherited: Terms,
  namespace: string,
  field: FieldPath,
  findings: Findings,
): RuleDraft => {
  if (rule.public && asksForSomething(rule)) {
    findings.add(field, 'The rule is public and asks for or adds something: remove one of the two')
  }
  const terms = rule.public ? PUBLIC_TERMS : termsOf(rule, inherited, namespace, field, findings)
  const { keepForms } = rule
  if (keepForms !== undefined && !rule.public) checkKeepForms(terms, field, findings)
  return {
    name: rule.name,
    matches: rule.match.map((match, index) => matchOf(match, [...field, 'match', index], findings)),
    public: rule.public,
    ...(keepForms === undefined ? {} : { keepFormsMaxBytes: keepForms.maxBytes }),
    ...terms,
  }
}
