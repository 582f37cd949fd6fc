import type { PageMark } from '../core/session/page-mark.ts'
import type {
  SessionDirectory,
  SessionEntry,
  SessionQuery,
  SessionSelector,
} from '../core/session/session-directory.ts'
import type { Budget } from '../core/time/budget.ts'
import type { Backend } from './backend/backend.ts'
import { assertUnspent } from './backend/budget.ts'
import type { Member } from './backend/id-sets.ts'
import { createSeal } from './sealing/seal.ts'
import { openEntry } from './session-entry.ts'
import { createSessionNames, type Finding } from './session-names.ts'
import { createSessionRegister, type RegisterDependencies } from './session-register.ts'

/** What a directory is built from. */
export interface DirectoryDependencies extends RegisterDependencies {
  readonly backend: Pick<Backend, 'records' | 'entries' | 'idSets' | 'notices'>
  /** Hears of sessions that were ended here, as far as their entries can be opened. */
  readonly onEnded?: (entries: readonly SessionEntry[]) => void
}

/**
 * A member of a set. `sealed`: its entry cannot be opened here; another replica may have the key.
 */
type Found = { readonly mark: PageMark } & (
  | { readonly state: 'open'; readonly entry: SessionEntry }
  | { readonly state: 'sealed' | 'gone' }
)

type OpenFound = Extract<Found, { state: 'open' }>

const isOpen = (found: Found): found is OpenFound => found.state === 'open'

const isGone = ({ state }: Found): boolean => state === 'gone'

const idOf = ({ mark }: Found): string => mark.id

const CHUNK = 200

/** A page that found little looks no further than this. */
const MAX_LOOKED_AT = 2_000

const findingOf = ({ subject, client }: SessionQuery): Finding => {
  const ofClient = client === undefined ? {} : { client }
  if (subject !== undefined) return { kind: 'subject', subject, ...ofClient }
  return client === undefined ? { kind: 'all' } : { kind: 'client', client }
}

const fits = (query: SessionQuery, entry: SessionEntry): boolean =>
  (query.subject ?? entry.subject) === entry.subject &&
  (query.issuer ?? entry.issuer) === entry.issuer &&
  (query.client ?? entry.client) === entry.client &&
  (query.host ?? entry.host) === entry.host

const isMeant = (
  selector: Exclude<SessionSelector, { kind: 'session' }>,
  entry: SessionEntry,
): boolean => {
  switch (selector.kind) {
    case 'everything':
      return true
    case 'sid':
      return entry.sid === selector.sid && fits(selector, entry)
    case 'subject':
      return fits(selector, entry)
    case 'client':
      return (
        entry.client === selector.client &&
        entry.createdAtMs < (selector.createdBeforeMs ?? Number.POSITIVE_INFINITY)
      )
  }
}

const setsFor = (selector: Exclude<SessionSelector, { kind: 'session' }>): Finding =>
  selector.kind === 'everything' ? { kind: 'all' } : selector

/**
 * Finds and ends sessions by what the register holds. A member of a set without an entry counts as
 * meant: its session is gone, and if only the entry was lost, ending one too many is the safe
 * mistake.
 */
export const createSessionDirectory = (deps: DirectoryDependencies): SessionDirectory => {
  const { clock } = deps
  const names = createSessionNames(deps.keyPrefix, deps.keys)
  const seal = createSeal(deps)
  const register = createSessionRegister(deps)
  const { records, entries, idSets, notices } = deps.backend

  const find = async (mark: PageMark): Promise<Found> => {
    const bytes = await entries.read(names.entry(mark.id))
    if (bytes === undefined) return { mark, state: 'gone' }
    const entry = openEntry(seal, mark.id, bytes)
    return entry === undefined ? { mark, state: 'sealed' } : { mark, state: 'open', entry }
  }

  const isLive = ({ lastSeenAtMs, idleTimeoutMs, expiresAtMs }: SessionEntry): boolean =>
    Math.min(lastSeenAtMs + idleTimeoutMs, expiresAtMs) > clock.nowMs()

  const chunks = async function* (by: Finding, start: PageMark | undefined, budget: Budget) {
    for (const [list, set] of names.sets(by).entries()) {
      if (list < (start?.list ?? 0)) continue
      let after: Member | undefined = list === start?.list ? start : undefined
      for (;;) {
        assertUnspent(budget)
        const members = await idSets.page(set, after, CHUNK, clock.nowMs())
        if (members.length === 0) break
        yield await Promise.all(members.map((member) => find({ list, ...member })))
        after = members.at(-1)
      }
    }
  }

  const drop = async (by: Finding, found: readonly Found[]): Promise<void> => {
    if (found.length > 0) await register.drop(by, found.map(idOf))
  }

  /** A session whose entry alone was lost stays in its sets: there it can still be ended. */
  const dropGone = async (by: Finding, found: readonly Found[]): Promise<void> => {
    const gone = found.filter(isGone)
    const kept = await Promise.all(gone.map(({ mark }) => records.read(names.record(mark.id))))
    await drop(
      by,
      gone.filter((_, at) => kept[at] === undefined),
    )
  }

  const list: SessionDirectory['list'] = async (query, { after, limit }, budget) => {
    const by = findingOf(query)
    const fitting: OpenFound[] = []
    let lookedAt = 0
    for await (const found of chunks(by, after, budget)) {
      await dropGone(by, found)
      for (const one of found.filter(isOpen)) {
        if (!fits(query, one.entry) || !isLive(one.entry)) continue
        const last = fitting.at(-1)
        if (fitting.length === limit && last !== undefined) return pageOf(fitting, last.mark)
        fitting.push(one)
      }
      lookedAt += found.length
      if (lookedAt >= MAX_LOOKED_AT) return pageOf(fitting, found.at(-1)?.mark)
    }
    return pageOf(fitting)
  }

  const removeRecords = async (ids: readonly string[]): Promise<number> => {
    const removals = await Promise.allSettled(ids.map((id) => records.remove(names.record(id))))
    const ended = ids.filter((_, at) => removals[at]?.status === 'fulfilled')
    await notices.publish({ kind: 'ended', ids: ended })
    const failed = removals.find((removal) => removal.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    return removals.filter((removal) => removal.status === 'fulfilled' && removal.value).length
  }

  const endAll = async (by: Finding, meant: readonly Found[]): Promise<number> => {
    const count = await removeRecords(meant.map(idOf))
    const ended = meant.filter(isOpen).map(({ entry }) => entry)
    deps.onEnded?.(ended)
    await register.leave(ended)
    await drop(
      by,
      meant.filter((found) => !isOpen(found)),
    )
    return count
  }

  const end: SessionDirectory['end'] = async (selector, budget) => {
    assertUnspent(budget)
    if (selector.kind === 'session') {
      return endAll({ kind: 'all' }, [await find({ list: 0, expiresAtMs: 0, id: selector.id })])
    }
    const by = setsFor(selector)
    let count = 0
    for await (const found of chunks(by, undefined, budget)) {
      const meant = found.filter((one) => !isOpen(one) || isMeant(selector, one.entry))
      count += await endAll(by, meant)
    }
    return count
  }

  return {
    list,
    find: async (id, budget) => {
      assertUnspent(budget)
      const found = await find({ list: 0, expiresAtMs: 0, id })
      return isOpen(found) && isLive(found.entry) ? found.entry : undefined
    },
    end,
  }
}

const pageOf = (fitting: readonly { readonly entry: SessionEntry }[], next?: PageMark) => ({
  entries: fitting.map(({ entry }) => entry),
  ...(next === undefined ? {} : { next }),
})
