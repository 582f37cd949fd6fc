/** Where a Redis is, and what its URL says beyond that. */
export interface RedisAddress {
  readonly host: string
  readonly port: number
  readonly database: number
  readonly isTls: boolean
  readonly username?: string
  readonly password?: string
}

const DEFAULT_PORT = 6379
const DATABASE = /^\/?(?<database>[0-9]{0,4})$/

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/**
 * Reads `redis://` or `rediss://`, host, port and database number; `undefined` for anything else, a
 * query included.
 */
export const parseRedisUrl = (text: string): RedisAddress | undefined => {
  const url = URL.parse(text)
  if (url === null || !/^rediss?:$/.test(url.protocol)) return undefined
  if (url.hostname === '' || url.search !== '' || url.hash !== '') return undefined
  const database = DATABASE.exec(url.pathname)?.groups?.database
  const username = decode(url.username)
  const password = decode(url.password)
  if (database === undefined || username === undefined || password === undefined) return undefined
  return {
    host: decode(url.hostname.replace(/^\[|\]$/g, '')) ?? url.hostname,
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    database: Number(database),
    isTls: url.protocol === 'rediss:',
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
  }
}
