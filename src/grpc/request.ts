import { type Parsed, parseAuthority, parsePath, type Request } from '../core/request/request.ts'
import type { Random } from '../core/time/random.ts'
import type { CheckRequest, HeaderValue, HttpRequest } from './messages.ts'

type Headers = Readonly<Record<string, string>>

/**
 * A check request that was received but not yet judged. Even a malformed one is answered in the
 * form its caller prefers.
 */
export interface Envelope {
  readonly requestId: string
  readonly header: Request['header']
  readonly headers: Headers
  readonly http: HttpRequest
  readonly contextExtensions: Readonly<Record<string, string>>
  readonly address?: string
}

const NOTHING: Readonly<Record<string, never>> = Object.freeze({})
const REQUEST_ID = /^[\x21-\x7e]{1,128}$/
const METHOD = /^[A-Z0-9!#$%&'*+.^_`|~-]{1,64}$/
const MAX_UTF8_BYTES_PER_UNIT = 3
const COLON = 0x3a

const textOf = (header: HeaderValue): string =>
  header.rawValue === undefined
    ? (header.value ?? '')
    : Buffer.from(header.rawValue).toString('utf8')

/**
 * Folds raw headers into the form of the other encoding: lower-case names, values of one name
 * joined as Envoy joins them.
 */
const fold = (list: readonly HeaderValue[]): Headers => {
  const headers: Record<string, string> = Object.create(null)
  for (const header of list) {
    const name = (header.key ?? '').toLowerCase()
    const before = headers[name]
    const glue = name === 'cookie' ? '; ' : ','
    headers[name] = before === undefined ? textOf(header) : `${before}${glue}${textOf(header)}`
  }
  return headers
}

const requestIdOf = (header: Request['header'], http: HttpRequest, random: Random): string => {
  const sent = header('x-request-id')
  if (sent !== undefined && REQUEST_ID.test(sent)) return sent
  return http.id !== undefined && REQUEST_ID.test(http.id) ? http.id : random.token(16)
}

/**
 * Takes a decoded check request apart without judging it. The header map is used as it is, never
 * copied.
 */
export const openCheckRequest = (message: CheckRequest, random: Random): Envelope => {
  const http = message.attributes?.request?.http ?? NOTHING
  const raw = http.headerMap?.headers
  const headers = raw === undefined ? (http.headers ?? NOTHING) : fold(raw)
  const header = (name: string): string | undefined =>
    Object.hasOwn(headers, name) ? headers[name] : undefined
  const address = message.attributes?.source?.address?.socketAddress?.address
  return {
    requestId: requestIdOf(header, http, random),
    header,
    headers,
    http,
    contextExtensions: message.attributes?.contextExtensions ?? NOTHING,
    ...(address === undefined ? {} : { address }),
  }
}

const exceeds = (texts: readonly string[], maxBytes: number): boolean => {
  const units = texts.reduce((sum, text) => sum + text.length, 0)
  if (units * MAX_UTF8_BYTES_PER_UNIT <= maxBytes) return false
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) > maxBytes
}

const isTooLarge = ({ headers, http }: Envelope, maxBytes: number): boolean => {
  const texts = [http.path ?? '', http.host ?? '']
  for (const name in headers) texts.push(name, headers[name] ?? '')
  return exceeds(texts, maxBytes)
}

/**
 * The request under check, from what Envoy routes on and nothing else: `host`, `path` and `method`
 * of the message. No forwarding or rewriting header is looked at (R2). Refused as
 * `malformed_request` where one of the three is missing, the method is not an upper-case token (RFC
 * 9110 section 9.1), or names, values and path are over `maxHeaderBytes`.
 */
export const parseCheckRequest = (envelope: Envelope, maxHeaderBytes: number): Parsed<Request> => {
  const { method, host, path } = envelope.http
  if (!method || !host || !path || !METHOD.test(method) || isTooLarge(envelope, maxHeaderBytes)) {
    return { ok: false, reason: 'malformed_request' }
  }
  const authority = parseAuthority(host)
  if (!authority.ok) return authority
  const parsedPath = parsePath(path)
  if (!parsedPath.ok) return parsedPath
  const { host: canonical, port } = authority.value
  const { header, headers, contextExtensions, requestId, address } = envelope
  return {
    ok: true,
    value: {
      id: requestId,
      method,
      host: canonical,
      authority: port === undefined ? canonical : `${canonical}:${port}`,
      path: parsedPath.value,
      header,
      headerNames: () => Object.keys(headers).filter((name) => name.charCodeAt(0) !== COLON),
      contextExtensions,
      ...(address === undefined ? {} : { address }),
      ...(envelope.http.body === undefined ? {} : { body: envelope.http.body }),
    },
  }
}
