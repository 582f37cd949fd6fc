import type { Clock } from '../../core/time/clock.ts'
import type { IdSets, Member } from '../backend/id-sets.ts'

const SWEEP_INTERVAL_MS = 10_000

const isBehind = (one: Member, other: Member): boolean =>
  one.expiresAtMs === other.expiresAtMs ? one.id > other.id : one.expiresAtMs > other.expiresAtMs

/** The first place of a sorted list whose member is behind `mark`; the end if none is. */
const placeBehind = (members: readonly Member[], mark: Member): number => {
  let low = 0
  let high = members.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const member = members[middle]
    if (member !== undefined && isBehind(member, mark)) high = middle
    else low = middle + 1
  }
  return low
}

const allUntil = (timeMs: number): Member => ({ expiresAtMs: timeMs, id: '\uffff' })

/**
 * Sets that end with the process: at most `maxEntries` of them, the one written longest ago makes
 * room; at most as many ids in each, the one that ends soonest makes room.
 */
export const createMemoryIdSets = (deps: {
  readonly clock: Clock
  readonly maxEntries: number
}): IdSets => {
  const { clock, maxEntries } = deps
  const sets = new Map<string, Member[]>()
  let sweptAtMs = clock.nowMs()

  const sweep = (nowMs: number): void => {
    if (Math.abs(nowMs - sweptAtMs) < SWEEP_INTERVAL_MS) return
    sweptAtMs = nowMs
    for (const [key, members] of sets) {
      members.splice(0, placeBehind(members, allUntil(nowMs)))
      if (members.length === 0) sets.delete(key)
    }
  }

  const makeRoom = (): void => {
    for (const key of sets.keys()) {
      if (sets.size < maxEntries) return
      sets.delete(key)
    }
  }

  const take = (members: Member[], id: string): void => {
    const at = members.findIndex((member) => member.id === id)
    if (at >= 0) members.splice(at, 1)
  }

  return {
    add: async (key, member, nowMs) => {
      sweep(nowMs)
      const members = sets.get(key) ?? []
      sets.delete(key)
      makeRoom()
      take(members, member.id)
      members.splice(placeBehind(members, member), 0, member)
      if (members.length > maxEntries) members.shift()
      sets.set(key, members)
    },
    remove: async (key, ids) => {
      const members = sets.get(key)
      if (members === undefined) return
      const gone = new Set(ids)
      const kept = members.filter(({ id }) => !gone.has(id))
      if (kept.length === 0) sets.delete(key)
      else members.splice(0, members.length, ...kept)
    },
    page: async (key, after, count, nowMs) => {
      const members = sets.get(key) ?? []
      const expired = allUntil(nowMs)
      const mark = after !== undefined && isBehind(after, expired) ? after : expired
      const from = placeBehind(members, mark)
      return members.slice(from, from + count)
    },
  }
}
