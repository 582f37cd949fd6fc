import { LRUCache } from 'lru-cache'
import type { OpenSession } from '../core/session/session-store.ts'
import type { Clock } from '../core/time/clock.ts'
import type { Heard } from './backend/notices.ts'

/**
 * The sessions this process has opened lately, by ticket, and the ids of those that have ended.
 * What other replicas did to a session arrives as notices: what is kept counts less, or not at all,
 * from then on.
 */
export interface SessionCache {
  /** A session that may be used without asking the store. */
  readonly get: (ticket: string) => OpenSession | undefined
  /** One that may be used because the store was asked and cannot answer, for the grace. */
  readonly getInOutage: (ticket: string) => OpenSession | undefined
  /** Taken before the store is asked: what is heard from here on makes the answer old. */
  readonly mark: () => number
  /**
   * Keeps what was read or written since `mark`, unless something newer is here: answers may
   * overtake each other.
   */
  readonly put: (open: OpenSession, mark: number) => void
  /** The next opening reads the store. */
  readonly mistrust: (ticket: string) => void
  /** The store has no session of this tenant for it: what is another's stays. */
  readonly forget: (tenant: string, ticket: string) => void
  /** Nothing of this session is kept any more. */
  readonly end: (id: string) => void
  /** Takes `end` back: the store could not be told. */
  readonly resume: (id: string) => void
  readonly hasEnded: (id: string) => boolean
  readonly hear: (heard: Heard) => void
  readonly size: () => { readonly entries: number; readonly bytes: number }
}

/** How much is kept, and how long it counts. Zero of any: nothing is kept, or there is no grace. */
export interface CacheSettings {
  readonly maxEntries: number
  /** Of memory, as good as it can be guessed. */
  readonly maxBytes: number
  readonly ttlMs: number
  /** How long what is kept still counts when the store cannot be asked. */
  readonly outageGraceMs: number
}

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

/** Makes an empty cache that is not told anything yet; ages are measured by `clock`. */
export const createSessionCache = (
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

  const put = (open: OpenSession, mark: number): void => {
    const held = entries.peek(open.ticket)
    if (ended.has(open.id) || (held !== undefined && held.open.version > open.version)) return
    const isOld = mark < Math.max(allNoticedAt, noticedAt.get(open.id) ?? 0)
    entries.set(open.ticket, { open, storedAtMs: clock.nowMs(), isOld })
    if (entries.has(open.ticket)) tickets.set(open.id, open.ticket)
    else tickets.delete(open.id)
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
