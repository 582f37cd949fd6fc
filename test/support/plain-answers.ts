import { compatibilityHeaders } from '../../src/core/decision/compatibility-headers.ts'
import type { About, Allow, Deny, Header } from '../../src/core/decision/decision.ts'
import { deny } from '../../src/core/decision/deny.ts'
import { addWithin, type Fitted } from '../../src/core/decision/header-room.ts'
import { headerValueOf, PLAIN_FORM } from '../../src/core/decision/header-value.ts'
import { OWN_HEADER_PREFIX } from '../../src/core/decision/own-headers.ts'
import { claimAt, toldValue } from '../../src/core/decision/told-value.ts'
import type { Identity, Json } from '../../src/core/identity/identity.ts'
import type { Policy, Rule } from '../../src/core/policy/policy.ts'
import type { HeaderForm, ToldHeader } from '../../src/core/policy/upstream.ts'
import { isWellKnownHeader } from '../../src/core/policy/well-known-headers.ts'
import type { Reason } from '../../src/core/reason/reason.ts'
import { utf8Of } from '../../src/core/request/byte-text.ts'
import { normalizeHeaderName, type Request } from '../../src/core/request/request.ts'
import { trimBlanks } from '../../src/core/request/trim-blanks.ts'

const NO_ROOM =
  'The gateway has no room for who it is and the access token: raise check.forwardedHeaderBytes and check.forwardedHeaderCount if it takes more, set upstream.authorization to Remove, or have fewer claims in upstream.assertion.'

/** An empty value is no header: Envoy drops it, and a forged one of that name would stay. */
const valueHeader = (
  name: string,
  claim: Json | undefined,
  form: HeaderForm = PLAIN_FORM,
): Header[] => {
  const value = claim === undefined || claim === null ? '' : headerValueOf(claim, form)
  return value === '' ? [] : [[name, value]]
}

/** Who it is: an upstream that is told less would take it for somebody else. */
const whoHeaders = ({ subject, issuer }: Identity): readonly Header[] => [
  ...valueHeader('x-auth-subject', subject),
  ...valueHeader('x-auth-issuer', issuer),
]

const toldHeaders = (identity: Identity, headers: readonly ToldHeader[]): readonly Header[] =>
  headers.flatMap((header) => valueHeader(header.name, toldValue(header.told, identity), header))

const claimHeaders = (identity: Identity, { upstream }: Rule): readonly Header[] => [
  ...valueHeader('x-auth-email', claimAt(identity.claims, ['email'])),
  ...valueHeader('x-auth-scopes', identity.scopes.join(' ')),
  ...toldHeaders(identity, upstream.headers),
  ...compatibilityHeaders(identity, upstream),
]

/**
 * What is taken off: every name of ours that is not set, whether or not the request shows it (an
 * operator may have kept headers from us), and every other spelling that it does show. Nothing in
 * `set`: Envoy removes after it sets.
 */
const forged = (
  request: Pick<Request, 'headerNames'>,
  policy: Pick<Policy, 'identityHeaders' | 'siblingHeaders'>,
  { upstream }: Rule,
  set: ReadonlySet<string>,
): readonly string[] => {
  const isOurs = (name: string): boolean =>
    policy.identityHeaders.has(name) ||
    policy.siblingHeaders.has(name) ||
    name.startsWith(OWN_HEADER_PREFIX)
  const names = [...policy.identityHeaders].filter((name) => !set.has(name))
  for (const name of request.headerNames()) {
    if (set.has(name) || policy.identityHeaders.has(name)) continue
    const normal = normalizeHeaderName(name)
    const passes = upstream.passHeaders?.has(name) ?? false
    if (isOurs(normal) || (isWellKnownHeader(normal) && !passes)) names.push(name)
  }
  return names
}

/** What a pair that followed a comma begins with. */
const MARK = '\n'

const nameOf = (pair: string): string | undefined => {
  const trimmed = trimBlanks(pair)
  const equals = trimmed.indexOf('=')
  if (equals < 1) return undefined
  const name = trimBlanks(trimmed.slice(0, equals))
  return name.startsWith(MARK) ? trimBlanks(name.slice(MARK.length)) : name
}

const isOwn = (name: string, clients: Policy['clients']): boolean =>
  name.startsWith('__Host-sallyport') ||
  name.startsWith('__Secure-sallyport') ||
  clients.some(({ session }) => session.cookie.name === name)

const withoutOwn = (header: string, clients: Policy['clients']): string | undefined => {
  const pairs = header.split(';')
  const kept = pairs.filter((pair) => {
    const name = nameOf(pair)
    return name === undefined || !isOwn(name, clients)
  })
  if (kept.length === pairs.length) return header
  const rest = trimBlanks(kept.join(';').replaceAll(`;${MARK}`, ',').replace(MARK, ''))
  return rest === '' ? undefined : rest
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
  const rest = withoutOwn(cookie, clients)
  if (rest === undefined) return { set: [], remove: ['cookie'], leftOut: [] }
  if (rest === cookie) return UNCHANGED
  return encoding === 'bytes' ? asText(rest) : { set: [['cookie', rest]], remove: [], leftOut: [] }
}

type Forwarded = Pick<Request, 'header' | 'headerNames' | 'encoding' | 'room'>

const allow = (
  reason: Reason,
  request: Forwarded,
  policy: Policy,
  rule: Rule,
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
    removeHeaders: [...forged(request, policy, rule, names), ...remove, ...cookies.remove],
    about: missing.length === 0 ? about : { ...about, leftOut: missing },
  }
}

/** The allow of a public path, all of it made from the request. */
export const plainPublic = (request: Forwarded, policy: Policy, rule: Rule): Allow =>
  allow('public', request, policy, rule, { headers: [], leftOut: [] }, [], {
    policy: policy.name,
    rule: rule.name,
  })

/**
 * The allow of an identity, all of it made from the request, as it was before any of it was
 * prepared: what prepared answers are compared with.
 */
export const plainForward = (
  request: Forwarded,
  policy: Policy,
  rule: Rule,
  identity: Identity,
): Allow | Deny => {
  const { authorization } = rule.upstream
  const owned = authorization === 'IDToken' ? identity.idToken : identity.accessToken
  const isTold = authorization === 'AccessToken' || authorization === 'IDToken'
  const token: readonly Header[] =
    isTold && identity.via === 'session' && owned !== undefined
      ? [['authorization', `Bearer ${owned}`]]
      : []
  const about: About = {
    policy: policy.name,
    rule: rule.name,
    subject: identity.subject,
    claims: identity.claims,
    via: identity.via,
    ...(identity.client === undefined ? {} : { client: identity.client }),
  }
  const claims = claimHeaders(identity, rule)
  const fitted = addWithin(whoHeaders(identity), claims, token, request.room)
  if (fitted === undefined) return deny('headers_too_large', { about, detail: NO_ROOM })
  const staysAsItCame =
    authorization === 'Keep' ||
    (identity.via === 'bearer' &&
      (authorization === 'AccessToken' ||
        (authorization === 'IDToken' && identity.bearer === 'id_token')))
  const isHidden = !staysAsItCame && token.length === 0
  const carries = request.header('authorization') !== undefined
  const remove = isHidden && carries ? ['authorization'] : []
  const told = toldHeaders(identity, rule.response?.headers ?? [])
  return {
    ...allow('allowed', request, policy, rule, fitted, remove, about),
    ...(told.length === 0 ? {} : { responseHeaders: told }),
  }
}
