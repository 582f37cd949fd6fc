import { describe, expect, it } from 'vitest'
import { createKeyRing } from '../../../src/assertions/key-ring.ts'
import { makeKeyText } from '../../../src/assertions/signing-key.ts'
import type { KeyStore } from '../../../src/core/assertion/key-store.ts'
import { Fault } from '../../../src/core/reason/fault.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'

const HOUR = 3_600_000
const MINUTE = 60_000

/** A store of texts that can be away, or lose what it keeps. */
const aStore = () => {
  const kept = new Map<string, string>()
  const state = { isAway: false }
  const failIfAway = (): void => {
    if (state.isAway) throw new Fault('session_store_unavailable', 'Redis is away.')
  }
  const store: KeyStore = {
    keep: async (name, make) => {
      failIfAway()
      const made = kept.get(name) ?? (await make())
      const text = kept.get(name) ?? made
      kept.set(name, text)
      return text
    },
    read: async (name) => {
      failIfAway()
      return kept.get(name)
    },
    names: async () => {
      failIfAway()
      return [...kept.keys()]
    },
  }
  return { store, kept, state }
}

const START = Date.UTC(2031, 0, 1)

const aRing = (
  store: KeyStore,
  clock = handSetClock(START),
  changes: Partial<Parameters<typeof createKeyRing>[0]> = {},
) => ({
  clock,
  ring: createKeyRing({ store, clock, algorithm: 'ES256', rotationMs: HOUR, ...changes }),
})

const kidOf = (ring: ReturnType<typeof createKeyRing>): string | undefined =>
  ring.signer()?.publicJwk.kid

const kidsOf = (ring: ReturnType<typeof createKeyRing>): readonly string[] =>
  ring.published().map(({ kid }) => kid)

describe('the keys of assertions', () => {
  it('are none before they were found or made', () => {
    const { ring } = aRing(aStore().store)
    expect(ring.signer()).toBeUndefined()
    expect(ring.published()).toEqual([])
  })

  it('are the same for all replicas, whoever makes them, and whoever asks at once', async () => {
    const { store } = aStore()
    const [a, b, c] = [aRing(store).ring, aRing(store).ring, aRing(store).ring]
    await Promise.all([a.renew(), b.renew(), c.renew()])
    expect(new Set([kidOf(a), kidOf(b), kidOf(c)]).size).toBe(1)
    expect(kidsOf(b).toSorted()).toEqual(kidsOf(a).toSorted())
    expect(kidsOf(a)).toHaveLength(2)
  })

  it('are published a whole period before they sign, and until their last assertion is over', async () => {
    const { store } = aStore()
    const { ring, clock } = aRing(store)
    await ring.renew()
    const [first, second] = kidsOf(ring)
    expect(kidOf(ring)).toBe(first)
    clock.set(START + HOUR)
    expect(kidOf(ring)).toBe(second)
    await ring.renew()
    expect(kidsOf(ring)).toContain(first)
    clock.set(START + HOUR + 14 * MINUTE)
    await ring.renew()
    expect(kidsOf(ring)).toContain(first)
    clock.set(START + HOUR + 15 * MINUTE)
    await ring.renew()
    expect(kidsOf(ring)).not.toContain(first)
    expect(kidsOf(ring)).toHaveLength(2)
  })

  it('sign on while the store is away, beyond their period if they must, and stay published', async () => {
    const { store, state } = aStore()
    const { ring, clock } = aRing(store)
    await ring.renew()
    const second = kidsOf(ring)[1]
    state.isAway = true
    for (const hours of [1, 2, 9]) {
      clock.set(START + hours * HOUR)
      await expect(ring.renew()).rejects.toMatchObject({ code: 'session_store_unavailable' })
      expect(kidOf(ring)).toBe(second)
      expect(kidsOf(ring)).toContain(second)
    }
  })

  it('are put back into a store that has lost them, and are the same as before', async () => {
    const { store, kept } = aStore()
    const { ring } = aRing(store)
    await ring.renew()
    const before = kidsOf(ring)
    kept.clear()
    await ring.renew()
    expect(kidsOf(ring)).toEqual(before)
    const other = aRing(store).ring
    await other.renew()
    expect(kidsOf(other)).toEqual(before)
  })

  it('of another replica take the place of its own where a lost store got those first', async () => {
    const { store, kept } = aStore()
    const { ring } = aRing(store)
    await ring.renew()
    const before = kidsOf(ring)
    kept.clear()
    const other = aRing(store).ring
    await other.renew()
    await ring.renew()
    expect(kidsOf(ring)).toEqual(expect.arrayContaining([...before, ...kidsOf(other)]))
    expect(kidOf(ring)).toBe(kidOf(other))
  })

  it.each([
    ['period', { rotationMs: 2 * HOUR }],
    ['algorithm', { algorithm: 'EdDSA' as const }],
  ])(
    'after a change of the %s the former signs until the new one was published long enough',
    async (_what, changes) => {
      const { store } = aStore()
      const { ring: former, clock } = aRing(store)
      await former.renew()
      clock.advance(20 * MINUTE)
      const { ring: next } = aRing(store, clock, changes)
      await next.renew()
      expect(kidsOf(next)).toEqual(expect.arrayContaining([...kidsOf(former)]))
      expect(kidsOf(former)).toContain(kidOf(next))
      await former.renew()
      expect(kidsOf(former)).toEqual(expect.arrayContaining([...kidsOf(next)]))
      const signing = kidOf(next)
      clock.advance(15 * MINUTE)
      expect(kidOf(next)).not.toBe(signing)
      expect(kidsOf(former)).toContain(kidOf(next))
    },
  )

  it('are passed over where they cannot be read', async () => {
    const { store, kept } = aStore()
    kept.set('other 1', 'no key').set('other 2', '{"jwk":{"kty":"oct","k":"AAAA"}}')
    kept.set('other 3', await makeKeyText('EdDSA', { createdAtMs: START, endsAtMs: START + HOUR }))
    const { ring } = aRing(store)
    await ring.renew()
    expect(ring.published().map(({ alg }) => alg)).toEqual(['ES256', 'ES256', 'EdDSA'])
  })

  it('R31: the set has no private member, whatever the algorithm', async () => {
    for (const algorithm of ['ES256', 'PS256', 'EdDSA'] as const) {
      const { ring } = aRing(aStore().store, handSetClock(START), { algorithm })
      await ring.renew()
      for (const jwk of ring.published()) {
        const names = {
          ES256: ['crv', 'kty', 'x', 'y'],
          PS256: ['e', 'kty', 'n'],
          EdDSA: ['crv', 'kty', 'x'],
        }[algorithm]
        expect(Object.keys(jwk).toSorted()).toEqual([...names, 'alg', 'kid', 'use'].toSorted())
      }
      expect(JSON.stringify(ring.signer())).not.toContain('"d"')
    }
  })
})
