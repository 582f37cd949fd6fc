import { describe, expect, it } from 'vitest'
import { createMemoryBackend } from '../../../../src/sessions/memory/backend.ts'
import { createExpiringMap } from '../../../../src/sessions/memory/expiring-map.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const MINUTE = 60_000

const aMap = (whenFull: 'evict' | 'refuse', maxEntries = 3) => {
  const clock = handSetClock()
  return { clock, map: createExpiringMap<number>({ clock, maxEntries, whenFull }) }
}

describe('a map whose entries expire', () => {
  it('forgets an entry when its lifetime is over, to the millisecond', () => {
    const { clock, map } = aMap('evict')
    map.set('a', 1, 100)
    clock.advance(99)
    expect(map.get('a')).toBe(1)
    clock.advance(1)
    expect(map.get('a')).toBeUndefined()
    expect(map.size()).toBe(0)
  })

  it('begins the lifetime anew with each write', () => {
    const { clock, map } = aMap('evict')
    map.set('a', 1, 100)
    clock.advance(60)
    map.set('a', 2, 100)
    clock.advance(60)
    expect(map.get('a')).toBe(2)
  })

  it('frees the memory of what expired though nobody asks for it', () => {
    const { clock, map } = aMap('refuse', 100)
    for (let at = 0; at < 50; at += 1) map.set(`short ${at}`, at, 100)
    map.set('long', 1, MINUTE)
    clock.advance(10_000)
    map.set('new', 1, MINUTE)
    expect(map.size()).toBe(2)
    expect(map.get('long')).toBe(1)
  })

  it('lets the one go that was written longest ago, if it may', () => {
    const { map } = aMap('evict')
    for (const key of ['a', 'b', 'c']) map.set(key, 1, MINUTE)
    map.set('a', 2, MINUTE)
    expect(map.set('d', 1, MINUTE)).toBe(true)
    expect(map.get('b')).toBeUndefined()
    expect(['a', 'c', 'd'].map((key) => map.get(key))).toEqual([2, 1, 1])
    expect(map.size()).toBe(3)
  })

  it('refuses what is new when it may let nothing go, and still takes what it has', () => {
    const { clock, map } = aMap('refuse')
    for (const key of ['a', 'b', 'c']) map.set(key, 1, MINUTE)
    expect(map.set('d', 1, MINUTE)).toBe(false)
    expect(map.set('a', 2, MINUTE)).toBe(true)
    clock.advance(MINUTE)
    expect(map.set('d', 1, MINUTE)).toBe(true)
  })
})

describe('the memory backend when it is full', () => {
  const aBackend = (maxEntries: number) =>
    createMemoryBackend({ clock: handSetClock(), random: seededRandom('full'), maxEntries })

  it('R16: the replay guard forgets no id that still counts, and says that it cannot take another', async () => {
    const { replay } = aBackend(2)
    await replay.claim('a', MINUTE, unlimited)
    await replay.claim('b', MINUTE, unlimited)
    const claim = replay.claim('c', MINUTE, unlimited)
    await expect(claim).rejects.toMatchObject({ code: 'session_store_unavailable' })
    expect(await replay.claim('a', MINUTE, unlimited)).toBe(false)
  })

  it('the lock lets nobody in who cannot be remembered', async () => {
    const { lock } = aBackend(1)
    await lock.acquire('a', MINUTE, unlimited)
    const acquiring = lock.acquire('b', MINUTE, unlimited)
    await expect(acquiring).rejects.toMatchObject({ code: 'session_store_unavailable' })
    expect(await lock.acquire('a', MINUTE, unlimited)).toBeUndefined()
  })

  it('the session that was written longest ago makes room for a new login', async () => {
    const { records } = aBackend(2)
    for (const key of ['a', 'b', 'c']) await records.create(key, Buffer.from(key), MINUTE)
    expect(await records.read('a')).toBeUndefined()
    expect((await records.read('c'))?.toString()).toBe('c')
  })

  it('that may keep nothing at all says so', async () => {
    const { records } = aBackend(0)
    const creating = records.create('a', Buffer.from('a'), MINUTE)
    await expect(creating).rejects.toMatchObject({ code: 'session_store_unavailable' })
  })
})
