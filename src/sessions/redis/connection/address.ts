/** Where a Redis is, and what its URL says beyond that. */
export type RedisAddress =
  | {
      readonly kind: 'tcp'
      readonly host: string
      readonly port: number
      readonly database?: number
      readonly isTls: boolean
      readonly username?: string
      readonly password?: string
    }
  | { readonly kind: 'socket'; readonly path: string }

/** Where a node is. */
export interface HostAndPort {
  readonly host: string
  readonly port: number
}

const DEFAULT_PORT = 6379
const DATABASE = /^\/?(?<database>[0-9]{0,4})$/
const HOST_AND_PORT =
  /^(?:\[(?<literal>[0-9a-fA-F:.]+)\]|(?<name>[A-Za-z0-9._-]+)):(?<port>\d{1,5})$/

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** Reads `host:port` or `[IPv6]:port`; `undefined` for anything else. */
export const parseHostAndPort = (text: string): HostAndPort | undefined => {
  const { literal, name, port } = HOST_AND_PORT.exec(text)?.groups ?? {}
  const host = literal ?? name
  return host === undefined || Number(port) > 65_535 ? undefined : { host, port: Number(port) }
}

const socketOf = (url: URL): RedisAddress | undefined => {
  const path = decode(url.pathname)
  const isPlain = url.hostname === '' && url.search === '' && url.hash === ''
  return isPlain && path !== undefined && path.length > 1 ? { kind: 'socket', path } : undefined
}

/**
 * Reads `redis://` or `rediss://`, host, port and database number, or `unix://` (also
 * `redis+unix://`) and the path of a socket; `undefined` for anything else, a query included.
 */
export const parseRedisUrl = (text: string): RedisAddress | undefined => {
  const url = URL.parse(text)
  if (url?.protocol === 'unix:' || url?.protocol === 'redis+unix:') return socketOf(url)
  if (url === null || !/^rediss?:$/.test(url.protocol)) return undefined
  if (url.hostname === '' || url.search !== '' || url.hash !== '') return undefined
  const database = DATABASE.exec(url.pathname)?.groups?.database
  const username = decode(url.username)
  const password = decode(url.password)
  if (database === undefined || username === undefined || password === undefined) return undefined
  return {
    kind: 'tcp',
    host: decode(url.hostname.replace(/^\[|\]$/g, '')) ?? url.hostname,
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    isTls: url.protocol === 'rediss:',
    ...(database === '' ? {} : { database: Number(database) }),
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
  }
}
