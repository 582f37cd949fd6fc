import { withoutCookies } from '../cookie/cookie.ts'
import { isOwnCookie } from '../cookie/own-cookies.ts'
import type { Identity } from '../identity/identity.ts'
import type { Policy, Rule } from '../policy/policy.ts'
import { isWellKnownHeader } from '../policy/well-known-headers.ts'
import { utf8Of } from '../request/byte-text.ts'
import { type HeaderRoom, normalizeHeaderName, type Request } from '../request/request.ts'
import { trimBlanks } from '../request/trim-blanks.ts'
import type { About, Allow, Deny, Header, PreparedAllow } from './decision.ts'
import { deny } from './deny.ts'
import { addWithin } from './header-room.ts'
import { claimHeaders, hidesAuthorization, tokenHeaders, whoHeaders } from './identity-headers.ts'
import { OWN_HEADER_PREFIX } from './own-headers.ts'
import { fits, type Prepared, prepareAllow, spentProof, unsetNames } from './prepared.ts'
import { withoutTokens } from './taken-tokens.ts'

const NO_ROOM =
  'The gateway has no room for who it is and the access token: raise check.forwardedHeaderBytes and check.forwardedHeaderCount if it takes more, set upstream.authorization to Remove, or have fewer claims in upstream.assertion.'

const NONE: readonly never[] = []
const AUTHORIZATION: readonly string[] = ['authorization']
const COOKIE: readonly string[] = ['cookie']

/** What there is to know about the name of a header. */
interface NameFacts {
  readonly normal: string
  /** An identity header of another product. */
  readonly isWellKnown: boolean
  /** Nobody but this service sends it. */
  readonly isReserved: boolean
}

/** Requests have the same names again and again. When there are too many, all are forgotten. */
const MOST_NAMES = 1024
const LONGEST_NAME = 64
const knownNames = new Map<string, NameFacts>()

const factsOf = (name: string): NameFacts => {
  const known = knownNames.get(name)
  if (known !== undefined) return known
  const normal = normalizeHeaderName(name)
  const isReserved = normal.startsWith(OWN_HEADER_PREFIX)
  const facts: NameFacts = { normal, isWellKnown: isWellKnownHeader(normal), isReserved }
  if (name.length > LONGEST_NAME) return facts
  if (knownNames.size >= MOST_NAMES) knownNames.clear()
  knownNames.set(name, facts)
  return facts
}

const unions = new WeakMap<object, ReadonlySet<string>>()

/** What the policy and its siblings set. */
const namesSetBy = (
  policy: Pick<Policy, 'identityHeaders' | 'siblingHeaders'>,
): ReadonlySet<string> => {
  const { identityHeaders, siblingHeaders } = policy
  if (siblingHeaders.size === 0) return identityHeaders
  const known = unions.get(policy)
  if (known !== undefined) return known
  const made = new Set([...identityHeaders, ...siblingHeaders])
  unions.set(policy, made)
  return made
}

/**
 * What is taken off besides the names of ours that are not set: every other spelling of ours that
 * the request shows, what belongs to a sibling, and identity headers of other products that the
 * rule does not let pass. Nothing that is set: Envoy removes after it sets.
 */
const otherSpellings = (
  request: Pick<Request, 'headerNames'>,
  policy: Pick<Policy, 'identityHeaders' | 'siblingHeaders'>,
  { passHeaders }: Rule['upstream'],
  set: readonly Header[],
): readonly string[] => {
  const ours = namesSetBy(policy)
  let names: string[] | undefined
  for (const name of request.headerNames()) {
    const { normal, isWellKnown, isReserved } = factsOf(name)
    const isTakenOff = isReserved || (isWellKnown && !passHeaders?.has(name)) || ours.has(normal)
    if (!isTakenOff || policy.identityHeaders.has(name)) continue
    if (set.some(([own]) => own === name)) continue
    names ??= []
    names.push(name)
  }
  return names ?? NONE
}

interface CookieChange {
  readonly set: readonly Header[]
  readonly remove: readonly string[]
  readonly leftOut: readonly string[]
}

const UNCHANGED: CookieChange = { set: NONE, remove: NONE, leftOut: NONE }
const REMOVED: CookieChange = { set: NONE, remove: COOKIE, leftOut: NONE }

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
  { tokenNames }: Pick<Rule, 'tokenNames'>,
): CookieChange => {
  const cookie = header('cookie')
  if (cookie === undefined) return UNCHANGED
  const tokens = tokenNames?.cookies
  const isTaken = (name: string): boolean =>
    isOwnCookie(name, clients) || tokens?.has(name) === true
  const rest = withoutCookies(cookie, isTaken)
  if (rest === undefined) return REMOVED
  if (rest === cookie) return UNCHANGED
  return encoding === 'bytes' ? asText(rest) : { set: [['cookie', rest]], remove: [], leftOut: [] }
}

type Forwarded = Pick<Request, 'header' | 'headerNames' | 'path' | 'encoding' | 'room'>

/** What is known before the request is looked at. */
interface Base {
  /** As if there were room for everything. */
  readonly whole: PreparedAllow
  readonly setHeaders: readonly Header[]
  readonly removeHeaders: readonly string[]
  readonly about: About
  /** Set where the lists are those of before. */
  readonly prepared?: PreparedAllow
}

const baseOf = (prepared: Prepared): Base => ({
  whole: prepared,
  setHeaders: prepared.setHeaders,
  removeHeaders: prepared.removeHeaders,
  about: prepared.about,
  prepared,
})

const joined = <T>(first: readonly T[], rest: readonly T[]): readonly T[] => {
  if (rest.length === 0) return first
  return first.length === 0 ? rest : [...first, ...rest]
}

/** The same list where nothing is added, so that what was made of it before can be found. */
const allow = (
  base: Base,
  request: Forwarded,
  policy: Policy,
  rule: Pick<Rule, 'upstream' | 'tokenNames'>,
  more: readonly string[] = NONE,
): Allow => {
  const { whole, setHeaders: set, removeHeaders: remove, about, prepared } = base
  const { reason, metadata, responseHeaders } = whole
  const cookies = cookieChange(request, policy, rule)
  const tokens = withoutTokens(request, rule.tokenNames)
  const setHeaders = joined(set, cookies.set)
  const spellings = otherSpellings(request, policy, rule.upstream, setHeaders)
  const removeHeaders = joined(
    joined(remove, joined(joined(spellings, more), cookies.remove)),
    tokens.removeHeaders,
  )
  const missing = joined(about.leftOut ?? [], cookies.leftOut)
  return {
    kind: 'allow',
    reason,
    setHeaders,
    removeHeaders,
    ...(responseHeaders === undefined ? {} : { responseHeaders }),
    ...(tokens.path === undefined ? {} : { path: tokens.path }),
    ...(prepared === undefined ? {} : { prepared }),
    about: cookies.leftOut.length === 0 ? about : { ...about, leftOut: missing },
    ...(metadata === undefined ? {} : { metadata }),
  }
}

/**
 * Lets a request through without an identity: everything that could look like one is taken off
 * (R8).
 */
export const forwardUnknown = (
  request: Forwarded,
  policy: Policy,
  rule: Pick<Rule, 'upstream' | 'tokenNames'>,
  prepared: Prepared,
): Allow => allow(baseOf(prepared), request, policy, rule)

/** `undefined`: there is no room for who it is. */
const fittedOf = (
  policy: Policy,
  rule: Rule,
  identity: Identity,
  room: HeaderRoom,
  prepared: Prepared,
): Base | undefined => {
  if (fits(prepared, room)) return baseOf(prepared)
  const claims = joined(claimHeaders(identity, rule.upstream), prepared.asked ?? NONE)
  const { signed } = prepared
  const token = [
    ...tokenHeaders(identity, rule.upstream),
    ...(signed === undefined ? [] : [signed]),
  ]
  const fitted = addWithin(whoHeaders(identity), claims, token, room)
  if (fitted === undefined) return undefined
  const { headers, leftOut } = fitted
  const { about } = prepared
  return {
    whole: prepared,
    setHeaders: headers,
    removeHeaders: [...unsetNames(policy, headers), ...spentProof(identity, rule)],
    about:
      leftOut.length === 0 ? about : { ...about, leftOut: joined(about.leftOut ?? NONE, leftOut) },
  }
}

/**
 * Lets a request through with its identity: forged headers are taken off, ours replace what is
 * there, our cookies stay here (R8, R9, R10). `Authorization` is what the rule says: a token of the
 * session (RFC 6750 section 2.1), what came, or nothing. Claims that the gateway has no room for
 * are left out and named; where subject, issuer or token do not fit, the request ends here.
 */
export const forward = (
  request: Forwarded,
  policy: Policy,
  rule: Rule,
  identity: Identity,
  prepared: Prepared = prepareAllow(policy, rule, identity),
): Allow | Deny => {
  const base = fittedOf(policy, rule, identity, request.room, prepared)
  if (base === undefined) {
    const { about, metadata } = prepared
    const told = metadata === undefined ? {} : { metadata }
    return deny('headers_too_large', { about, detail: NO_ROOM, ...told })
  }
  const stays =
    hidesAuthorization(identity, rule.upstream) &&
    request.header('authorization') !== undefined &&
    !base.setHeaders.some(([name]) => name === 'authorization')
  return allow(base, request, policy, rule, stays ? AUTHORIZATION : NONE)
}
