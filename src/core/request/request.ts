import type { Reason } from '../reason/reason.ts'

/**
 * The HTTP request under check, free of Envoy's wire format. What Envoy routes on, and nothing else
 * (R2).
 */
export interface Request {
  /** `x-request-id` as Envoy set it, or one made here. */
  readonly id: string
  /** Upper case. */
  readonly method: string
  /** Canonical: lower case, no port, no trailing dot (R4). */
  readonly host: string
  /** The canonical host with the port the downstream named, unless it is that of https. */
  readonly authority: string
  readonly path: Path
  /**
   * The value under a lower-case name. Several are joined by a comma, `cookie` by a semicolon as
   * far as its lines can be told apart.
   */
  readonly header: (name: string) => string | undefined
  /** Every header name of the request, as sent. */
  readonly headerNames: () => readonly string[]
  /**
   * What a value is: text, where the gateway decoded it and altered what is no UTF-8; or the bytes
   * as they came, one character for each.
   */
  readonly encoding: 'text' | 'bytes'
  /** What the gateway takes besides this request: more would be its own error 500. */
  readonly room: HeaderRoom
  /**
   * `context_extensions` of the Envoy route: set by the gateway's owner, never by the downstream.
   */
  readonly contextExtensions: Readonly<Record<string, string>>
  /** The IP address that the connection to the gateway came from; absent where it has none. */
  readonly address?: string
  /**
   * The certificate of that connection in PEM, where the gateway tells it; decoded when it is asked
   * for. Whatever it was told is in here, be it a certificate or not.
   */
  readonly certificate?: () => string
  /** The body, or a part of it, where the gateway sends it along. Nothing is decided by it. */
  readonly body?: string
}

/** How much may be added to the headers of a request. */
export interface HeaderRoom {
  /** Of names and values together. */
  readonly bytes: number
  /** Of header lines. */
  readonly count: number
}

/** The path and query of a request. */
export interface Path {
  /** Path and query as sent; what a return URL is built from. */
  readonly raw: string
  /** Decoded once; what policies are matched against. */
  readonly canonical: string
  /**
   * False when another reader might see another path (`%2f`, `;`, `//`, `%3f`, a second layer of
   * encoding): refused where its readings ask for different things (R5).
   */
  readonly unambiguous: boolean
  /** The query without its `?`; empty if there is none. */
  readonly query: string
}

/** A value, or the reason why there is none. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: Reason }

const refused = (reason: Reason): Parsed<never> => ({ ok: false, reason })

/** Letters outside ASCII are refused before the case is folded: U+212A would become a plain `k`. */
const NON_PRINTABLE = /[\u0000-\u0020\u007f-\uffff]/

const HOST =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/
const IPV6 = /^\[[0-9a-f:.]{2,45}\]$/
const PORT = /^[0-9]{1,5}$/

/** A host in canonical form, and the port that came with it. */
export interface HostAndPort {
  readonly host: string
  readonly port?: string
}

/**
 * The canonical host of an `:authority` (R4): lower case, without one trailing dot and without the
 * port. Userinfo, spaces, commas, control and non-ASCII bytes (a host travels as A-labels, RFC
 * 5890), zone ids and names over 253 bytes are refused.
 */
export const parseAuthority = (authority: string): Parsed<HostAndPort> => {
  if (NON_PRINTABLE.test(authority)) return refused('malformed_host')
  const lower = authority.toLowerCase()
  const bracket = lower.startsWith('[') ? lower.indexOf(']') : -1
  const colon = lower.indexOf(':', bracket + 1)
  const port = colon < 0 ? undefined : lower.slice(colon + 1)
  const name = colon < 0 ? lower : lower.slice(0, colon)
  const host = name.endsWith('.') ? name.slice(0, -1) : name
  if (!(HOST.test(host) || IPV6.test(host))) return refused('malformed_host')
  if (port === undefined) return { ok: true, value: { host } }
  if (!PORT.test(port) || Number(port) > 65535) return refused('malformed_host')
  return { ok: true, value: { host, port } }
}

const HTTPS_PORT = 443

/**
 * The authority as it stands in an https URL and in `Origin`: the host, with its port unless that
 * is the default one (RFC 9110 section 4.2.2).
 */
export const authorityOf = ({ host, port }: HostAndPort): string =>
  port === undefined || Number(port) === HTTPS_PORT ? host : `${host}:${Number(port)}`

const PLAIN_PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~!$&'()*+,=:@-]+)*\/?$/
const UNSAFE = /[\\#\u0000-\u001f\u007f]/
const AMBIGUOUS = /\/\/|[;?%]/

/** Of a second layer, where a `%` may stand for itself. */
const ESCAPES = /(?:%[0-9a-f]{2})+/gi

const CONTROL = /[\u0000-\u0020\u007f]/

/** Beyond this no path is looked at: what is matched against it costs more the longer it is. */
const MAX_PATH_BYTES = 8 * 1024

const decodeOnce = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const hasDotSegment = (path: string): boolean =>
  path.split(/[/;]/).some((segment) => segment === '.' || segment === '..')

/**
 * The path of a request (R5). Refused is what no honest client sends: control bytes, NUL,
 * backslashes, `#`, dot segments, invalid escapes or UTF-8, plain or encoded once or twice, letters
 * beyond ASCII, and more than 8 KiB before the query. What only *may* be read in two ways is kept
 * and marked. The query decides nothing and may hold letters of any kind.
 */
export const parsePath = (raw: string): Parsed<Path> => {
  if (!raw.startsWith('/') || CONTROL.test(raw)) return refused('malformed_path')
  const mark = raw.indexOf('?')
  const encoded = mark < 0 ? raw : raw.slice(0, mark)
  const query = mark < 0 ? '' : raw.slice(mark + 1)
  if (NON_PRINTABLE.test(encoded) || query.includes('#')) return refused('malformed_path')
  if (encoded.length > MAX_PATH_BYTES) return refused('malformed_path')
  if (PLAIN_PATH.test(encoded)) {
    return { ok: true, value: { raw, canonical: encoded, unambiguous: true, query } }
  }
  const canonical = decodeOnce(encoded)
  if (canonical === undefined || UNSAFE.test(canonical)) return refused('malformed_path')
  const twice = canonical.replace(ESCAPES, (escapes) => decodeOnce(escapes) ?? escapes)
  if (UNSAFE.test(twice) || hasDotSegment(canonical) || hasDotSegment(twice)) {
    return refused('malformed_path')
  }
  const unambiguous = !AMBIGUOUS.test(canonical) && !/%2f/i.test(encoded)
  return { ok: true, value: { raw, canonical, unambiguous, query } }
}

/**
 * The header names that a request may carry under several spellings, in one: lower case, `-` for
 * `_` and `.` (R8).
 */
export const normalizeHeaderName = (name: string): string =>
  /[A-Z_.]/.test(name) ? name.toLowerCase().replace(/[_.]/g, '-') : name
