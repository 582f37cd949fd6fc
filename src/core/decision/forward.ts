import { withoutCookies } from '../cookie/cookie.ts'
import { isOwnCookie } from '../cookie/own-cookies.ts'
import type { Claims, Identity, Json } from '../identity/identity.ts'
import type { Policy, Rule, UpstreamHeader } from '../policy/policy.ts'
import type { Reason } from '../reason/reason.ts'
import { utf8Of } from '../request/byte-text.ts'
import { normalizeHeaderName, type Request } from '../request/request.ts'
import { trimBlanks } from '../request/trim-blanks.ts'
import type { About, Allow, Deny, Header } from './decision.ts'
import { deny } from './deny.ts'
import { addWithin, type Fitted, NOTHING_ADDED } from './header-room.ts'
import { OWN_HEADER_PREFIX } from './own-headers.ts'

/** The identity headers that every upstream gets; the names are taken from every request first. */
export const DEFAULT_IDENTITY_HEADERS = [
  'x-auth-subject',
  'x-auth-issuer',
  'x-auth-email',
  'x-auth-scopes',
] as const

const NO_ROOM =
  'The gateway has no room for who it is and the access token: raise check.forwardedHeaderBytes and check.forwardedHeaderCount if it takes more, or set upstream.accessToken to None.'

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

/**
 * Readers of headers take them off, and two claims would be one. In linear time: a pattern for the
 * last blanks would try each run of blanks within a claim from every one of them.
 */
const encodeOuterBlanks = (text: string): string => {
  if (!text.startsWith(' ') && !text.endsWith(' ')) return text
  const fromFirst = text.trimStart()
  const inner = fromFirst.trimEnd()
  return blanks(text.length - fromFirst.length) + inner + blanks(fromFirst.length - inner.length)
}

/**
 * A claim as a header value: strings as they are, numbers and booleans in JSON, arrays and objects
 * as JSON. Whatever is not printable ASCII, `%` itself, and a blank at either end are
 * percent-encoded as UTF-8, so no value can end a header (R9) or be read as another.
 */
export const headerValueOf = (value: Json): string =>
  encodeOuterBlanks(encodeUnsafe(typeof value === 'string' ? value : JSON.stringify(value)))

/** An empty value is no header: Envoy drops it, and a forged one of that name would stay. */
const valueHeader = (name: string, claim: Json | undefined): Header[] => {
  const value = claim === undefined || claim === null ? '' : headerValueOf(claim)
  return value === '' ? [] : [[name, value]]
}

/** Who it is: an upstream that is told less would take it for somebody else. */
const whoHeaders = ({ subject, issuer }: Identity): readonly Header[] => [
  ...valueHeader('x-auth-subject', subject),
  ...valueHeader('x-auth-issuer', issuer),
]

const claimHeaders = (
  identity: Identity,
  headers: readonly UpstreamHeader[],
): readonly Header[] => [
  ...valueHeader('x-auth-email', claimAt(identity.claims, ['email'])),
  ...valueHeader('x-auth-scopes', identity.scopes.join(' ')),
  ...headers.flatMap(({ name, path }) => valueHeader(name, claimAt(identity.claims, path))),
]

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
  readonly leftOut: readonly string[]
}

const UNCHANGED: CookieChange = { set: [], remove: [], leftOut: [] }

/**
 * What is left of the cookies as text, for Envoy takes no other bytes than UTF-8: a cookie of other
 * bytes is left out whole, never altered.
 */
const asText = (bytes: string): CookieChange => {
  const pairs = bytes.split(';').map((pair) => ({ pair, text: utf8Of(pair) }))
  const texts = pairs.flatMap(({ text }) => text ?? [])
  const rest = trimBlanks(texts.join(';'))
  return {
    set: rest === '' ? [] : [['cookie', rest]],
    remove: rest === '' ? ['cookie'] : [],
    leftOut: texts.length < pairs.length ? ['cookie'] : [],
  }
}

const cookieChange = (
  { header, encoding }: Pick<Request, 'header' | 'encoding'>,
  { clients }: Pick<Policy, 'clients'>,
): CookieChange => {
  const cookie = header('cookie')
  if (cookie === undefined) return UNCHANGED
  const rest = withoutCookies(cookie, (name) => isOwnCookie(name, clients))
  if (rest === undefined) return { set: [], remove: ['cookie'], leftOut: [] }
  if (rest === cookie) return UNCHANGED
  return encoding === 'bytes' ? asText(rest) : { set: [['cookie', rest]], remove: [], leftOut: [] }
}

type Forwarded = Pick<Request, 'header' | 'headerNames' | 'encoding' | 'room'>

const allow = (
  reason: Reason,
  request: Forwarded,
  policy: Policy,
  { headers: set, leftOut }: Fitted,
  remove: readonly string[],
  about: About,
): Allow => {
  const cookies = cookieChange(request, policy)
  const missing = [...leftOut, ...cookies.leftOut]
  const setHeaders = [...set, ...cookies.set]
  const names = new Set(setHeaders.map(([name]) => name))
  return {
    kind: 'allow',
    reason,
    setHeaders,
    removeHeaders: [...forged(request, policy, names), ...remove, ...cookies.remove],
    about: missing.length === 0 ? about : { ...about, leftOut: missing },
  }
}

/**
 * Lets a request through without an identity: everything that could look like one is taken off
 * (R8).
 */
export const forwardPublic = (request: Forwarded, policy: Policy, rule: Rule): Allow =>
  allow('public', request, policy, NOTHING_ADDED, [], { policy: policy.name, rule: rule.name })

/**
 * Lets a request through with its identity: forged headers are taken off, ours replace what is
 * there, our cookies stay here (R8, R9, R10). A session's access token is forwarded (RFC 6750
 * section 2.1) unless the rule says `None`; then no `authorization` header reaches the upstream at
 * all, as nobody has looked at it. Claims that the gateway has no room for are left out and named;
 * where subject, issuer or token do not fit, the request ends here.
 */
export const forward = (
  request: Forwarded,
  policy: Policy,
  rule: Rule,
  identity: Identity,
): Allow | Deny => {
  const forwards = rule.upstream.accessToken === 'Forward'
  const token: readonly Header[] =
    forwards && identity.via === 'session'
      ? [['authorization', `Bearer ${identity.accessToken}`]]
      : []
  const about: About = {
    policy: policy.name,
    rule: rule.name,
    subject: identity.subject,
    via: identity.via,
    ...(identity.client === undefined ? {} : { client: identity.client }),
  }
  const claims = claimHeaders(identity, rule.upstream.headers)
  const fitted = addWithin(whoHeaders(identity), claims, token, request.room)
  if (fitted === undefined) return deny('headers_too_large', { about, detail: NO_ROOM })
  const carriesToken = request.header('authorization') !== undefined
  const remove = !forwards && carriesToken ? ['authorization'] : []
  return allow('allowed', request, policy, fitted, remove, about)
}
