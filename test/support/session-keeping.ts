import type { Session } from '../../src/core/session/session.ts'
import { createMemoryBackend } from '../../src/sessions/memory/backend.ts'
import { createSessionDirectory } from '../../src/sessions/session-directory.ts'
import { createSessionStore } from '../../src/sessions/session-store.ts'
import { aSession } from './builders.ts'
import { unlimited } from './check-ports.ts'
import { handSetClock } from './hand-set-clock.ts'
import { keysOf } from './process-keys.ts'
import { seededRandom } from './seeded-random.ts'

/** A session store and directory in memory, with a clock of their own. */
export const keepSessions = () => {
  const clock = handSetClock()
  const random = seededRandom('session keeping')
  const backend = createMemoryBackend({ clock, random, maxEntries: 1000 })
  const cache = { maxEntries: 100, maxBytes: 1_000_000, ttlMs: 5000, outageGraceMs: 0 }
  const keys = keysOf('a')
  const deps = { backend, keys, clock, random, keyPrefix: 'test', cache }
  const store = createSessionStore(deps)
  const directory = createSessionDirectory(deps)
  /** Keeps a session; answers its id and its ticket. */
  const login = async (changes: Partial<Session> = {}) => {
    const session = aSession(clock.nowMs(), changes)
    const ticket = await store.create(session)
    const opening = await store.open(session.tenant, ticket, unlimited)
    if (opening.kind !== 'open') throw new Error('a session that was just made is open')
    return { id: opening.open.id, ticket, session }
  }
  const isOpen = async ({ session, ticket }: { session: Session; ticket: string }) =>
    (await store.open(session.tenant, ticket, unlimited)).kind === 'open'
  return { clock, random, keys, store, directory, login, isOpen }
}
