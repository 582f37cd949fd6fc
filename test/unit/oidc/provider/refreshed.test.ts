import { describe, expect, it } from 'vitest'
import { Fault } from '../../../../src/core/reason/fault.ts'
import {
  COLD_COOLDOWN_MS,
  COOLDOWN_MS,
  createRefreshed,
} from '../../../../src/oidc/provider/refreshed.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'

const REFRESH_MS = 60_000
const MAX_STALE_MS = 3_600_000

const aRefreshed = () => {
  const clock = handSetClock()
  const source = { loads: 0, fault: undefined as Fault | undefined, gate: Promise.resolve() }
  const refreshed = createRefreshed({
    clock,
    refreshMs: REFRESH_MS,
    maxStaleMs: MAX_STALE_MS,
    load: async () => {
      source.loads += 1
      const value = source.loads
      await source.gate
      if (source.fault !== undefined) throw source.fault
      return value
    },
  })
  return { clock, source, refreshed }
}

const unreachable = () => new Fault('provider_unreachable', 'It is down.')

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('a refreshed value', () => {
  it('R26: is fetched once for everybody who waits for it', async () => {
    const { source, refreshed } = aRefreshed()
    const values = await Promise.all(Array.from({ length: 50 }, () => refreshed.get(unlimited)))
    expect(new Set(values)).toEqual(new Set([1]))
    expect(source.loads).toBe(1)
  })

  it('is answered at once when it is there, and renewed behind the answer when that is due', async () => {
    const { clock, source, refreshed } = aRefreshed()
    await refreshed.get(unlimited)
    clock.advance(REFRESH_MS)
    expect(refreshed.get(unlimited)).toBe(1)
    await settled()
    expect(refreshed.get(unlimited)).toBe(2)
    expect(source.loads).toBe(2)
  })

  it('is told as it is known without a renewal that is due, until it is too old', async () => {
    const { clock, source, refreshed } = aRefreshed()
    expect(refreshed.known()).toBeUndefined()
    await refreshed.get(unlimited)
    clock.advance(MAX_STALE_MS - 1)
    expect(refreshed.known()).toBe(1)
    await settled()
    expect(source.loads).toBe(1)
    clock.advance(1)
    expect(refreshed.known()).toBeUndefined()
  })

  it('R26: survives a failed renewal, which is tried again after the cooldown only', async () => {
    const { clock, source, refreshed } = aRefreshed()
    await refreshed.get(unlimited)
    source.fault = unreachable()
    clock.advance(REFRESH_MS)
    for (let use = 0; use < 10; use += 1) {
      expect(refreshed.get(unlimited)).toBe(1)
      await settled()
    }
    expect(source.loads).toBe(2)
    expect(refreshed.status().fault?.message).toBe('It is down.')
    source.fault = undefined
    clock.advance(COOLDOWN_MS)
    refreshed.get(unlimited)
    await settled()
    expect(refreshed.get(unlimited)).toBe(3)
    expect(refreshed.status().fault).toBeUndefined()
  })

  it('R26: is not trusted for ever', async () => {
    const { clock, source, refreshed } = aRefreshed()
    await refreshed.get(unlimited)
    source.fault = unreachable()
    clock.advance(MAX_STALE_MS)
    expect(refreshed.peek()).toBeUndefined()
    await expect(refreshed.get(unlimited)).rejects.toMatchObject({ code: 'provider_unreachable' })
  })

  it('R26: that was never there fails at once within the cooldown, with the fault of the last fetch', async () => {
    const { clock, source, refreshed } = aRefreshed()
    source.fault = new Fault('provider_misconfigured', 'It lies.')
    await expect(refreshed.get(unlimited)).rejects.toMatchObject({ message: 'It lies.' })
    await expect(refreshed.get(unlimited)).rejects.toMatchObject({ code: 'provider_misconfigured' })
    expect(source.loads).toBe(1)
    source.fault = undefined
    clock.advance(COLD_COOLDOWN_MS)
    await expect(refreshed.get(unlimited)).resolves.toBe(2)
  })

  it('R26: claims the cooldown before it fetches, so that askers during the fetch cause no second one', async () => {
    const { clock, source, refreshed } = aRefreshed()
    await refreshed.get(unlimited)
    clock.advance(COOLDOWN_MS)
    const gate = Promise.withResolvers<void>()
    source.gate = gate.promise
    const asked = Array.from({ length: 100 }, () => refreshed.refetch(unlimited))
    gate.resolve()
    expect(await Promise.all(asked)).not.toContain(false)
    expect(await refreshed.refetch(unlimited)).toBe(false)
    expect(source.loads).toBe(2)
  })

  it('is waited for no longer than the budget lasts, and arrives for the others all the same', async () => {
    const { source, refreshed } = aRefreshed()
    const gate = Promise.withResolvers<void>()
    source.gate = gate.promise
    const spent = new AbortController()
    const impatient = refreshed.get(spent)
    const patient = refreshed.get(unlimited)
    spent.abort()
    await expect(impatient).rejects.toMatchObject({ code: 'provider_unreachable' })
    await expect(refreshed.get(spent)).rejects.toMatchObject({ code: 'provider_unreachable' })
    gate.resolve()
    await expect(patient).resolves.toBe(1)
  })

  it('is renewed even after the clock was set back', async () => {
    const { clock, source, refreshed } = aRefreshed()
    await refreshed.get(unlimited)
    clock.advance(-MAX_STALE_MS)
    expect(refreshed.get(unlimited)).toBe(1)
    await settled()
    expect(source.loads).toBe(2)
  })
})
