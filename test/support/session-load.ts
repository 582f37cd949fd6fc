import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, vi } from 'vitest'
import { Fault } from '../../src/core/reason/fault.ts'
import type { Backend } from '../../src/sessions/backend/backend.ts'
import { createSessionStore, type StoppableSessionStore } from '../../src/sessions/session-store.ts'
import { aSession } from './builders.ts'
import { unlimited } from './check-ports.ts'
import { handSetClock } from './hand-set-clock.ts'
import { keysOf } from './process-keys.ts'
import { seededRandom } from './seeded-random.ts'

const LASTING = 8
const PATIENTLY = { timeout: 20_000, interval: 20 }
const clock = handSetClock()
const tenant = aSession(0).tenant

/** A session that nobody ends, and the last version that its writer was told of. */
interface Lasting {
  readonly ticket: string
  version: number
}

const storeOn = (backend: Backend, at: number): StoppableSessionStore =>
  createSessionStore({
    backend,
    keys: keysOf('a'),
    clock,
    random: seededRandom(`load ${at}`),
    keyPrefix: 'test',
    cache: { maxEntries: 0, maxBytes: 0, ttlMs: 0, outageGraceMs: 0 },
  })

/** Mixed load on one store, from several replicas without caches, and what came of it. */
export interface SessionLoad {
  /** Begins: every replica logs in, reads, writes and signs out, until the end. */
  readonly begin: () => void
  /** Waits until much more has succeeded at every replica. */
  readonly goesOn: () => Promise<void>
  /** What failed, each kind once. */
  readonly failures: () => readonly string[]
  /**
   * Ends it. What was wrong: a session that was lost, a write that was undone, an end that was
   * forgotten.
   */
  readonly end: () => Promise<readonly string[]>
}

/**
 * Keeps some sessions before it begins. Where the store may lose what it acknowledged (a primary
 * that dies before its replica has heard), only those count: they must be there to the end.
 */
export const createSessionLoad = async (
  backends: readonly Backend[],
  { mayLoseWrites = false } = {},
): Promise<SessionLoad> => {
  const stores = backends.map(storeOn)
  const succeeded = stores.map(() => 0)
  const failures = new Set<string>()
  const wrong = new Set<string>()
  const ended: string[] = []
  const running: Promise<void>[] = []
  let isOn = true

  const login = (store: StoppableSessionStore) => store.create(aSession(clock.nowMs()))
  const openingOf = (store: StoppableSessionStore, ticket: string) =>
    store.reopen(tenant, ticket, unlimited)
  const other = (at: number) => stores[(at + 1) % stores.length] as StoppableSessionStore

  const lasting: readonly Lasting[] = await Promise.all(
    Array.from({ length: LASTING }, async (_, at) => {
      const ticket = await login(stores[at % stores.length] as StoppableSessionStore)
      return { ticket, version: 1 }
    }),
  )

  const read = async (store: StoppableSessionStore, one: Lasting) => {
    const atLeast = one.version
    const opening = await openingOf(store, one.ticket)
    if (opening.kind === 'none') wrong.add('a session was lost')
    else if (!mayLoseWrites && opening.open.version < atLeast) wrong.add('a write was undone')
    return opening
  }

  const write = async (store: StoppableSessionStore, one: Lasting) => {
    const opening = await read(store, one)
    if (opening.kind === 'none') return
    const next = await store.replace(opening.open, opening.open.session, unlimited)
    one.version = Math.max(one.version, next?.version ?? 0)
  }

  const comeAndGo = async (store: StoppableSessionStore, at: number) => {
    const ticket = await login(store)
    const opening = await openingOf(other(at), ticket)
    if (opening.kind === 'none') {
      if (!mayLoseWrites) wrong.add('a login was lost')
      return
    }
    await store.remove(opening.open, unlimited)
    ended.push(ticket)
    if (mayLoseWrites) return
    if ((await openingOf(other(at), ticket)).kind === 'open') wrong.add('an end was forgotten')
  }

  const repeat = async (at: number, work: (turn: number) => Promise<unknown>) => {
    for (let turn = 0; isOn; turn += 1) {
      try {
        await work(turn)
        succeeded[at] = (succeeded[at] ?? 0) + 1
      } catch (thrown) {
        failures.add(thrown instanceof Fault ? thrown.code : String(thrown))
      }
      await nextTurn()
    }
  }

  const begin = (): void => {
    for (const [at, store] of stores.entries()) {
      const oneOf = (turn: number) => lasting[turn % lasting.length] as Lasting
      running.push(
        repeat(at, (turn) => read(store, oneOf(turn))),
        repeat(at, (turn) => write(store, oneOf(turn))),
        repeat(at, () => comeAndGo(store, at)),
      )
    }
  }

  const goesOn = async (): Promise<void> => {
    const aims = succeeded.map((count) => count + 100)
    await vi.waitFor(() => {
      for (const [at, aim] of aims.entries()) expect(succeeded[at]).toBeGreaterThan(aim)
    }, PATIENTLY)
  }

  const end = async (): Promise<readonly string[]> => {
    isOn = false
    await Promise.all(running)
    for (const store of stores) {
      for (const one of lasting) await read(store, one)
      for (const ticket of mayLoseWrites ? [] : ended) {
        if ((await openingOf(store, ticket)).kind === 'open') wrong.add('an end was forgotten')
      }
      await store.close()
    }
    return [...wrong]
  }

  return { begin, goesOn, failures: () => [...failures], end }
}
