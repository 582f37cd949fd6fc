import type { Clock } from '../../src/core/time/clock.ts'

/** Where a request comes from, as far as cookies mind that. */
export type Initiator = 'same-origin' | 'cross-site'

/** What a request is for. */
export type Purpose = 'navigation' | 'subresource'

/** A cookie as it was set. */
interface JarCookie {
  readonly value: string
  /** In lower case, each with what it says. */
  readonly attributes: ReadonlyMap<string, string>
  readonly expiresAtMs: number
}

/** Every cookie of a jar, as malware finds it. */
export type JarCopy = ReadonlyMap<string, JarCookie>

/** Keeps the cookies of one host as a browser does: their ends, and who sends them along. */
export interface DeviceJar {
  /** Takes in the `set-cookie` lines of an answer. */
  readonly store: (lines: readonly string[]) => void
  /** The `cookie` header of a request; `undefined` where there is none to send. */
  readonly headerFor: (method: string, initiator: Initiator, purpose: Purpose) => string | undefined
  readonly value: (name: string) => string | undefined
  /** What a cookie was set with, such as `samesite` and `httponly`. */
  readonly attributesOf: (name: string) => ReadonlyMap<string, string>
  readonly names: () => readonly string[]
  readonly plant: (name: string, value: string) => void
  readonly remove: (name: string) => void
  readonly copy: () => JarCopy
  /** Takes in what somebody copied. */
  readonly paste: (copied: JarCopy) => void
}

/** The attributes in the text behind the value of a cookie, in lower case. */
export const attributesIn = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map((part) => {
        const [name = '', value = ''] = part.split('=')
        return [name.toLowerCase(), value] as const
      }),
  )

const PLAIN = attributesIn('Path=/; Secure; HttpOnly; SameSite=Lax')

/** An empty jar. */
export const createDeviceJar = (clock: Clock): DeviceJar => {
  const cookies = new Map<string, JarCookie>()

  const live = (name: string): JarCookie | undefined => {
    const cookie = cookies.get(name)
    if (cookie === undefined || cookie.expiresAtMs > clock.nowMs()) return cookie
    cookies.delete(name)
    return undefined
  }

  const store = (line: string): void => {
    const [pair = '', ...rest] = line.split(';')
    const equals = pair.indexOf('=')
    const attributes = attributesIn(rest.join(';'))
    const maxAge = attributes.get('max-age')
    const lastsMs = maxAge === undefined ? Number.POSITIVE_INFINITY : Number(maxAge) * 1_000
    const cookie = {
      value: pair.slice(equals + 1),
      attributes,
      expiresAtMs: clock.nowMs() + lastsMs,
    }
    cookies.set(pair.slice(0, equals), cookie)
  }

  const isSent = (
    { attributes }: JarCookie,
    method: string,
    initiator: Initiator,
    purpose: Purpose,
  ): boolean => {
    if (initiator === 'same-origin') return true
    const site = attributes.get('samesite')?.toLowerCase()
    if (site === 'none') return true
    return site === 'lax' && purpose === 'navigation' && (method === 'GET' || method === 'HEAD')
  }

  const names = () => [...cookies.keys()].filter((name) => live(name) !== undefined)

  return {
    store: (lines) => lines.forEach(store),
    headerFor: (method, initiator, purpose) => {
      const sent = names().flatMap((name) => {
        const cookie = live(name)
        return cookie !== undefined && isSent(cookie, method, initiator, purpose)
          ? [`${name}=${cookie.value}`]
          : []
      })
      return sent.length === 0 ? undefined : sent.join('; ')
    },
    value: (name) => live(name)?.value,
    attributesOf: (name) => live(name)?.attributes ?? new Map(),
    names,
    plant: (name, value) =>
      void cookies.set(name, { value, attributes: PLAIN, expiresAtMs: Number.POSITIVE_INFINITY }),
    remove: (name) => void cookies.delete(name),
    copy: () => new Map(cookies),
    paste: (copied) => {
      for (const [name, cookie] of copied) cookies.set(name, cookie)
    },
  }
}
