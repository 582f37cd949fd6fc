import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  parseHostAndPort,
  parseRedisUrl,
} from '../../../../../src/sessions/redis/connection/address.ts'

describe('a Redis URL', () => {
  it('names host, port and database', () => {
    expect(parseRedisUrl('redis://redis.shop.svc')).toEqual({
      kind: 'tcp',
      host: 'redis.shop.svc',
      port: 6379,
      isTls: false,
    })
    expect(parseRedisUrl('rediss://[::1]:6380/3')).toEqual({
      kind: 'tcp',
      host: '::1',
      port: 6380,
      database: 3,
      isTls: true,
    })
  })

  it('may name a socket', () => {
    for (const url of ['unix:///run/redis%20a.sock', 'redis+unix:///run/redis%20a.sock']) {
      expect(parseRedisUrl(url)).toEqual({ kind: 'socket', path: '/run/redis a.sock' })
    }
    for (const url of ['unix://', 'unix:///', 'unix://host/run/a.sock', 'unix:///a?db=1']) {
      expect(parseRedisUrl(url)).toBeUndefined()
    }
  })

  it('may carry a user name and password, percent-encoded', () => {
    expect(parseRedisUrl('redis://us%65r:p%40ss@h')).toMatchObject({
      username: 'user',
      password: 'p@ss',
    })
    expect(parseRedisUrl('redis://:p@h')).toMatchObject({ password: 'p' })
  })

  it('that says anything else is refused, options of the library above all', () => {
    const wrong = ['h:6379', 'http://h', 'redis://', 'redis:///1', 'redis://h/x', 'redis://h/1/2']
    const others = [
      'redis://h?password=x',
      'redis://h#x',
      'redis://h:99999',
      'redis://%@h',
      '/tmp/s',
    ]
    for (const url of [...wrong, ...others]) expect(parseRedisUrl(url)).toBeUndefined()
  })

  it('of a node is a host and a port', () => {
    expect(parseHostAndPort('redis-0:6379')).toEqual({ host: 'redis-0', port: 6379 })
    expect(parseHostAndPort('[::1]:1')).toEqual({ host: '::1', port: 1 })
    for (const wrong of ['redis-0', ':6379', 'a:b:1', 'redis:70000', '::1:1']) {
      expect(parseHostAndPort(wrong)).toBeUndefined()
    }
  })

  it('R34: whatever it is, never throws', () => {
    const urls = fc.string().map((text) => `redis://${text}`)
    fc.assert(fc.property(fc.oneof(fc.string(), urls), (url) => void parseRedisUrl(url)))
  })
})
