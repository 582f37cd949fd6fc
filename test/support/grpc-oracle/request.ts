import {
  authorityOf,
  type Parsed,
  parseAuthority,
  parsePath,
  type Request,
} from '../../../src/core/request/request.ts'
import type { Random } from '../../../src/core/time/random.ts'
import { type HeaderLimits, roomFor } from '../../../src/grpc/limits.ts'
import type { CheckRequest, HttpRequest } from '../check-messages.ts'
import { type Headers, headersOf } from './headers.ts'

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
  readonly certificate?: string
}

const NOTHING: Readonly<Record<string, never>> = Object.freeze({})
const REQUEST_ID = /^[\x21-\x7e]{1,128}$/
const METHOD = /^[A-Z0-9!#$%&'*+.^_`|~-]{1,64}$/
const requestIdOf = (header: Request['header'], http: HttpRequest, random: Random): string => {
  const sent = header('x-request-id')
  if (sent !== undefined && REQUEST_ID.test(sent)) return sent
  return http.id !== undefined && REQUEST_ID.test(http.id) ? http.id : random.token(16)
}

/**
 * Takes a decoded check request apart without judging it. The headers are used as they are, never
 * copied.
 */
export const openCheckRequest = (message: CheckRequest, random: Random): Envelope => {
  const http = message.attributes?.request?.http ?? NOTHING
  const headers = headersOf(http)
  const { header } = headers
  const address = message.attributes?.source?.address?.socketAddress?.address
  const certificate = message.attributes?.source?.certificate
  return {
    requestId: requestIdOf(header, http, random),
    header,
    headers,
    http,
    contextExtensions: message.attributes?.contextExtensions ?? NOTHING,
    ...(address === undefined ? {} : { address }),
    ...(certificate === undefined ? {} : { certificate }),
  }
}

const percentDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Path and host are counted once, though they are among the headers as well. */
const sizeOf = ({ http, headers }: Envelope): number =>
  headers.size + (http.path ?? '').length + (http.host ?? '').length

const MAX_BYTES_PER_CHARACTER = 3

const exceeds = ({ headers, http }: Envelope, size: number, maxBytes: number): boolean => {
  if (size > maxBytes) return true
  if (headers.encoding === 'bytes' || size * MAX_BYTES_PER_CHARACTER <= maxBytes) return false
  const texts = [http.path ?? '', http.host ?? '']
  for (const name of headers.headerNames()) texts.push(name, headers.header(name) ?? '')
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) > maxBytes
}

/**
 * The request under check, from what Envoy routes on and nothing else: `host`, `path` and `method`
 * of the message. No forwarding or rewriting header is looked at (R2). Refused as
 * `malformed_request` where one of the three is missing, the method is not an upper-case token (RFC
 * 9110 section 9.1), or host, path and headers are over `maxHeaderBytes`.
 */
export const parseCheckRequest = (envelope: Envelope, limits: HeaderLimits): Parsed<Request> => {
  const { method, host, path } = envelope.http
  const size = sizeOf(envelope)
  const isTooLarge = exceeds(envelope, size, limits.maxHeaderBytes)
  if (!method || !host || !path || !METHOD.test(method) || isTooLarge) {
    return { ok: false, reason: 'malformed_request' }
  }
  const authority = parseAuthority(host)
  if (!authority.ok) return authority
  const parsedPath = parsePath(path)
  if (!parsedPath.ok) return parsedPath
  const { header, headers, contextExtensions, requestId, address, certificate } = envelope
  return {
    ok: true,
    value: {
      id: requestId,
      method,
      host: authority.value.host,
      authority: authorityOf(authority.value),
      path: parsedPath.value,
      header,
      headerNames: headers.headerNames,
      encoding: headers.encoding,
      room: roomFor(size, headers.count, limits),
      contextExtensions,
      ...(address === undefined ? {} : { address }),
      ...(certificate === undefined ? {} : { certificate: () => percentDecoded(certificate) }),
      ...(envelope.http.body === undefined ? {} : { body: envelope.http.body }),
    },
  }
}
