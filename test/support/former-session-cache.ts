import { LRUCache } from 'lru-cache'
import type { OpenSession } from '../../src/core/session/session-store.ts'
import type { Clock } from '../../src/core/time/clock.ts'
import type { Heard } from '../../src/sessions/backend/notices.ts'
import type { CacheSettings, SessionCache } from '../../src/sessions/session-cache.ts'

interface Entry {
  readonly open: OpenSession
  readonly storedAtMs: number
  /** The store has something newer, or may have. */
  isOld: boolean
  /** Until when a notice of its end would have been heard; absent: until now, or the loss. */
  knownUntilMs?: number
  /** When the store was first asked for it in vain. */
  unreadSinceMs?: number
}

/** What counts at most while notices are not heard. */
const UNHEARD_TTL_MS = 1_000

/** Objects and maps around the text of a session. */
const OVERHEAD_BYTES = 1_024

const bytesOf = ({ open }: Entry): number => OVERHEAD_BYTES + 2 * JSON.stringify(open).length

/**
 * The cache as it was when it kept objects: what the one of `src/sessions` has to answer, whatever
 * it keeps. Nothing but tests uses it.
 */
export const createFormerSessionCache = (
  { maxEntries, maxBytes, ttlMs, outageGraceMs }: CacheSettings,
  clock: Clock,
  isHearing: boolean,
): SessionCache => {
  const tickets = new Map<string, string>()
  const entries = new LRUCache<string, Entry>({
    max: Math.max(1, maxEntries),
    maxSize: Math.max(1, maxBytes),
    sizeCalculation: bytesOf,
    dispose: ({ open }, ticket, reason) => {
      if (reason !== 'set' && tickets.get(open.id) === ticket) tickets.delete(open.id)
    },
  })
  const ended = new LRUCache<string, true>({ max: Math.max(1, maxEntries) })
  const noticedAt = new LRUCache<string, number>({ max: Math.max(1, maxEntries) })
  let notices = 0
  let allNoticedAt = 0
  let lostAtMs = isHearing ? undefined : clock.nowMs()

  const isFresh = ({ isOld, storedAtMs }: Entry): boolean => {
    const ageMs = clock.nowMs() - storedAtMs
    const countsMs = lostAtMs === undefined ? ttlMs : Math.min(ttlMs, UNHEARD_TTL_MS)
    return !isOld && ageMs >= 0 && ageMs < countsMs && maxEntries > 0
  }

  const put = (open: OpenSession, mark: number): OpenSession => {
    const held = entries.peek(open.ticket)
    if (ended.has(open.id) || (held !== undefined && held.open.version > open.version)) return open
    const isOld = mark < Math.max(allNoticedAt, noticedAt.get(open.id) ?? 0)
    entries.set(open.ticket, { open, storedAtMs: clock.nowMs(), isOld })
    if (entries.has(open.ticket)) tickets.set(open.id, open.ticket)
    else tickets.delete(open.id)
    return open
  }

  const getInOutage = (ticket: string): OpenSession | undefined => {
    const entry = entries.get(ticket)
    if (entry === undefined || maxEntries === 0) return undefined
    const nowMs = clock.nowMs()
    entry.unreadSinceMs ??= nowMs
    const knownUntilMs = entry.knownUntilMs ?? lostAtMs ?? Number.POSITIVE_INFINITY
    const graceMs = nowMs - Math.min(entry.unreadSinceMs, knownUntilMs)
    return graceMs >= 0 && graceMs < outageGraceMs ? entry.open : undefined
  }

  const mistrust = (ticket: string | undefined): void => {
    const entry = ticket === undefined ? undefined : entries.peek(ticket)
    if (entry !== undefined) entry.isOld = true
  }

  const end = (id: string): void => {
    ended.set(id, true)
    const ticket = tickets.get(id)
    if (ticket !== undefined) entries.delete(ticket)
  }

  const restore = (): void => {
    for (const entry of entries.values()) {
      entry.isOld = true
      entry.knownUntilMs ??= lostAtMs ?? clock.nowMs()
    }
    lostAtMs = undefined
  }

  const hear = (heard: Heard): void => {
    notices += 1
    switch (heard.kind) {
      case 'ended':
        for (const id of heard.ids) end(id)
        return
      case 'changed':
        for (const id of heard.ids) {
          noticedAt.set(id, notices)
          mistrust(tickets.get(id))
        }
        return
      case 'everything':
        allNoticedAt = notices
        entries.clear()
        return
      case 'lost':
        lostAtMs ??= clock.nowMs()
        return
      case 'restored':
        allNoticedAt = notices
        restore()
        return
    }
  }

  return {
    get: (ticket) => {
      const entry = entries.get(ticket)
      return entry !== undefined && isFresh(entry) ? entry.open : undefined
    },
    getInOutage,
    mark: () => notices,
    put,
    mistrust,
    forget: (tenant, ticket) => {
      if (entries.peek(ticket)?.open.session.tenant === tenant) entries.delete(ticket)
    },
    end,
    resume: (id) => void ended.delete(id),
    hasEnded: (id) => ended.has(id),
    hear,
    size: () => ({ entries: entries.size, bytes: entries.calculatedSize }),
  }
}
