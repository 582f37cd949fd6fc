import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ApiAnswer, ApiCalls } from '../../../../src/kubernetes/api/api-calls.ts'
import { createLeadership, LEASE_TIMES } from '../../../../src/kubernetes/leadership/leadership.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { type HandSetTimers, handSetTimers } from '../../../support/hand-set-timers.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

/**
 * What happens to a call: how long until it arrives, and until its answer does, which may be lost.
 */
interface Fate {
  readonly thereMs: number
  readonly backMs: number
  readonly isLost: boolean
}

const quick = fc.record({
  thereMs: fc.integer({ min: 0, max: 300 }),
  backMs: fc.integer({ min: 0, max: 300 }),
  isLost: fc.constant(false),
})

const bad = fc.record({
  thereMs: fc.integer({ min: 0, max: 15_000 }),
  backMs: fc.integer({ min: 0, max: 15_000 }),
  isLost: fc.boolean(),
})

/** Each replica has good times and bad times of its own. */
const fates = fc.array(
  fc.oneof(
    fc.array(quick, { minLength: 10, maxLength: 25 }),
    fc.array(bad, { minLength: 1, maxLength: 6 }),
  ),
  { minLength: 2, maxLength: 8 },
)

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A Lease on a server that checks versions, behind a network with these fates. */
const createNetwork = (timers: HandSetTimers) => {
  let version = 0
  let stored: Readonly<Record<string, unknown>> | undefined
  const refused = (status: number): ApiAnswer => ({ ok: false, failure: { status, message: '' } })
  const store = (object: unknown): ApiAnswer => {
    version += 1
    const { metadata, ...rest } = Object(object)
    stored = { ...rest, metadata: { ...metadata, resourceVersion: String(version) } }
    return { ok: true, object: stored }
  }
  const serve = (method: string, object: unknown): ApiAnswer => {
    if (method === 'GET') return stored === undefined ? refused(404) : { ok: true, object: stored }
    if (method === 'POST') return stored === undefined ? store(object) : refused(409)
    const given = Object(Object(object).metadata).resourceVersion
    return given === String(version) ? store(object) : refused(409)
  }
  const after = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      timers.after(ms, resolve)
    })
  return (schedule: readonly Fate[]): ApiCalls => {
    let calls = 0
    const travel = async (method: string, object: unknown): Promise<ApiAnswer> => {
      const fate = schedule[calls % schedule.length] ?? { thereMs: 0, backMs: 0, isLost: false }
      calls += 1
      await after(fate.thereMs)
      const answer = serve(method, object)
      await after(fate.backMs)
      return fate.isLost ? { ok: false, failure: { message: 'lost' } } : answer
    }
    return {
      get: () => travel('GET', undefined),
      write: ({ method, object }) => travel(method, object),
    }
  }
}

it('there are never two leaders, whatever the network does', async () => {
  let led = 0
  await fc.assert(
    fc.asyncProperty(fc.tuple(fates, fates, fates), async (schedules) => {
      const clock = handSetClock()
      const timers = handSetTimers(clock)
      const network = createNetwork(timers)
      const replicas = schedules.map((schedule, index) =>
        createLeadership({
          calls: network(schedule.flat()),
          clock,
          timers,
          random: seededRandom(`replica-${index}`),
          namespace: 'n',
          leaseName: 'l',
          identity: `replica-${index}`,
          times: LEASE_TIMES,
          onChange: () => undefined,
          onFailure: () => undefined,
          onRecovery: () => undefined,
        }),
      )
      for (const replica of replicas) replica.start()
      for (let step = 0; step < 400; step += 1) {
        timers.pass(250)
        await tick()
        const leaders = replicas.filter((replica) => replica.isLeader()).length
        led += leaders
        expect(leaders).toBeLessThanOrEqual(1)
      }
    }),
    { numRuns: 300 },
  )
  expect(led).toBeGreaterThan(100)
})
