import {
  authorityOf,
  type Parsed,
  parseAuthority,
  parsePath,
  type Request,
} from '../../core/request/request.ts'

/** A request as somebody writes it down who asks what it would be answered with. */
export interface AskedRequest {
  /** `https://` or `http://`, and a host; a fragment is passed over. */
  readonly url: string
  readonly method: string
  /** In their order; names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The address that the gateway names as the source. */
  readonly address?: string
}

const URL_PARTS = /^https?:\/\/([^/?#]+)([/?][^#]*)?(?:#.*)?$/i

/** Whether a text is a URL that can be asked about. */
export const isAskable = (url: string): boolean => URL_PARTS.test(url)

/** As Envoy joins lines of one name. */
const joined = (headers: AskedRequest['headers']): ReadonlyMap<string, string> => {
  const byName = new Map<string, string>()
  for (const [name, value] of headers) {
    const former = byName.get(name)
    const between = name === 'cookie' ? '; ' : ','
    byName.set(name, former === undefined ? value : `${former}${between}${value}`)
  }
  return byName
}

/**
 * The request as Envoy would describe it; the path stays as written, for its canonical form is part
 * of the question.
 */
export const askedRequest = ({ url, method, headers, address }: AskedRequest): Parsed<Request> => {
  const [, authorityText = '', rest = '/'] = URL_PARTS.exec(url) ?? []
  const raw = rest.startsWith('?') ? `/${rest}` : rest
  const authority = parseAuthority(authorityText)
  if (!authority.ok) return authority
  const path = parsePath(raw)
  if (!path.ok) return path
  const byName = joined(headers)
  const value: Request = {
    id: 'explain',
    method: method.toUpperCase(),
    host: authority.value.host,
    authority: authorityOf(authority.value),
    path: path.value,
    header: (name) => byName.get(name),
    headerNames: () => [...byName.keys()],
    encoding: 'text',
    room: { bytes: Number.POSITIVE_INFINITY, count: Number.POSITIVE_INFINITY },
    contextExtensions: {},
    ...(address === undefined ? {} : { address }),
  }
  return { ok: true, value }
}
