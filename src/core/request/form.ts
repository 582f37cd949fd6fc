import type { Rule } from '../policy/policy.ts'
import type { Request } from './request.ts'
import { isReturnable } from './return-url.ts'

/** One field of a form, decoded; a form may have several of one name. */
export type FormField = readonly [name: string, value: string]

/** What a page sent by POST, field by field, and what it takes to send it once more. */
export interface Form {
  readonly fields: readonly FormField[]
}

type Carrier = Pick<Request, 'method' | 'header' | 'authority' | 'path' | 'body'>

const MAX_FIELDS = 500
const TYPE =
  /^application\/x-www-form-urlencoded[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i
const ENCODED = /^[\x21-\x7e]*$/

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

const fieldOf = (pair: string): FormField | undefined => {
  const equals = pair.indexOf('=')
  const name = decode(equals < 0 ? pair : pair.slice(0, equals))
  const value = decode(equals < 0 ? '' : pair.slice(equals + 1))
  return name === undefined || value === undefined ? undefined : [name, value]
}

/** The fields of a URL-encoded body; `undefined` where a browser would not send it again alike. */
const parseForm = (body: string): Form | undefined => {
  if (!ENCODED.test(body)) return undefined
  const pairs = body === '' ? [] : body.split('&', MAX_FIELDS + 1)
  const fields = pairs.map(fieldOf).filter((field) => field !== undefined)
  return fields.length === pairs.length && pairs.length <= MAX_FIELDS ? { fields } : undefined
}

/**
 * Whether a page of this very host sent it (Fetch Metadata, else `Origin`). What another site sends
 * must never come back as if it were ours: that would be the forged request that `SameSite` kept
 * out.
 */
export const isSameOrigin = ({ header, authority }: Carrier): boolean => {
  const origin = header('origin')
  if (origin !== undefined && origin !== `https://${authority}`) return false
  const site = header('sec-fetch-site')
  return site === undefined ? origin !== undefined : site === 'same-origin'
}

const isFromPage = ({ method, header }: Carrier): boolean =>
  method === 'POST' &&
  header('x-requested-with') === undefined &&
  (header('sec-fetch-mode') ?? 'navigate') === 'navigate' &&
  (header('sec-fetch-dest') ?? 'document') === 'document' &&
  TYPE.test(header('content-type') ?? '')

/** In UTF-8, which a gateway counts by. */
const bytesIn = (text: string): number => {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

/** The body of a request, or why nobody has it. */
export type Body =
  | { readonly kind: 'whole'; readonly text: string }
  /** The gateway sends none along. */
  | { readonly kind: 'none' }
  /** It is longer than what the gateway sends along. */
  | { readonly kind: 'part' }
  /** It is longer than what is read. */
  | { readonly kind: 'too_long' }

/** The body, as the gateway sent it along. */
export const bodyOf = (
  { header, body }: Pick<Carrier, 'header' | 'body'>,
  maxBytes: number,
): Body => {
  const length = header('content-length')
  if (Number(length) > maxBytes || (body?.length ?? 0) > maxBytes) return { kind: 'too_long' }
  if (body === undefined) return length === '0' ? { kind: 'whole', text: '' } : { kind: 'none' }
  if (header('x-envoy-auth-partial-body') === 'true') return { kind: 'part' }
  return length === undefined || Number(length) === bytesIn(body)
    ? { kind: 'whole', text: body }
    : { kind: 'part' }
}

/** The whole body; `undefined` for none, and for a part of one. */
const wholeBody = (request: Carrier, maxBytes: number): string | undefined => {
  const body = request.body === undefined ? undefined : bodyOf(request, maxBytes)
  return body?.kind === 'whole' ? body.text : undefined
}

/** More than any provider answers, and no more than a URL takes once it is sealed. */
const MAX_ANSWER_BYTES = 8_192

/**
 * The form by which a provider answers a login (OAuth 2.0 Form Post Response Mode), from whatever
 * site; `undefined` where the gateway sends no body along, or not all of it.
 */
export const answerForm = (request: Carrier): Form | undefined => {
  const { method, header } = request
  if (method !== 'POST' || !TYPE.test(header('content-type') ?? '')) return undefined
  const body = wholeBody(request, MAX_ANSWER_BYTES)
  return body === undefined ? undefined : parseForm(body)
}

/** The fields of a token request (RFC 6749 section 4.1.3); `undefined` where it holds none. */
export const requestFields = (
  { header }: Pick<Carrier, 'header'>,
  text: string,
): readonly FormField[] | undefined =>
  TYPE.test(header('content-type') ?? '') ? parseForm(text)?.fields : undefined

/**
 * The form that a request carries, if the rule keeps forms over a login and this one can be sent
 * again as it was, to where it was: a small, URL-encoded POST by which a page of the same host
 * navigates.
 */
export const keepableForm = (
  request: Carrier,
  rule: Pick<Rule, 'keepFormsMaxBytes'>,
): Form | undefined => {
  const { keepFormsMaxBytes } = rule
  if (keepFormsMaxBytes === undefined || !isFromPage(request) || !isSameOrigin(request)) {
    return undefined
  }
  if (!isReturnable(request.path.raw)) return undefined
  const body = wholeBody(request, keepFormsMaxBytes)
  return body === undefined ? undefined : parseForm(body)
}
