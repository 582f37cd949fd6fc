import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Backend } from '../../src/sessions/backend/backend.ts'
import { createKeyStore, type KeyPurpose } from '../../src/sessions/key-store.ts'
import type { Keys } from '../../src/sessions/sealing/keys.ts'
import { type HandSetClock, handSetClock } from '../support/hand-set-clock.ts'
import { keysOf } from '../support/process-keys.ts'
import { seededRandom } from '../support/seeded-random.ts'
import type { BackendUnderTest } from './sessions.contract.ts'

const DAY_MS = 24 * 3_600_000

/** What a store of keys on every backend must do. */
export const keyStoreContract = (name: string, start: () => Promise<BackendUnderTest>): void => {
  let under: BackendUnderTest
  let clock: HandSetClock
  let replicas = 0

  beforeEach(async () => {
    under = await start()
    clock = handSetClock()
  })
  afterEach(() => under.stop())

  const aReplica = (
    keys: Keys = keysOf('a'),
    backend: Backend = under.replica(),
    purpose: KeyPurpose = ['assertion'],
  ) => {
    replicas += 1
    const random = seededRandom(`${name} key store ${replicas}`)
    return createKeyStore({ backend, keys, clock, random, keyPrefix: 'test' }, purpose)
  }

  const until = (): number => clock.nowMs() + DAY_MS

  describe(`a key store on ${name}`, () => {
    it('keeps what was made first, for every replica', async () => {
      const [one, other] = [aReplica(), aReplica()]
      const kept = await Promise.all([
        one.keep('n', () => 'first', until()),
        other.keep('n', () => 'second', until()),
      ])
      expect(new Set(kept).size).toBe(1)
      expect(await aReplica().keep('n', () => 'third', until())).toBe(kept[0])
      expect(await other.read('n')).toBe(kept[0])
      expect(await other.names()).toEqual(['n'])
      expect(await other.read('m')).toBeUndefined()
    })

    it('R12: opens by any process key, and is sealed anew under the newest', async () => {
      await aReplica(keysOf('old')).keep('n', () => 'text', until())
      const turned = aReplica(keysOf('new', 'old'))
      expect(await turned.read('n')).toBe('text')
      expect(await turned.keep('n', () => 'other', until())).toBe('text')
      expect(await aReplica(keysOf('new')).read('n')).toBe('text')
      expect(await aReplica(keysOf('old')).read('n')).toBe('text')
    })

    it('R12: tells nothing to other process keys, and is not stopped by what it cannot open', async () => {
      await aReplica(keysOf('a')).keep('n', () => 'text', until())
      const stranger = aReplica(keysOf('b'))
      expect(await stranger.read('n')).toBeUndefined()
      expect(await stranger.keep('n', () => 'own', until())).toBe('own')
      expect(await aReplica(keysOf('a')).read('n')).toBe('text')
    })

    it('R12: has nothing for one purpose of what it keeps for another, or for another client', async () => {
      const purposes: readonly KeyPurpose[] = [['assertion'], ['client', 'a'], ['client', 'b']]
      const stores = purposes.map((purpose) => aReplica(keysOf('a'), under.replica(), purpose))
      for (const [at, store] of stores.entries()) await store.keep('n', () => `${at}`, until())
      expect(await Promise.all(stores.map((store) => store.read('n')))).toEqual(['0', '1', '2'])
      await stores[1]?.keep('m', () => 'own', until())
      expect(await stores[0]?.names()).toEqual(['n'])
      expect(await stores[2]?.names()).toEqual(['n'])
      expect(await stores[2]?.read('m')).toBeUndefined()
    })

    it('forgets with the time that was said', async () => {
      const one = aReplica()
      await one.keep('n', () => 'text', until())
      clock.advance(DAY_MS)
      await under.endLifetimes()
      expect(await one.names()).toEqual([])
      expect(await one.read('n')).toBeUndefined()
    })
  })

  describe(`R12: whoever writes to ${name}`, () => {
    it('can add no key, nor put one in the place of another', async () => {
      const backend = under.replica()
      const written: [string, Buffer][] = []
      const entries: Backend['entries'] = {
        ...backend.entries,
        create: (key, value, ttlMs) => {
          written.push([key, value])
          return backend.entries.create(key, value, ttlMs)
        },
      }
      const recorded = { ...backend, entries }
      const one = aReplica(keysOf('a'), recorded)
      await one.keep('n', () => 'text of n', until())
      await one.keep('m', () => 'text of m', until())
      await aReplica(keysOf('a'), recorded, ['client', 'a']).keep('n', () => 'of a', until())
      const [ofN, ofM, ofClient] = written
      if (ofN === undefined || ofM === undefined || ofClient === undefined)
        throw new Error('Nothing was written.')
      expect(ofN[1].toString()).not.toContain('text')
      for (const forged of [
        Buffer.from('text of n'),
        ofM[1],
        ofClient[1],
        ofN[1].subarray(0, -1),
      ]) {
        await backend.entries.renew(ofN[0], forged, DAY_MS)
        expect(await one.read('n')).toBeUndefined()
      }
      await backend.entries.renew(ofN[0], ofN[1], DAY_MS)
      expect(await one.read('n')).toBe('text of n')
    })
  })
}
