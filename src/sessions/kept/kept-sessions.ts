import type { OpenSession } from '../../core/session/session-store.ts'
import { createAtHand } from './at-hand.ts'
import { createColumn } from './column.ts'
import {
  keptBytes,
  keptId,
  keptShared,
  keptTicket,
  keptVersion,
  openKept,
  sharedOf,
} from './kept-session.ts'
import { createOrder } from './order.ts'
import { createPlaces, hashOf } from './places.ts'
import { createSharedParts } from './shared-parts.ts'
import { createSlabs, SLAB_HEADER_BYTES } from './slabs.ts'

/** Open sessions in as little memory as they need; each has a number for as long as it is kept. */
export interface KeptSessions {
  readonly find: (ticket: string) => number | undefined
  readonly findById: (id: string) => number | undefined
  /** It is the one used last now. */
  readonly use: (entry: number) => void
  /** The session, which is the one used last now: the same object while it is at hand. */
  readonly open: (entry: number) => OpenSession
  /** The same object, if it is at hand. */
  readonly atHand: (entry: number) => OpenSession | undefined
  readonly versionOf: (entry: number) => number
  readonly tenantOf: (entry: number) => string
  /**
   * Keeps a session in place of what its ticket has; those used longest ago make room. Answers its
   * number, or `undefined` for one that is too large: then nothing is kept for its ticket.
   */
  readonly keep: (open: OpenSession) => number | undefined
  readonly drop: (entry: number) => void
  readonly each: (visit: (entry: number) => void) => void
  readonly size: () => { readonly entries: number; readonly bytes: number }
}

/** How much is kept. */
export interface KeptSettings {
  readonly maxEntries: number
  /** Of what is kept and at hand together. */
  readonly maxBytes: number
}

/** So many of those that are asked for most are objects as well. */
const MOST_AT_HAND = 2_048

const MOST_SLAB_BYTES = 1024 * 1024
const LEAST_SLAB_BYTES = 4 * 1024

/** A cache is at least as many slabs. */
const SLABS = 16

/** The numbers of an entry in their columns, and its places by ticket and id. */
const NUMBERS_BYTES = 96

const slabBytesOf = (maxBytes: number): number =>
  Math.min(MOST_SLAB_BYTES, Math.max(LEAST_SLAB_BYTES, Math.floor(maxBytes / SLABS)))

/** Nothing is kept in the beginning. */
export const createKeptSessions = ({ maxEntries, maxBytes }: KeptSettings): KeptSessions => {
  const slabs = createSlabs(slabBytesOf(maxBytes))
  const shared = createSharedParts()
  const order = createOrder()
  const ticketHashes = createColumn('uint32')
  const idHashes = createColumn('uint32')
  const byTicket = createPlaces(ticketHashes)
  const byId = createPlaces(idHashes)
  const hand = createAtHand({
    maxEntries: Math.min(MOST_AT_HAND, maxEntries),
    maxBytes: Math.floor(maxBytes / 4),
  })

  const ticketOf = (entry: number): string =>
    hand.peek(entry)?.ticket ?? keptTicket(slabs.read(entry))

  const find = (ticket: string): number | undefined =>
    byTicket.find(hashOf(ticket), (entry) => ticketOf(entry) === ticket)

  const findById = (id: string): number | undefined =>
    byId.find(hashOf(id), (entry) => keptId(slabs.read(entry)) === id)

  const bytes = (): number =>
    slabs.size().usedBytes + order.size() * NUMBERS_BYTES + shared.bytes() + hand.bytes()

  const drop = (entry: number): void => {
    shared.release(keptShared(slabs.read(entry)))
    byTicket.remove(entry)
    byId.remove(entry)
    hand.drop(entry)
    slabs.free(entry)
    order.drop(entry)
  }

  /** Lets go until all fits; of the newest itself, what is at hand. */
  const makeFit = (newest: number): void => {
    while (order.size() > maxEntries || bytes() > maxBytes) {
      const oldest = order.oldest()
      if (oldest === undefined || oldest === newest) {
        hand.drop(newest)
        return
      }
      drop(oldest)
    }
  }

  const open = (entry: number): OpenSession => {
    order.use(entry)
    const known = hand.use(entry)
    if (known !== undefined) return known
    const written = slabs.read(entry)
    const opened = openKept(written, shared.get(keptShared(written)))
    hand.offer(entry, opened, written.length)
    makeFit(entry)
    return opened
  }

  const enter = (session: OpenSession): number => {
    const entry = order.take()
    ticketHashes.set(entry, hashOf(session.ticket))
    idHashes.set(entry, hashOf(session.id))
    byTicket.add(entry)
    byId.add(entry)
    return entry
  }

  const keep = (session: OpenSession): number | undefined => {
    const held = find(session.ticket)
    const part = shared.hold(sharedOf(session))
    const written = keptBytes(session, part)
    const before = held === undefined ? undefined : slabs.read(held)
    if (held !== undefined && before?.equals(written)) {
      shared.release(part)
      order.use(held)
      hand.use(held)
      return held
    }
    if (held !== undefined) drop(held)
    if (written.length + SLAB_HEADER_BYTES + NUMBERS_BYTES + shared.bytesOf(part) > maxBytes) {
      shared.release(part)
      return undefined
    }
    const entry = enter(session)
    slabs.write(entry, written)
    makeFit(entry)
    hand.offer(entry, session, written.length)
    makeFit(entry)
    return entry
  }

  return {
    find,
    findById,
    use: order.use,
    open,
    atHand: hand.peek,
    versionOf: (entry) => keptVersion(slabs.read(entry)),
    tenantOf: (entry) => shared.get(keptShared(slabs.read(entry))).tenant,
    keep,
    drop,
    each: order.each,
    size: () => ({ entries: order.size(), bytes: bytes() }),
  }
}
