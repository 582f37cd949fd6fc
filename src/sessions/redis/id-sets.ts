import type { IdSets, Member } from '../backend/id-sets.ts'
import type { RedisConnection } from './connection/connection.ts'

/**
 * Adds, trims, and lets the set itself end with the last of its members. A script of one key, so
 * that no set is ever without a lifetime.
 */
const ADD = `
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if last[2] then redis.call('PEXPIRE', KEYS[1], tonumber(last[2]) - tonumber(ARGV[3])) end
return 1`

const membersOf = (replies: readonly string[]): readonly Member[] => {
  const members: Member[] = []
  for (let at = 0; at + 1 < replies.length; at += 2) {
    members.push({ id: replies[at] ?? '', expiresAtMs: Number(replies[at + 1]) })
  }
  return members
}

/** Sets of ids in Redis: sorted sets, each scored by the times its members end. */
export const createRedisIdSets = ({ send }: Pick<RedisConnection, 'send'>): IdSets => {
  const read = async (
    key: string,
    from: string,
    offset: number,
    count: number,
  ): Promise<readonly Member[]> =>
    membersOf(
      await send(
        (redis) => redis.zrangebyscore(key, from, '+inf', 'WITHSCORES', 'LIMIT', offset, count),
        true,
      ),
    )

  const behind = async (key: string, after: Member, count: number): Promise<readonly Member[]> => {
    for (let offset = 0; ; offset += count) {
      const members = await read(key, String(after.expiresAtMs), offset, count)
      const fresh = members.filter(
        ({ id, expiresAtMs }) => expiresAtMs > after.expiresAtMs || id > after.id,
      )
      if (fresh.length > 0 || members.length < count) return fresh
    }
  }

  return {
    add: async (key, { id, expiresAtMs }, nowMs) => {
      await send((redis) => redis.eval(ADD, 1, key, id, expiresAtMs, nowMs), true)
    },
    remove: async (key, ids) => {
      await send((redis) => redis.zrem(key, ...ids), true)
    },
    page: async (key, after, count, nowMs) =>
      after === undefined || after.expiresAtMs <= nowMs
        ? read(key, `(${nowMs}`, 0, count)
        : behind(key, after, count),
  }
}
