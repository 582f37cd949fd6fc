import { expect, it } from 'vitest'
import { createMemoryBackend } from '../../../../src/sessions/memory/backend.ts'
import { createSessionDirectory } from '../../../../src/sessions/session-directory.ts'
import { createSessionStore } from '../../../../src/sessions/session-store.ts'
import { aSession } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { keysOf } from '../../../support/process-keys.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

it('a memory store that is full can still end every session that it keeps', async () => {
  const clock = handSetClock()
  const random = seededRandom('full memory')
  const backend = createMemoryBackend({ clock, random, maxEntries: 10 })
  const cache = { maxEntries: 0, maxBytes: 0, ttlMs: 0, outageGraceMs: 0 }
  const deps = { backend, keys: keysOf('a'), clock, random, keyPrefix: 'test', cache }
  const store = createSessionStore(deps)
  const directory = createSessionDirectory(deps)
  const sids = Array.from({ length: 10 }, (_, at) => `sid-${at}`)
  for (const sid of sids) {
    await store.create(aSession(clock.nowMs(), { sid, subject: `subject of ${sid}` }))
  }
  const { issuer, client } = aSession(clock.nowMs())
  for (const sid of sids) {
    expect(await directory.end({ kind: 'sid', issuer, sid, client }, unlimited)).toBe(1)
  }
})
