interface StoredCookie {
  readonly name: string
  readonly value: string
  readonly host: string
  readonly path: string
}

/**
 * Keeps cookies per host and path as a browser does (RFC 6265 section 5), as far as host-only
 * cookies need it.
 */
export interface CookieJar {
  /** Takes in the `set-cookie` lines of a response. */
  readonly store: (url: URL, setCookie: readonly string[]) => void
  /** The `cookie` header for a request; `undefined` when there is none to send. */
  readonly headerFor: (url: URL) => string | undefined
  readonly names: (host: string) => readonly string[]
  readonly value: (host: string, name: string) => string | undefined
  /** Puts a cookie in by hand, as an attacker or a stale browser would. */
  readonly plant: (host: string, name: string, value: string) => void
  readonly clear: () => void
}

const pathMatches = (requestPath: string, cookiePath: string): boolean =>
  requestPath === cookiePath ||
  requestPath.startsWith(cookiePath.endsWith('/') ? cookiePath : `${cookiePath}/`)

const attributesOf = (parts: readonly string[]): ReadonlyMap<string, string> =>
  new Map(
    parts.map((part) => {
      const [name = '', ...value] = part.trim().split('=')
      return [name.toLowerCase(), value.join('=')]
    }),
  )

const isExpired = (attributes: ReadonlyMap<string, string>): boolean => {
  const maxAge = attributes.get('max-age')
  if (maxAge !== undefined) return Number(maxAge) <= 0
  const expires = attributes.get('expires')
  return expires !== undefined && Date.parse(expires) <= Date.now()
}

/** An empty jar. */
export const createCookieJar = (): CookieJar => {
  const cookies = new Map<string, StoredCookie>()
  const put = (cookie: StoredCookie, expired: boolean): void => {
    const key = `${cookie.host}|${cookie.path}|${cookie.name}`
    if (expired) cookies.delete(key)
    else cookies.set(key, cookie)
  }
  const of = (host: string): readonly StoredCookie[] =>
    [...cookies.values()].filter((cookie) => cookie.host === host)

  return {
    store: (url, setCookie) => {
      for (const line of setCookie) {
        const [pair = '', ...rest] = line.split(';')
        const attributes = attributesOf(rest)
        const equals = pair.indexOf('=')
        const name = pair.slice(0, equals).trim()
        const value = pair.slice(equals + 1).trim()
        const path = attributes.get('path') ?? '/'
        put({ name, value, host: url.hostname, path }, isExpired(attributes))
      }
    },
    headerFor: (url) => {
      const sent = of(url.hostname).filter((cookie) => pathMatches(url.pathname, cookie.path))
      const header = sent.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ')
      return header === '' ? undefined : header
    },
    names: (host) => of(host).map((cookie) => cookie.name),
    value: (host, name) => of(host).find((cookie) => cookie.name === name)?.value,
    plant: (host, name, value) => put({ name, value, host, path: '/' }, false),
    clear: () => cookies.clear(),
  }
}
