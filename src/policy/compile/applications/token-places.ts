import { OWN_COOKIE_PREFIX, SHARED_COOKIE_PREFIX } from '../../../core/cookie/own-cookies.ts'
import { DEFAULT_IDENTITY_HEADERS } from '../../../core/decision/identity-headers.ts'
import { OWN_HEADER_PREFIX } from '../../../core/decision/own-headers.ts'
import type { TokenNames, TokenPlace } from '../../../core/policy/applications.ts'
import { type Checked, right, wrong } from '../../matching/checked.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { ProtectedRouteRuleAuthenticateBearerFrom } from '../../resource/resource-specs.generated.ts'
import type { Findings } from '../object/findings.ts'

/** What the connection, the body or the browser itself says, or what is set from an identity. */
const RESERVED_NAMES: ReadonlySet<string> = new Set([
  ...DEFAULT_IDENTITY_HEADERS,
  'connection',
  'cookie',
  'expect',
  'host',
  'origin',
  'proxy-authorization',
  'referer',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-request-id',
])

const RESERVED_PREFIXES = ['content-', 'sec-', 'x-auth-', 'x-envoy-', OWN_HEADER_PREFIX]

const OWN_PARAMETERS_BEGIN = 'sallyport_'

const CHECKS: Readonly<Record<TokenPlace['kind'], (name: string) => Checked<string>>> = {
  header: (name) =>
    RESERVED_NAMES.has(name) || RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix))
      ? wrong('is reserved and cannot hold a token: choose another, as in `x-api-token`')
      : right(name),
  cookie: (name) =>
    name.startsWith(OWN_COOKIE_PREFIX) || name.startsWith(SHARED_COOKIE_PREFIX)
      ? wrong('is one of ours: name the cookie that holds the token')
      : right(name),
  query: (name) =>
    name.startsWith(OWN_PARAMETERS_BEGIN)
      ? wrong('is one of ours: name the parameter that holds the token')
      : right(name),
}

const KINDS = ['header', 'cookie', 'query'] as const

const placeOf = (
  written: ProtectedRouteRuleAuthenticateBearerFrom,
  field: FieldPath,
  findings: Findings,
): readonly TokenPlace[] => {
  const kinds = KINDS.filter((kind) => written[kind] !== undefined)
  const [kind] = kinds
  if (kind === undefined || kinds.length > 1) {
    const message = 'The place has not exactly one of `header`, `cookie` and `query`: keep one'
    findings.add(field, message)
    return []
  }
  const name = written[kind] ?? ''
  const taken = findings.take([...field, kind], kind, name, CHECKS[kind](name))
  return taken === undefined ? [] : [{ kind, name: taken }]
}

/** The entries of `bearer.from`. */
export const tokenPlacesOf = (
  written: readonly ProtectedRouteRuleAuthenticateBearerFrom[] | undefined,
  field: FieldPath,
  findings: Findings,
): { readonly from?: readonly TokenPlace[] } => {
  if (written === undefined) return {}
  const from = written.flatMap((one, index) => placeOf(one, [...field, index], findings))
  const names = new Set<string>()
  for (const [index, { kind, name }] of from.entries()) {
    if (names.has(`${kind} ${name}`)) {
      findings.add([...field, index], `The ${kind} "${name}" is listed twice: remove one`)
    }
    names.add(`${kind} ${name}`)
  }
  return { from }
}

const namesOf = (places: readonly TokenPlace[], kind: TokenPlace['kind']): ReadonlySet<string> =>
  new Set(places.filter((place) => place.kind === kind).map(({ name }) => name))

/** The places of a rule besides `authorization`, whichever of its methods looks there. */
export const tokenNamesOf = (
  listed: readonly TokenPlace[],
): { readonly tokenNames?: TokenNames } => {
  const places = listed.filter(({ kind, name }) => kind !== 'header' || name !== 'authorization')
  if (places.length === 0) return {}
  return {
    tokenNames: {
      headers: namesOf(places, 'header'),
      cookies: namesOf(places, 'cookie'),
      parameters: namesOf(places, 'query'),
    },
  }
}
