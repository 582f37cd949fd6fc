import { withoutCookies } from '../cookie/cookie.ts'
import { isOwnCookie } from '../cookie/own-cookies.ts'
import type { Claims, Identity, Json } from '../identity/identity.ts'
import type { Policy, Rule, UpstreamHeader } from '../policy/policy.ts'
import type { Reason } from '../reason/reason.ts'
import { normalizeHeaderName, type Request } from '../request/request.ts'
import type { About, Allow, Header } from './decision.ts'

/** The identity headers that every upstream gets; the names are taken from every request first. */
export const DEFAULT_IDENTITY_HEADERS = [
  'x-auth-subject',
  'x-auth-issuer',
  'x-auth-email',
  'x-auth-scopes',
] as const

/** Names beginning so belong to this service: no downstream may send them on. */
export const OWN_HEADER_PREFIX = 'x-sallyport-'

/**
 * Names the headers that were left out because their value was over the limit, comma separated
 * (R9).
 */
const TRUNCATED_HEADER = `${OWN_HEADER_PREFIX}truncated`

const MAX_VALUE_BYTES = 8 * 1024

/** The value at a path into the claims; `undefined` where a level is missing or not an object. */
export const claimAt = (claims: Claims, path: readonly string[]): Json | undefined => {
  let value: Json | undefined = claims
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    const level = value as Claims
    value = Object.hasOwn(level, name) ? level[name] : undefined
  }
  return value
}

const encodeUnsafe = (text: string): string =>
  /^[\u0020-\u0024\u0026-\u007e]*$/.test(text)
    ? text
    : text.toWellFormed().replace(/[^\u0020-\u0024\u0026-\u007e]/gu, encodeURIComponent)

const blanks = (count: number): string => '%20'.repeat(count)

/** HTTP takes blanks off both ends of a value: left alone, two subjects could become one. */
const encodeOuterBlanks = (text: string): string => {
  if (!text.startsWith(' ') && !text.endsWith(' ')) return text
  const fromFirst = text.trimStart()
  const inner = fromFirst.trimEnd()
  return blanks(text.length - fromFirst.length) + inner + blanks(fromFirst.length - inner.length)
}

/**
 * A claim as a header value: strings as they are, numbers and booleans in JSON, arrays and objects
 * as JSON. Whatever is not printable ASCII, `%` itself, and blanks at either end are
 * percent-encoded as UTF-8, so no value can end a header, or lose anything on the way (R9).
 */
export const headerValueOf = (value: Json): string =>
  encodeOuterBlanks(encodeUnsafe(typeof value === 'string' ? value : JSON.stringify(value)))

/** An empty value is no header: Envoy drops it, and a forged one of that name would stay. */
const valueHeader = (name: string, claim: Json | undefined): Header[] => {
  const value = claim === undefined || claim === null ? '' : headerValueOf(claim)
  return value === '' ? [] : [[name, value]]
}

const identityHeaders = (identity: Identity, headers: readonly UpstreamHeader[]): Header[] => [
  ...valueHeader('x-auth-subject', identity.subject),
  ...valueHeader('x-auth-issuer', identity.issuer),
  ...valueHeader('x-auth-email', claimAt(identity.claims, ['email'])),
  ...valueHeader('x-auth-scopes', identity.scopes.join(' ')),
  ...headers.flatMap(({ name, path }) => valueHeader(name, claimAt(identity.claims, path))),
]

const bounded = (headers: readonly Header[]): readonly Header[] => {
  const over = headers.filter(([, value]) => value.length > MAX_VALUE_BYTES)
  if (over.length === 0) return headers
  const names = over.map(([name]) => name).join(',')
  return [...headers.filter((header) => !over.includes(header)), [TRUNCATED_HEADER, names]]
}

/**
 * What is taken off: every name of ours that is not set, whether or not the request shows it (an
 * operator may have kept headers from us), and every other spelling that it does show. Nothing in
 * `set`: Envoy removes after it sets.
 */
const forged = (
  request: Pick<Request, 'headerNames'>,
  policy: Pick<Policy, 'identityHeaders' | 'siblingHeaders'>,
  set: ReadonlySet<string>,
): readonly string[] => {
  const isOurs = (name: string): boolean =>
    policy.identityHeaders.has(name) ||
    policy.siblingHeaders.has(name) ||
    name.startsWith(OWN_HEADER_PREFIX)
  const names = [...policy.identityHeaders].filter((name) => !set.has(name))
  for (const name of request.headerNames()) {
    if (set.has(name) || policy.identityHeaders.has(name)) continue
    if (isOurs(normalizeHeaderName(name))) names.push(name)
  }
  return names
}

interface CookieChange {
  readonly set: readonly Header[]
  readonly remove: readonly string[]
}

const UNCHANGED: CookieChange = { set: [], remove: [] }

const cookieChange = (
  cookie: string | undefined,
  { clients }: Pick<Policy, 'clients'>,
): CookieChange => {
  if (cookie === undefined) return UNCHANGED
  const rest = withoutCookies(cookie, (name) => isOwnCookie(name, clients))
  if (rest === undefined) return { set: [], remove: ['cookie'] }
  return rest === cookie ? UNCHANGED : { set: [['cookie', rest]], remove: [] }
}

const allow = (
  reason: Reason,
  request: Pick<Request, 'header' | 'headerNames'>,
  policy: Policy,
  set: readonly Header[],
  remove: readonly string[],
  about: About,
): Allow => {
  const cookies = cookieChange(request.header('cookie'), policy)
  const setHeaders = [...set, ...cookies.set]
  const names = new Set(setHeaders.map(([name]) => name))
  return {
    kind: 'allow',
    reason,
    setHeaders,
    removeHeaders: [...forged(request, policy, names), ...remove, ...cookies.remove],
    about,
  }
}

/**
 * Lets a request through without an identity: everything that could look like one is taken off
 * (R8).
 */
export const forwardPublic = (
  request: Pick<Request, 'header' | 'headerNames'>,
  policy: Policy,
  rule: Rule,
): Allow => allow('public', request, policy, [], [], { policy: policy.name, rule: rule.name })

/**
 * Lets a request through with its identity: forged headers are taken off, ours replace what is
 * there, our cookies stay here (R8, R9, R10). A session's access token is forwarded (RFC 6750
 * section 2.1) unless the rule says `None`; then no `authorization` header reaches the upstream at
 * all, as nobody has looked at it.
 */
export const forward = (
  request: Pick<Request, 'header' | 'headerNames'>,
  policy: Policy,
  rule: Rule,
  identity: Identity,
): Allow => {
  const forwards = rule.upstream.accessToken === 'Forward'
  const token: readonly Header[] =
    forwards && identity.via === 'session'
      ? [['authorization', `Bearer ${identity.accessToken}`]]
      : []
  const set = [...bounded(identityHeaders(identity, rule.upstream.headers)), ...token]
  const carriesToken = request.header('authorization') !== undefined
  const remove = !forwards && carriesToken ? ['authorization'] : []
  return allow('allowed', request, policy, set, remove, {
    policy: policy.name,
    rule: rule.name,
    subject: identity.subject,
    via: identity.via,
  })
}
