import { describe, expect, it } from 'vitest'
import { createAssertions } from '../../../../src/app/assertion/assertions.ts'
import { createAssertionMetrics } from '../../../../src/observability/assertion-metrics.ts'
import { familyText } from '../../../../src/observability/series/exposition.ts'
import type { Backend } from '../../../../src/sessions/backend/backend.ts'
import { createMemoryBackend } from '../../../../src/sessions/memory/backend.ts'
import { anIdentity } from '../../../support/builders.ts'
import { unlimited } from '../../../support/check-ports.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { handSetTimers } from '../../../support/hand-set-timers.ts'
import { keysOf } from '../../../support/process-keys.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const TERMS = {
  header: 'x-sallyport-assertion',
  audience: 'shop',
  claims: [],
  lifetimeMs: 60_000,
}

const shared = () => {
  const clock = handSetClock()
  const timers = handSetTimers(clock)
  const random = seededRandom('shared assertions')
  const memory = createMemoryBackend({ clock, random, maxEntries: 100 })
  let asked = 0
  const backend: Pick<Backend, 'entries' | 'idSets'> = {
    idSets: memory.idSets,
    entries: {
      ...memory.entries,
      read: (key) => {
        asked += 1
        return memory.entries.read(key)
      },
    },
  }
  const metrics = createAssertionMetrics()
  const assertions = createAssertions({
    backend,
    keys: keysOf('a'),
    clock,
    random,
    keyPrefix: 'test',
    config: { issuer: 'https://sallyport.example.com', algorithm: 'EdDSA', rotationMs: 3_600_000 },
    logger: { warn: () => undefined },
    metrics,
    timers,
  })
  return { assertions, metrics, timers, asked: () => asked }
}

const textOf = ({ families }: ReturnType<typeof createAssertionMetrics>): string =>
  families.map(familyText).join('\n')

describe('what signs for upstreams', () => {
  it('makes nothing, and asks for nothing, until a route wants it', () => {
    const { assertions, metrics, timers, asked } = shared()
    expect(assertions.keySet()).toEqual({ kind: 'unused' })
    expect(assertions.trouble()).toBeUndefined()
    expect(textOf(metrics)).toContain('sallyport_assertion_keys 0')
    expect(timers.waiting()).toEqual([])
    expect(asked()).toBe(0)
    assertions.close()
  })

  it('is there for the first check, even if nobody said so before, and is counted', async () => {
    const { assertions, metrics } = shared()
    const { token } = await assertions.sign(TERMS, anIdentity(), unlimited)
    expect(token.split('.')).toHaveLength(3)
    expect(textOf(metrics)).toContain('sallyport_assertion_keys 2')
    expect(textOf(metrics)).toContain('sallyport_assertions_total{outcome="signed"} 1')
  })

  it('looks after the keys once it was begun, and no more when it was closed', async () => {
    const { assertions, timers } = shared()
    assertions.begin()
    await assertions.sign(TERMS, anIdentity(), unlimited)
    expect(assertions.keySet().kind).toBe('keys')
    expect(timers.waiting()).toEqual([60_000])
    assertions.close()
    expect(timers.waiting()).toEqual([])
  })

  it('does not begin to look after keys when it was closed before', async () => {
    const { assertions, timers } = shared()
    assertions.close()
    await assertions.sign(TERMS, anIdentity(), unlimited)
    expect(timers.waiting()).toEqual([])
  })
})
