import { LRUCache } from 'lru-cache'
import type { FoundDocument } from '../../core/provider/client-documents.ts'
import type { Clock } from '../../core/time/clock.ts'

/** What is remembered of good documents of one host: others have room, whatever it serves. */
const MAX_OF_HOST = 50

/** As long a good document stands in for one that cannot be fetched anew. */
const STAND_IN_MS = 3_600_000

/** So long it stands in before another try. */
const RETRY_MS = 30_000

/** What was refused is fetched anew after this, as the draft has errors not kept (section 5.2). */
const REFUSED_MS = 5_000

interface Kept {
  readonly found: FoundDocument
  readonly untilMs: number
}

interface Good extends Kept {
  readonly standsInUntilMs: number
}

/** What is known of documents, by the URL of each. */
export interface Remembered {
  /** What needs no fetch. */
  readonly find: (clientId: string) => FoundDocument | undefined
  /** A good document that may stand in though its time is over. */
  readonly standIn: (clientId: string) => FoundDocument | undefined
  readonly keepGood: (clientId: string, found: FoundDocument, lifetimeMs: number) => FoundDocument
  /** What is there is bad: whatever was good before is forgotten. */
  readonly keepBad: (clientId: string, found: FoundDocument) => FoundDocument
  /** Nobody knows what is there: what was good stands in for a while, else it is `refused`. */
  readonly keepUnknown: (clientId: string, refused: FoundDocument) => FoundDocument
}

/**
 * Remembers a number of good documents, few of them of one host, and as many others, so that those
 * that do not exist push out none that does.
 */
export const createRemembered = (clock: Clock, max: number): Remembered => {
  /** The good ones of a host, the one that was wanted longest ago first. */
  const ofHost = new Map<string, Set<string>>()

  const forget = (clientId: string): void => {
    const { host } = new URL(clientId)
    const ids = ofHost.get(host)
    ids?.delete(clientId)
    if (ids?.size === 0) ofHost.delete(host)
  }

  const good = new LRUCache<string, Good>({
    max,
    dispose: (_, clientId, why) => {
      if (why !== 'set') forget(clientId)
    },
  })
  const bad = new LRUCache<string, Kept>({ max })

  const touch = (clientId: string): void => {
    const ids = ofHost.get(new URL(clientId).host)
    if (ids?.delete(clientId) === true) ids.add(clientId)
  }

  const makeRoom = (clientId: string): void => {
    const { host } = new URL(clientId)
    const ids = ofHost.get(host) ?? new Set()
    ids.delete(clientId)
    const [oldest] = ids
    if (oldest !== undefined && ids.size >= MAX_OF_HOST) good.delete(oldest)
    ofHost.set(host, ids.add(clientId))
  }

  const standingIn = (clientId: string): Good | undefined => {
    const kept = good.get(clientId)
    return kept !== undefined && kept.standsInUntilMs > clock.nowMs() ? kept : undefined
  }

  const keepBad = (clientId: string, found: FoundDocument): FoundDocument => {
    good.delete(clientId)
    bad.set(clientId, { found, untilMs: clock.nowMs() + REFUSED_MS })
    return found
  }

  return {
    find: (clientId) => {
      touch(clientId)
      return [good.get(clientId), bad.get(clientId)].find(
        (one) => one !== undefined && one.untilMs > clock.nowMs(),
      )?.found
    },
    standIn: (clientId) => standingIn(clientId)?.found,
    keepGood: (clientId, found, lifetimeMs) => {
      const untilMs = clock.nowMs() + lifetimeMs
      makeRoom(clientId)
      good.set(clientId, { found, untilMs, standsInUntilMs: untilMs + STAND_IN_MS })
      return found
    },
    keepBad,
    keepUnknown: (clientId, refused) => {
      const kept = standingIn(clientId)
      if (kept === undefined) return keepBad(clientId, refused)
      const untilMs = Math.min(clock.nowMs() + RETRY_MS, kept.standsInUntilMs)
      good.set(clientId, { ...kept, untilMs })
      return kept.found
    },
  }
}
