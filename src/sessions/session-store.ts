import { asFault, Fault } from '../core/reason/fault.ts'
import type { Session } from '../core/session/session.ts'
import type { OpenSession, SessionOpening, SessionStore } from '../core/session/session-store.ts'
import type { Awaitable } from '../core/time/awaitable.ts'
import type { Budget } from '../core/time/budget.ts'
import type { Clock } from '../core/time/clock.ts'
import { onceUnderWay } from '../core/time/once-under-way.ts'
import type { Random } from '../core/time/random.ts'
import type { Backend } from './backend/backend.ts'
import { assertUnspent, withinBudget } from './backend/budget.ts'
import { expiresAtMs, remainingMs } from './lifetime.ts'
import type { Keys } from './sealing/keys.ts'
import { openRecord, sealRecord } from './sealing/record.ts'
import type { RecordBinding } from './sealing/sealed-text.ts'
import { type CacheSettings, createSessionCache } from './session-cache.ts'
import { entryOf } from './session-entry.ts'
import { createSessionNames } from './session-names.ts'
import { createSessionRegister } from './session-register.ts'
import { createTicket, formatTicket, parseTicket, recordIdOf, type Ticket } from './ticket.ts'
import { createTouch } from './touch.ts'

/**
 * Where an opening came from: the cache, the store, or the cache because the store did not answer.
 */
export type OpeningSource = 'cache' | 'store' | 'outage'

/** What a session store is built from. */
export interface SessionStoreDependencies {
  readonly backend: Pick<Backend, 'records' | 'entries' | 'idSets' | 'notices'>
  readonly keys: Keys
  readonly clock: Clock
  readonly random: Random
  /** In front of every key of the store. */
  readonly keyPrefix: string
  readonly cache: CacheSettings
  /** Hears where each session that is asked for comes from. */
  readonly onOpening?: (from: OpeningSource) => void
  /** Hears of a write behind an answer that failed. */
  readonly onBackgroundError?: (fault: Fault) => void
}

/** A session store that can be stopped. */
export interface StoppableSessionStore extends SessionStore {
  /**
   * Resolves when the writes behind answers are done. The records stay open: they belong to whoever
   * made them.
   */
  readonly close: () => Promise<void>
  /** What the local cache holds. */
  readonly cached: () => { readonly entries: number; readonly bytes: number }
}

const FIRST_VERSION = 1
const UNKNOWN: SessionOpening = { kind: 'none', reason: 'session_unknown' }
const EXPIRED: SessionOpening = { kind: 'none', reason: 'session_expired' }

/**
 * Keeps sessions as sealed records. What the records hold opens only with the ticket and a process
 * key together (R12), only for the tenant that it was made for (R13), and counts only as long as it
 * says itself (R14), whatever the store does or forgets.
 */
export const createSessionStore = (deps: SessionStoreDependencies): StoppableSessionStore => {
  const { keys, clock } = deps
  const { records, notices } = deps.backend
  const names = createSessionNames(deps.keyPrefix, keys)
  const register = createSessionRegister(deps)
  const cache = createSessionCache(deps.cache, clock, notices.isHealthy())
  notices.subscribe(cache.hear)
  const reading = new Map<string, Promise<SessionOpening>>()
  const pending = new Set<Promise<unknown>>()

  const readingOf = (ticket: string, tenant: string): string => `${ticket} ${tenant}`

  const bindingOf = (tenant: string, ticket: Ticket): RecordBinding => ({
    tenant,
    storeKey: names.record(recordIdOf(ticket)),
    ticketSecret: ticket.secret,
  })

  const opened = (open: OpenSession): SessionOpening =>
    expiresAtMs(open.session) > clock.nowMs() ? { kind: 'open', open } : EXPIRED

  const behind = (writing: Promise<void>): void => {
    const settled = writing
      .catch((error: unknown) => deps.onBackgroundError?.(asFault(error)))
      .finally(() => pending.delete(settled))
    pending.add(settled)
  }

  const read = async (tenant: string, ticket: Ticket): Promise<SessionOpening> => {
    const binding = bindingOf(tenant, ticket)
    const [id, value, mark] = [recordIdOf(ticket), formatTicket(ticket), cache.mark()]
    const bytes = await records.read(binding.storeKey)
    const record = bytes === undefined ? undefined : openRecord(keys, binding, bytes)
    if (record === undefined) cache.forget(tenant, value)
    if (record === undefined || cache.hasEnded(id)) return UNKNOWN
    const open: OpenSession = { id, ticket: value, ...record }
    return opened(cache.put(open, mark))
  }

  const readOnce = (tenant: string, ticket: Ticket): Promise<SessionOpening> => {
    const name = readingOf(formatTicket(ticket), tenant)
    return onceUnderWay(reading, name, () => read(tenant, ticket))
  }

  const write = async (open: OpenSession, session: Session): Promise<OpenSession | undefined> => {
    const ticket = parseTicket(open.ticket)
    if (ticket === undefined) return undefined
    const binding = bindingOf(session.tenant, ticket)
    const version = open.version + 1
    const keyId = keys.newest().id
    if (open.keyId !== keyId) await register.move(open.id, session)
    const bytes = sealRecord(deps, binding, { version, session })
    const ttlMs = remainingMs(session, clock.nowMs())
    const mark = cache.mark()
    const isWritten = await records.replace(binding.storeKey, open.version, bytes, ttlMs)
    reading.delete(readingOf(open.ticket, session.tenant))
    if (!isWritten) {
      cache.mistrust(open.ticket)
      return undefined
    }
    const next = cache.put({ ...open, version, keyId, session }, mark)
    behind(register.renew(open.id, session))
    return next
  }

  const replace = async (open: OpenSession, session: Session, budget: Budget) => {
    assertUnspent(budget)
    const next = await write(open, session)
    if (next !== undefined) behind(notices.publish({ kind: 'changed', ids: [open.id] }))
    return next
  }

  const touch = createTouch({
    clock,
    maxEntries: deps.cache.maxEntries,
    write,
    onError: (fault) => deps.onBackgroundError?.(fault),
  })

  const create = async (session: Session): Promise<string> => {
    const ticket = createTicket(deps.random)
    const id = recordIdOf(ticket)
    const keyId = keys.newest().id
    await register.enter(id, session)
    const binding = bindingOf(session.tenant, ticket)
    const bytes = sealRecord(deps, binding, { version: FIRST_VERSION, session })
    const ttlMs = remainingMs(session, clock.nowMs())
    const mark = cache.mark()
    if (!(await records.create(binding.storeKey, bytes, ttlMs))) {
      throw new Fault(
        'session_store_unavailable',
        'The store has a record of a new ticket already.',
      )
    }
    const value = formatTicket(ticket)
    cache.put({ id, ticket: value, version: FIRST_VERSION, keyId, session }, mark)
    return value
  }

  const openCached = (tenant: string, value: string): SessionOpening | undefined => {
    const open = cache.get(value)
    if (open === undefined) return undefined
    if (open.session.tenant !== tenant) return UNKNOWN
    const opening = opened(open)
    return opening.kind === 'open' ? opening : undefined
  }

  /** What is known, when the store cannot be asked: never beyond the lifetime of the session. */
  const openInOutage = (tenant: string, value: string, thrown: unknown): SessionOpening => {
    const isOutage = asFault(thrown).code === 'session_store_unavailable'
    const open = isOutage ? cache.getInOutage(value) : undefined
    if (open === undefined) throw thrown
    if (open.session.tenant !== tenant) return UNKNOWN
    const opening = opened(open)
    if (opening.kind === 'none') throw thrown
    deps.onOpening?.('outage')
    return opening
  }

  const openRead = (tenant: string, value: string, budget: Budget): Awaitable<SessionOpening> => {
    const ticket = parseTicket(value)
    if (ticket === undefined || cache.hasEnded(recordIdOf(ticket))) return UNKNOWN
    deps.onOpening?.('store')
    const reading = readOnce(tenant, ticket).catch((error) => openInOutage(tenant, value, error))
    return withinBudget(reading, budget)
  }

  const remove = async ({ id, session }: OpenSession, budget: Budget) => {
    assertUnspent(budget)
    cache.end(id)
    try {
      await records.remove(names.record(id))
    } catch (fault) {
      cache.resume(id)
      throw fault
    }
    behind(register.leave([entryOf(id, session)]))
    await notices.publish({ kind: 'ended', ids: [id] })
  }

  return {
    create,
    open: (tenant, value, budget) => {
      const cached = openCached(tenant, value)
      if (cached === undefined) return openRead(tenant, value, budget)
      deps.onOpening?.('cache')
      return cached
    },
    reopen: async (tenant, value, budget) => {
      assertUnspent(budget)
      const ticket = parseTicket(value)
      return ticket === undefined ? UNKNOWN : withinBudget(read(tenant, ticket), budget)
    },
    replace,
    touch: touch.touch,
    remove,
    close: async () => {
      await touch.close()
      await Promise.all(pending)
    },
    cached: cache.size,
  }
}
