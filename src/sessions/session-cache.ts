import { isBehindItsDevice } from '../core/session/session-device.ts'
import type { OpenSession } from '../core/session/session-store.ts'
import type { Clock } from '../core/time/clock.ts'
import type { Heard } from './backend/notices.ts'
import { createColumn } from './kept/column.ts'
import { createKeptSessions } from './kept/kept-sessions.ts'
import { createRecentIds } from './kept/recent-ids.ts'

/**
 * The sessions this process has opened lately, by ticket, and the ids of those that have ended.
 * What other replicas did to a session arrives as notices: what is kept counts less, or not at all,
 * from then on.
 */
export interface SessionCache {
  /** A session that may be used without asking the store. */
  readonly get: (ticket: string) => OpenSession | undefined
  /**
   * One that may be used because the store was asked and cannot answer, for the grace; none that
   * may have been bound to a device since it was read, which would count without its proof.
   */
  readonly getInOutage: (ticket: string) => OpenSession | undefined
  /** Taken before the store is asked: what is heard from here on makes the answer old. */
  readonly mark: () => number
  /**
   * Keeps what was read or written since `mark`, unless something newer is here: answers may
   * overtake each other. Answers the session to use: what is at hand already, if that is the same.
   */
  readonly put: (open: OpenSession, mark: number) => OpenSession
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
  /** Of memory: what is written, what is kept about it, and what is open. */
  readonly maxBytes: number
  readonly ttlMs: number
  /** How long what is kept still counts when the store cannot be asked. */
  readonly outageGraceMs: number
}

/** What counts at most while notices are not heard. */
const UNHEARD_TTL_MS = 1_000

const definedOr = (ms: number, otherwiseMs: number): number => (Number.isNaN(ms) ? otherwiseMs : ms)

/** Makes an empty cache that is not told anything yet; ages are measured by `clock`. */
export const createSessionCache = (
  { maxEntries, maxBytes, ttlMs, outageGraceMs }: CacheSettings,
  clock: Clock,
  isHearing: boolean,
): SessionCache => {
  const settings = { maxEntries: Math.max(1, maxEntries), maxBytes: Math.max(1, maxBytes) }
  let kept = createKeptSessions(settings)
  const storedAtMs = createColumn('float64')
  /** 1: the store has something newer, or may have. */
  const isOld = createColumn('uint8')
  /** Until when a notice of its end would have been heard; NaN: until now, or the loss. */
  const knownUntilMs = createColumn('float64')
  /** When the store was first asked for it in vain; NaN: it was not. */
  const unreadSinceMs = createColumn('float64')
  const ended = createRecentIds<true>(settings.maxEntries)
  const noticedAt = createRecentIds<number>(settings.maxEntries)
  let notices = 0
  let allNoticedAt = 0
  let lostAtMs = isHearing ? undefined : clock.nowMs()

  const isFresh = (entry: number): boolean => {
    const ageMs = clock.nowMs() - storedAtMs.get(entry)
    const countsMs = lostAtMs === undefined ? ttlMs : Math.min(ttlMs, UNHEARD_TTL_MS)
    return isOld.get(entry) === 0 && ageMs >= 0 && ageMs < countsMs && maxEntries > 0
  }

  const put = (open: OpenSession, mark: number): OpenSession => {
    const held = kept.find(open.ticket)
    const isOvertaken = held !== undefined && kept.versionOf(held) > open.version
    if (maxEntries === 0 || ended.has(open.id) || isOvertaken) return open
    const entry = kept.keep(open)
    if (entry === undefined) return open
    storedAtMs.set(entry, clock.nowMs())
    isOld.set(entry, mark < Math.max(allNoticedAt, noticedAt.get(open.id) ?? 0) ? 1 : 0)
    knownUntilMs.set(entry, Number.NaN)
    unreadSinceMs.set(entry, Number.NaN)
    return kept.atHand(entry) ?? open
  }

  const getInOutage = (ticket: string): OpenSession | undefined => {
    const entry = kept.find(ticket)
    if (entry === undefined || maxEntries === 0) return undefined
    const nowMs = clock.nowMs()
    const unreadMs = definedOr(unreadSinceMs.get(entry), nowMs)
    unreadSinceMs.set(entry, unreadMs)
    const knownMs = definedOr(knownUntilMs.get(entry), lostAtMs ?? Number.POSITIVE_INFINITY)
    const graceMs = nowMs - Math.min(unreadMs, knownMs)
    const open = kept.open(entry)
    if (isBehindItsDevice(open.session.device, storedAtMs.get(entry), nowMs)) return undefined
    return graceMs >= 0 && graceMs < outageGraceMs ? open : undefined
  }

  const mistrust = (entry: number | undefined): void => {
    if (entry !== undefined) isOld.set(entry, 1)
  }

  const end = (id: string): void => {
    ended.set(id, true)
    const entry = kept.findById(id)
    if (entry !== undefined) kept.drop(entry)
  }

  const restore = (): void => {
    const untilMs = lostAtMs ?? clock.nowMs()
    kept.each((entry) => {
      isOld.set(entry, 1)
      knownUntilMs.set(entry, definedOr(knownUntilMs.get(entry), untilMs))
    })
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
          mistrust(kept.findById(id))
        }
        return
      case 'everything':
        allNoticedAt = notices
        kept = createKeptSessions(settings)
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
      const entry = kept.find(ticket)
      if (entry === undefined) return undefined
      if (isFresh(entry)) return kept.open(entry)
      kept.use(entry)
      return undefined
    },
    getInOutage,
    mark: () => notices,
    put,
    mistrust: (ticket) => mistrust(kept.find(ticket)),
    forget: (tenant, ticket) => {
      const entry = kept.find(ticket)
      if (entry !== undefined && kept.tenantOf(entry) === tenant) kept.drop(entry)
    },
    end,
    resume: (id) => ended.delete(id),
    hasEnded: ended.has,
    hear,
    size: () => kept.size(),
  }
}
