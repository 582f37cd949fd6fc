import { createLocalJWKSet, jwtVerify, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { createClientKeys, type WantedKeys } from '../../../src/assertions/client-keys.ts'
import type { KeyStore } from '../../../src/core/assertion/key-store.ts'
import { Fault } from '../../../src/core/reason/fault.ts'
import { unlimited } from '../../support/check-ports.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'
import { handSetTimers } from '../../support/hand-set-timers.ts'

const HOUR = 3_600_000

/** Stores by tenant that can all be away, as Redis is for every replica. */
const someStores = () => {
  const kept = new Map<string, Map<string, string>>()
  const state = { isAway: false }
  const storeOf = (tenant: string): KeyStore => {
    const own = kept.get(tenant) ?? new Map<string, string>()
    kept.set(tenant, own)
    const check = (): void => {
      if (state.isAway) throw new Fault('session_store_unavailable', 'Redis is away.')
    }
    return {
      keep: async (name, make) => {
        check()
        const made = own.get(name) ?? (await make())
        const text = own.get(name) ?? made
        own.set(name, text)
        return text
      },
      read: async (name) => {
        check()
        return own.get(name)
      },
      names: async () => {
        check()
        return [...own.keys()]
      },
    }
  }
  return { storeOf, state }
}

const wanted = (changes: Partial<WantedKeys> = {}): WantedKeys => ({
  client: 'shop/web',
  tenant: 'web at one provider',
  algorithm: 'ES256',
  rotationMs: HOUR,
  ...changes,
})

const aReplica = (stores = someStores(), clock = handSetClock(Date.UTC(2031, 0, 1))) => {
  const timers = handSetTimers(clock)
  const told: string[] = []
  const keys = createClientKeys({
    storeOf: stores.storeOf,
    clock,
    after: timers.after,
    tell: (sentence) => void told.push(sentence),
  })
  const kid = async (client = 'shop/web') => (await keys.keyOf(client, unlimited)).publicJwk.kid
  const published = (client = 'shop/web') => {
    const set = keys.keySetOf(client)
    return set.kind === 'keys' ? set.keys.map((one) => one.kid) : []
  }
  return { keys, kid, published, clock, timers, told, stores }
}

describe('the keys of a client', () => {
  it.each(['ES256', 'PS256', 'EdDSA'] as const)('sign by %s what jose verifies', async (alg) => {
    const { keys } = aReplica()
    keys.take([wanted({ algorithm: alg })])
    const { privateKey, publicJwk } = await keys.keyOf('shop/web', unlimited)
    const jwt = await new SignJWT({})
      .setProtectedHeader({ alg, kid: publicJwk.kid })
      .sign(privateKey)
    const set = keys.keySetOf('shop/web')
    if (set.kind !== 'keys') throw new Error('There are no keys.')
    await jwtVerify(jwt, createLocalJWKSet({ keys: [...set.keys] }), { algorithms: [alg] })
  })

  it('are the same at every replica, across rotations, and published ahead', async () => {
    const one = aReplica()
    const other = aReplica(one.stores, one.clock)
    for (const { keys } of [one, other]) keys.take([wanted()])
    const first = await one.kid()
    expect(await other.kid()).toBe(first)
    for (const { published } of [one, other]) await expect.poll(() => published()).toHaveLength(2)
    one.clock.advance(HOUR)
    const second = await other.kid()
    expect(second).not.toBe(first)
    expect(await one.kid()).toBe(second)
    expect(one.published()).toEqual(expect.arrayContaining([first, second]))
  })

  it('R12: are those of one registration, and no key of another client', async () => {
    const { keys, kid, published } = aReplica()
    const other = { client: 'shop/other', tenant: 'another' }
    keys.take([wanted(), wanted(other)])
    const first = await kid()
    expect(await kid('shop/other')).not.toBe(first)
    expect(published('shop/other')).not.toContain(first)
    // The same name, registered elsewhere.
    keys.take([wanted({ tenant: 'web at another provider' })])
    expect(await kid()).not.toBe(first)
    expect(published()).not.toContain(first)
    expect(keys.keySetOf('shop/other')).toEqual({ kind: 'unused' })
  })

  it('R1: are none of a client that wants none', async () => {
    const { keys } = aReplica()
    keys.take([wanted()])
    expect(keys.keySetOf('shop/none')).toEqual({ kind: 'unused' })
    expect(keys.standingOf('shop/none')).toBeUndefined()
    expect(() => keys.keyOf('shop/none', unlimited)).toThrow(/shop\/none: there is no key/)
  })

  it('go on signing while the store is away; where none was known, the reason is told', async () => {
    const { keys, kid, timers, stores, told, published } = aReplica()
    keys.take([wanted()])
    const first = await kid()
    stores.state.isAway = true
    timers.pass(60_000)
    await expect.poll(() => keys.standingOf('shop/web')?.problem).toBe('Redis is away.')
    expect(await kid()).toBe(first)
    expect(published()).toContain(first)
    // Edited meanwhile: what is known goes on.
    keys.take([wanted({ rotationMs: 2 * HOUR })])
    await expect.poll(() => keys.standingOf('shop/web')?.problem).toBe('Redis is away.')
    expect(await kid()).toBe(first)
    expect(published()).toContain(first)

    const late = aReplica(stores)
    late.keys.take([wanted()])
    await expect(late.kid()).rejects.toMatchObject({
      code: 'client_key_unavailable',
      message: 'shop/web: there is no key to sign with yet: Redis is away.',
    })
    expect(late.keys.keySetOf('shop/web')).toEqual({ kind: 'unavailable' })
    expect(late.keys.standingOf('shop/web')).toEqual({ problem: 'Redis is away.' })
    stores.state.isAway = false
    late.timers.pass(2_000)
    await expect.poll(() => late.keys.standingOf('shop/web')?.problem).toBeUndefined()
    expect(await late.kid()).toBe(first)
    expect(told[0]).toBe('The keys of OIDCClient shop/web cannot be looked after: Redis is away.')
  })

  it('R32: are not waited for beyond the budget of the check', async () => {
    const never = new Promise<never>(() => undefined)
    const clock = handSetClock()
    const keys = createClientKeys({
      storeOf: () => ({ keep: () => never, read: async () => undefined, names: async () => [] }),
      clock,
      after: handSetTimers(clock).after,
      tell: () => undefined,
    })
    keys.take([wanted()])
    const spent = new AbortController()
    const asked = keys.keyOf('shop/web', { signal: spent.signal })
    spent.abort()
    await expect(asked).rejects.toMatchObject({ code: 'client_key_unavailable' })
  })

  it('are kept through an edit that is not about them, and let go of with their client', async () => {
    const { keys, kid, timers } = aReplica()
    keys.take([wanted()])
    const first = await kid()
    keys.take([wanted()])
    expect(await kid()).toBe(first)
    expect(timers.waiting()).toEqual([60_000])
    expect(keys.count()).toBe(2)
    keys.take([])
    expect(timers.waiting()).toEqual([])
    expect(keys.count()).toBe(0)
    keys.take([wanted()])
    expect(await kid()).toBe(first)
    keys.close()
    expect(timers.waiting()).toEqual([])
  })

  it('stay published and looked after while their client rests, and sign nothing', async () => {
    const { keys, kid, published, timers } = aReplica()
    keys.take([wanted()])
    const first = await kid()
    keys.take([], ['shop/web', 'shop/none'])
    expect(published()).toContain(first)
    expect(timers.waiting()).toEqual([60_000])
    expect(keys.count()).toBe(2)
    expect(keys.standingOf('shop/web')).toBeUndefined()
    expect(keys.keySetOf('shop/none')).toEqual({ kind: 'unused' })
    expect(() => keys.keyOf('shop/web', unlimited)).toThrow(/cannot be used at present/)
    keys.take([wanted()], ['shop/web'])
    expect(await kid()).toBe(first)
    expect(keys.count()).toBe(2)
    keys.take([], ['shop/web'])
    keys.take([])
    expect(keys.keySetOf('shop/web')).toEqual({ kind: 'unused' })
    expect(timers.waiting()).toEqual([])
  })
})
