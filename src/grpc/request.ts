import {
  authorityOf,
  type Parsed,
  parseAuthority,
  parsePath,
  type Request,
} from '../core/request/request.ts'
import type { Random } from '../core/time/random.ts'
import { type HeaderLimits, roomFor } from './limits.ts'
import type { CheckRequestView } from './message/check-request.ts'

const REQUEST_ID = /^[\x21-\x7e]{1,128}$/
const METHOD = /^[A-Z0-9!#$%&'*+.^_`|~-]{1,64}$/

/**
 * What a check is known by in logs: `x-request-id`, else the id of the gateway, else one made here.
 * Even a check request that is malformed has one.
 */
export const requestIdOf = (view: CheckRequestView, random: Random): string => {
  const sent = view.headers.header('x-request-id')
  if (sent !== undefined && REQUEST_ID.test(sent)) return sent
  const id = view.id()
  return id !== undefined && REQUEST_ID.test(id) ? id : random.token(16)
}

/** Path and host are counted once, though they are among the headers as well. */
const sizeOf = ({ path, host, headers }: CheckRequestView): number =>
  headers.size + (path ?? '').length + (host ?? '').length

const MAX_BYTES_PER_CHARACTER = 3

const exceeds = ({ path, host, headers }: CheckRequestView, size: number, maxBytes: number) => {
  if (size > maxBytes) return true
  if (headers.encoding === 'bytes' || size * MAX_BYTES_PER_CHARACTER <= maxBytes) return false
  const texts = [path ?? '', host ?? '']
  for (const name of headers.headerNames()) texts.push(name, headers.header(name) ?? '')
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) > maxBytes
}

/** Envoy's percent-encoding undone; what has none that is right is no certificate either. */
const decoded = (certificate: string): string => {
  try {
    return decodeURIComponent(certificate)
  } catch {
    return certificate
  }
}

const certificateOf = (encoded: (() => string) | undefined) =>
  encoded === undefined ? {} : { certificate: () => decoded(encoded()) }

const addressOf = (address: string | undefined) => (address === undefined ? {} : { address })

/** Canonical host and authority of what a message names as its host. */
interface Authority {
  readonly host: string
  readonly authority: string
}

/** How many hosts are kept. Who sends more than that has them all parsed anew. */
const MOST_HOSTS = 1024

/** Parses hosts, which are the same few at every check; what it makes of one is kept. */
const createAuthorities = (): ((host: string) => Parsed<Authority>) => {
  const kept = new Map<string, Parsed<Authority>>()
  return (host) => {
    const known = kept.get(host)
    if (known !== undefined) return known
    const parsed = parseAuthority(host)
    if (!parsed.ok) return parsed
    if (kept.size >= MOST_HOSTS) kept.clear()
    const value = { host: parsed.value.host, authority: authorityOf(parsed.value) }
    const made: Parsed<Authority> = { ok: true, value }
    kept.set(host, made)
    return made
  }
}

/** Makes a request of a message that is to be known by this id, or says why it is none. */
export type ParseCheckRequest = (view: CheckRequestView, id: string) => Parsed<Request>

/**
 * The request under check, from what Envoy routes on and nothing else: `host`, `path` and `method`
 * of the message. No forwarding or rewriting header is looked at (R2). Refused as
 * `malformed_request` where one of the three is missing, the method is not an upper-case token (RFC
 * 9110 section 9.1), or host, path and headers are over `maxHeaderBytes`.
 */
export const createRequestParser = (limits: HeaderLimits): ParseCheckRequest => {
  const authorityFor = createAuthorities()
  return (view, id) => {
    const { method, host, path, headers, contextExtensions, address } = view
    const size = sizeOf(view)
    const isTooLarge = exceeds(view, size, limits.maxHeaderBytes)
    if (!method || !host || !path || !METHOD.test(method) || isTooLarge) {
      return { ok: false, reason: 'malformed_request' }
    }
    const authority = authorityFor(host)
    if (!authority.ok) return authority
    const parsedPath = parsePath(path)
    if (!parsedPath.ok) return parsedPath
    const request = {
      id,
      method,
      host: authority.value.host,
      authority: authority.value.authority,
      path: parsedPath.value,
      header: headers.header,
      headerNames: headers.headerNames,
      encoding: headers.encoding,
      room: roomFor(size, headers.count, limits),
      contextExtensions,
    }
    if (view.hasBody || view.certificate !== undefined) {
      const body = view.hasBody ? { body: view.body() } : {}
      const more = { ...addressOf(address), ...certificateOf(view.certificate), ...body }
      return { ok: true, value: { ...request, ...more } }
    }
    return { ok: true, value: address === undefined ? request : { ...request, address } }
  }
}
