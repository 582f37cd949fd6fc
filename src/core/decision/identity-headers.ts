import type { Identity, Json } from '../identity/identity.ts'
import type { Upstream, UpstreamHeader } from '../policy/upstream.ts'
import type { Header } from './decision.ts'
import { claimAt, toldValue } from './told-value.ts'

/** The identity headers that every upstream gets; the names are taken from every request first. */
export const DEFAULT_IDENTITY_HEADERS = [
  'x-auth-subject',
  'x-auth-issuer',
  'x-auth-email',
  'x-auth-scopes',
] as const

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
export const whoHeaders = ({
  subject,
  issuer,
}: Pick<Identity, 'subject' | 'issuer'>): readonly Header[] => [
  ...valueHeader('x-auth-subject', subject),
  ...valueHeader('x-auth-issuer', issuer),
]

/** What else the claims say, in the order in which it is set. */
export const claimHeaders = (
  identity: Pick<Identity, 'claims' | 'scopes'>,
  headers: readonly UpstreamHeader[],
): readonly Header[] => [
  ...valueHeader('x-auth-email', claimAt(identity.claims, ['email'])),
  ...valueHeader('x-auth-scopes', identity.scopes.join(' ')),
  ...headers.flatMap(({ name, told }) => valueHeader(name, toldValue(told, identity))),
]

/**
 * The access token of a session, where the rule has it forwarded (RFC 6750 section 2.1). That of a
 * bearer travels on in the request itself.
 */
export const tokenHeaders = (
  { via, accessToken }: Pick<Identity, 'via' | 'accessToken'>,
  { accessToken: wanted }: Pick<Upstream, 'accessToken'>,
): readonly Header[] =>
  wanted === 'Forward' && via === 'session' && accessToken !== undefined
    ? [['authorization', `Bearer ${accessToken}`]]
    : []
