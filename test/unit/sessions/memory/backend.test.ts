import { describe, expect, it } from 'vitest'
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

describe('a memory store that is full of used ids', () => {
  const FULL = 5
  const MINUTE = 60_000

  const filled = async (sort: 'replay' | 'usedProofs') => {
    const clock = handSetClock()
    const random = seededRandom('used ids')
    const backend = createMemoryBackend({ clock, random, maxEntries: FULL })
    const claim = (id: string) => backend[sort].claim(id, MINUTE, unlimited)
    for (let at = 0; at < FULL; at += 1) expect(await claim(`id ${at}`)).toBe(true)
    return { clock, backend, claim }
  }

  it.each([
    ['usedProofs', 'full of used DPoP proofs: it remembers 5 and forgets none'],
    ['replay', 'full of used login states and logout tokens: it remembers 5 and forgets none'],
  ] as const)('R16, R23: of %s takes no new one and says so, and forgets none', async (...row) => {
    const [sort, sentence] = row
    const { clock, claim } = await filled(sort)
    await expect(claim('one more')).rejects.toMatchObject({
      code: 'session_store_unavailable',
      message: expect.stringContaining(sentence),
    })
    expect(await claim('id 0')).toBe(false)
    clock.advance(MINUTE)
    expect(await claim('one more')).toBe(true)
  })

  it.each([
    ['usedProofs', 'replay'],
    ['replay', 'usedProofs'],
  ] as const)('of %s has room for %s', async (full, other) => {
    const { backend } = await filled(full)
    for (let at = 0; at < FULL; at += 1) {
      expect(await backend[other].claim(`id ${at}`, MINUTE, unlimited)).toBe(true)
    }
  })
})
