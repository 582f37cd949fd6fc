import type { Session } from '../core/session/session.ts'
import type { SessionEntry } from '../core/session/session-directory.ts'
import type { Clock } from '../core/time/clock.ts'
import type { Random } from '../core/time/random.ts'
import type { Backend } from './backend/backend.ts'
import type { Keys } from './sealing/keys.ts'
import { createSeal } from './sealing/seal.ts'
import { entryOf, sealEntry } from './session-entry.ts'
import { createSessionNames, type Finding } from './session-names.ts'

/** Makes sessions findable without their tickets. */
export interface SessionRegister {
  /**
   * Enters a session, before its record is written: there is no session that a sign-out cannot
   * find.
   */
  readonly enter: (id: string, session: Session) => Promise<void>
  /** Enters it anew under the newest key, before its record is sealed under that key as well. */
  readonly move: (id: string, session: Session) => Promise<void>
  /** Writes what a session became; enters it anew if the store lost its entry. */
  readonly renew: (id: string, session: Session) => Promise<void>
  /** Takes out sessions whose records are gone. */
  readonly leave: (entries: readonly SessionEntry[]) => Promise<void>
  /** Takes ids out of the sets of a finding: nothing more is known of them. */
  readonly drop: (by: Finding, ids: readonly string[]) => Promise<void>
}

/** What the register and the directory work on. */
export interface RegisterDependencies {
  readonly backend: Pick<Backend, 'records' | 'entries' | 'idSets'>
  readonly keys: Keys
  readonly clock: Clock
  readonly random: Random
  /** In front of every key of the store. */
  readonly keyPrefix: string
}

const findingsOf = ({ subject, issuer, sid, client }: SessionEntry): readonly Finding[] => [
  { kind: 'subject', subject },
  { kind: 'subject', subject, client },
  ...(sid === undefined ? [] : [{ kind: 'sid', issuer, sid, client } as const]),
  { kind: 'client', client },
  { kind: 'all' },
]

/**
 * An entry outlives its record by one idle timeout at most: a note of use that was lost does not
 * hide a session that is in use.
 */
const lifetimeMs = (entry: SessionEntry, nowMs: number): number => {
  const { lastSeenAtMs, idleTimeoutMs, expiresAtMs } = entry
  return Math.max(1, Math.ceil(Math.min(lastSeenAtMs + 2 * idleTimeoutMs, expiresAtMs) - nowMs))
}

const groupedBySet = (
  entries: readonly SessionEntry[],
  setsOf: (entry: SessionEntry) => readonly string[],
): ReadonlyMap<string, readonly string[]> => {
  const groups = new Map<string, string[]>()
  for (const entry of entries) {
    for (const set of setsOf(entry)) {
      const ids = groups.get(set)
      if (ids === undefined) groups.set(set, [entry.id])
      else ids.push(entry.id)
    }
  }
  return groups
}

/** A register on a backend. All calls throw `Fault` `session_store_unavailable`. */
export const createSessionRegister = (deps: RegisterDependencies): SessionRegister => {
  const { clock } = deps
  const names = createSessionNames(deps.keyPrefix, deps.keys)
  const seal = createSeal(deps)
  const { records, entries, idSets } = deps.backend

  const write = (
    entry: SessionEntry,
    how: (key: string, value: Buffer, ttlMs: number) => Promise<boolean>,
  ): Promise<boolean> =>
    how(names.entry(entry.id), sealEntry(seal, entry), lifetimeMs(entry, clock.nowMs()))

  const removeFrom = (groups: ReadonlyMap<string, readonly string[]>): Promise<unknown> =>
    Promise.all([...groups].map(([set, ids]) => idSets.remove(set, ids)))

  const olderSetsOf = (entry: SessionEntry): readonly string[] =>
    findingsOf(entry).flatMap((by) => names.sets(by).filter((set) => set !== names.set(by)))

  const enter = async (id: string, session: Session): Promise<void> => {
    const entry = entryOf(id, session)
    if (!(await write(entry, entries.create))) await write(entry, entries.renew)
    const member = { id, expiresAtMs: entry.expiresAtMs }
    const nowMs = clock.nowMs()
    await Promise.all(findingsOf(entry).map((by) => idSets.add(names.set(by), member, nowMs)))
  }

  const move = async (id: string, session: Session): Promise<void> => {
    await enter(id, session)
    await removeFrom(groupedBySet([entryOf(id, session)], olderSetsOf))
  }

  const leave = async (gone: readonly SessionEntry[]): Promise<void> => {
    await Promise.all(gone.map(({ id }) => entries.remove(names.entry(id))))
    await removeFrom(groupedBySet(gone, (entry) => findingsOf(entry).flatMap(names.sets)))
  }

  const renew = async (id: string, session: Session): Promise<void> => {
    const entry = entryOf(id, session)
    if (await write(entry, entries.renew)) return
    await enter(id, session)
    if ((await records.read(names.record(id))) === undefined) await leave([entry])
  }

  const drop = async (by: Finding, ids: readonly string[]): Promise<void> => {
    await Promise.all(names.sets(by).map((set) => idSets.remove(set, ids)))
  }

  return { enter, move, renew, leave, drop }
}
