/** Where a Redis is, without the password that its URL may hold. */
export interface RedisUrl {
  readonly url: string
  readonly hasCredentials: boolean
}

/** Takes user name and password off a URL of Redis; nothing where it is none. */
export const redisUrl = (written: string): RedisUrl | undefined => {
  const parsed = URL.parse(written.replace(/^(tcp|http):/, 'redis:'))
  if (parsed === null || !['redis:', 'rediss:', 'unix:'].includes(parsed.protocol)) return undefined
  const hasCredentials = parsed.username !== '' || parsed.password !== ''
  parsed.username = ''
  parsed.password = ''
  return { url: parsed.href, hasCredentials }
}

/** The `host:port` of URLs of Redis. */
export const redisAddresses = (written: readonly string[]): readonly string[] =>
  written.flatMap((one) => {
    const parsed = URL.parse(one.includes('://') ? one : `redis://${one}`)
    if (parsed === null || parsed.hostname === '') return []
    return [`${parsed.hostname}:${parsed.port === '' ? '6379' : parsed.port}`]
  })
