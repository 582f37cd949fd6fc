import { describe, expect, it } from 'vitest'
import { unlimited } from '../../../support/check-ports.ts'
import { aClaimSource } from '../../../support/claim-sources.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { hang } from '../../../support/hostile-provider.ts'
import { aHostileProvider, localProviders } from '../../../support/local-providers.ts'

describe('the registry of providers', () => {
  it('does nothing until a provider is used', async () => {
    const { hostile, provider } = await aHostileProvider()
    const providers = localProviders(handSetClock())
    providers.of(provider)
    expect(providers.health(provider)).toEqual({
      isReady: false,
      keys: 0,
      isIssuerWrong: false,
      isHeldBack: false,
      notes: [],
    })
    expect(hostile.requestCount('metadata')).toBe(0)
  })

  it('warms a provider in the background', async () => {
    const { hostile, provider } = await aHostileProvider()
    const clock = handSetClock()
    const providers = localProviders(clock)
    providers.warm(provider)
    providers.warm(provider)
    await expect.poll(() => providers.health(provider).isReady).toBe(true)
    expect(providers.health(provider)).toEqual({
      isReady: true,
      keys: 1,
      lastDiscoveryMs: clock.nowMs(),
      isIssuerWrong: false,
      isHeldBack: false,
      notes: [],
      requests: expect.objectContaining({ takesPushed: false, takesSigned: true }),
      clockAheadMs: expect.any(Number),
    })
    expect(hostile.requestCount('metadata')).toBe(1)
    expect(hostile.requestCount('jwks')).toBe(1)
  })

  it('tells its keys to whoever looks at it, and renews nothing for that', async () => {
    const { hostile, provider } = await aHostileProvider()
    const clock = handSetClock()
    const providers = localProviders(clock)
    expect(providers.look(provider)).toMatchObject({ isReady: false, verificationKeys: [] })
    providers.warm(provider)
    await expect.poll(() => providers.look(provider).isReady).toBe(true)
    const loadedAtMs = clock.nowMs()
    clock.advance(23 * 3_600_000)
    expect(providers.look(provider)).toMatchObject({
      lastKeysMs: loadedAtMs,
      verificationKeys: [{ id: 'key-1', algorithms: ['RS256', 'PS256'] }],
    })
    expect(providers.peek(provider)).toBeDefined()
    expect(hostile.requestCount('metadata')).toBe(1)
    expect(hostile.requestCount('jwks')).toBe(1)
  })

  it('R26: a provider that is down at the start heals by itself', async () => {
    const { hostile, provider } = await aHostileProvider()
    await hostile.takeDown()
    const clock = handSetClock()
    const delays: number[] = []
    const delayMs = (attempt: number): number => {
      delays.push(attempt)
      clock.advance(10_000)
      return 5
    }
    const providers = localProviders(clock, { delayMs })
    providers.warm(provider)
    providers.warm(provider)
    await expect.poll(() => delays.length).toBeGreaterThan(2)
    expect(providers.health(provider)).toMatchObject({
      isReady: false,
      lastError: expect.stringContaining(provider.name),
    })
    await hostile.bringUp()
    await expect.poll(() => providers.health(provider).isReady).toBe(true)
    expect(delays.slice(0, 3)).toEqual([1, 2, 3])
    expect(providers.health(provider).lastError).toBeUndefined()
  })

  it('R26: one that is stopped does not try again', async () => {
    const { hostile, provider } = await aHostileProvider()
    hostile.answer('metadata', hang)
    const delays: number[] = []
    const delayMs = (attempt: number): number => delays.push(attempt)
    const providers = localProviders(handSetClock(), { delayMs })
    const { keys, metadata } = providers.of(provider)
    providers.warm(provider)
    await expect.poll(() => hostile.requestCount('metadata')).toBe(1)
    const fetching = metadata.get(unlimited)
    await providers.close()
    await expect(fetching).rejects.toMatchObject({ code: 'provider_unreachable' })
    await expect(keys.get(unlimited)).rejects.toMatchObject({ code: 'provider_unreachable' })
    expect(delays).toEqual([])
  })

  it('R26: an edited provider starts afresh, and the old generation is let go', async () => {
    const { hostile, provider } = await aHostileProvider()
    const providers = localProviders(handSetClock())
    const old = providers.of(provider)
    await old.keys.get(unlimited)
    const edited = { ...provider, generation: 'p2' }
    expect(providers.of(edited)).not.toBe(old)
    expect(providers.health(edited).keys).toBe(0)
    providers.retain([edited], [])
    const url = `${hostile.issuer}/jwks`
    const call = old.fetch.call({ method: 'GET', url, headers: {} })
    await expect(call).rejects.toMatchObject({ code: 'provider_unreachable' })
    expect(providers.of(provider)).not.toBe(old)
    await providers.of(edited).keys.get(unlimited)
  })

  it('R26: its claim sources come and go with it, and are called apart from it', async () => {
    const { hostile, source } = await aClaimSource()
    const { provider } = await aHostileProvider({ claimSources: [source] })
    const providers = localProviders(handSetClock())
    providers.warm(provider)
    await expect.poll(() => hostile.requestCount('jwks')).toBe(1)
    const handle = providers.of(source.provider)
    providers.retain([provider], [])
    expect(providers.of(source.provider)).toBe(handle)
    expect(handle.fetch).not.toBe(providers.of(provider).fetch)
    const { claimSources: _, ...without } = provider
    providers.retain([without], [])
    expect(providers.of(source.provider)).not.toBe(handle)
  })

  it('R26: a provider that is down does not touch another one', async () => {
    const down = await aHostileProvider({ name: 'shop/down' })
    const up = await aHostileProvider({ name: 'shop/up' })
    const clock = handSetClock()
    const providers = localProviders(clock)
    await down.hostile.takeDown()
    for (let call = 0; call < 6; call += 1) {
      clock.advance(2_000)
      await Promise.resolve(providers.of(down.provider).keys.get(unlimited)).catch(() => undefined)
    }
    expect(providers.health(down.provider).isHeldBack).toBe(true)
    expect((await providers.of(up.provider).keys.get(unlimited)).size).toBeGreaterThan(0)
    expect(providers.health(up.provider).isHeldBack).toBe(false)
  })
})
