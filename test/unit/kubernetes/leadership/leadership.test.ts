import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApiCalls } from '../../../../src/kubernetes/api/api-calls.ts'
import { createApiServer } from '../../../../src/kubernetes/api/api-server.ts'
import {
  createLeadership,
  LEASE_TIMES,
  type Leadership,
} from '../../../../src/kubernetes/leadership/leadership.ts'
import type { Timers } from '../../../../src/kubernetes/timers.ts'
import {
  type FakeKubeApi,
  type SeenRequest,
  startFakeKubeApi,
} from '../../../support/fake-kube-api.ts'
import { type HandSetClock, handSetClock } from '../../../support/hand-set-clock.ts'
import { type HandSetTimers, handSetTimers } from '../../../support/hand-set-timers.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

let api: FakeKubeApi
let clock: HandSetClock
let timers: HandSetTimers
let sentences: string[]
let changes: string[]
let all: Leadership[]

beforeEach(async () => {
  api = await startFakeKubeApi()
  clock = handSetClock()
  timers = handSetTimers(clock)
  sentences = []
  changes = []
  all = []
})

afterEach(async () => {
  api.refuse(undefined)
  await Promise.all(all.map((one) => one.close()))
  await api.stop()
})

/** A process that is stopped: its timers never run. */
const frozen: Timers = { after: () => () => undefined }

const replica = (identity: string, by: Timers = timers): Leadership => {
  const one = createLeadership({
    calls: createApiCalls(createApiServer({ kubeconfigFile: api.kubeconfigFile }), 4_000),
    clock,
    timers: by,
    random: seededRandom(identity),
    namespace: 'sallyport',
    leaseName: 'sallyport',
    identity,
    times: LEASE_TIMES,
    onChange: (isLeader) => changes.push(`${identity} ${isLeader}`),
    onFailure: (sentence) => sentences.push(sentence),
    onRecovery: (sentence) => sentences.push(sentence),
  })
  all.push(one)
  return one
}

const lease = () => Object(api.get('Lease', 'sallyport/sallyport')).spec

/** Time passes in steps, each long enough for what was begun to end. */
const until = (condition: () => boolean, stepMs = 0): Promise<void> =>
  vi.waitFor(
    () => {
      if (condition()) return
      timers.pass(stepMs)
      throw new Error('not yet')
    },
    { timeout: 5_000, interval: 4 },
  )

const leading = async (identity: string): Promise<Leadership> => {
  const one = replica(identity)
  one.start()
  await until(() => one.isLeader())
  return one
}

/** A replica that waits, and has seen that another one leads. */
const standby = async (identity: string): Promise<Leadership> => {
  const one = replica(identity)
  const before = api.requests.length
  one.start()
  await until(() => api.requests.length > before && timers.waiting().length === all.length)
  return one
}

const refuseFor =
  (isMeant: (request: SeenRequest) => boolean, status: number, message = '') =>
  (): void =>
    api.refuse((request) => (isMeant(request) ? { status, message } : undefined))

describe('the only replica', () => {
  it('creates the Lease, leads, and renews', async () => {
    await leading('a')
    expect(lease()).toMatchObject({
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      leaseTransitions: 0,
      acquireTime: '2031-05-05T06:07:08.000000Z',
      renewTime: '2031-05-05T06:07:08.000000Z',
    })
    await until(() => lease().renewTime !== lease().acquireTime, 500)
    expect(lease().acquireTime).toBe('2031-05-05T06:07:08.000000Z')
    expect(changes).toEqual(['a true'])
  })

  it('takes up a Lease that is malformed, and one that somebody deleted', async () => {
    api.put({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'sallyport', name: 'sallyport' },
      spec: { holderIdentity: 7, leaseDurationSeconds: 'long', leaseTransitions: -1 },
    })
    await leading('a')
    api.remove('Lease', 'sallyport/sallyport')
    await until(() => lease()?.holderIdentity === 'a', 500)
  })

  it('stops to lead by itself when renewals fail for ten seconds, and leads again after', async () => {
    const one = await leading('a')
    refuseFor(({ method }) => method !== 'POST', 500)()
    let elapsedMs = 0
    await until(() => {
      if (!one.isLeader()) return true
      elapsedMs += 500
      timers.pass(500)
      return false
    })
    expect(elapsedMs).toBeGreaterThan(7_000)
    expect(elapsedMs).toBeLessThanOrEqual(12_500)
    await until(() => changes.includes('a false'), 100)
    api.refuse(undefined)
    await until(() => one.isLeader(), 500)
    expect(changes).toEqual(['a true', 'a false', 'a true'])
  })

  it('stops to lead even while a renewal hangs', async () => {
    const one = await leading('a')
    clock.advance(10_000)
    expect(one.isLeader()).toBe(false)
  })
})

describe('two replicas', () => {
  it('have one leader', async () => {
    const first = await leading('a')
    const second = await standby('b')
    for (let turn = 0; turn < 40; turn += 1) {
      await until(() => timers.waiting().length === 2)
      timers.pass(1_000)
    }
    expect([first.isLeader(), second.isLeader()]).toEqual([true, false])
    expect(lease()).toMatchObject({ holderIdentity: 'a', leaseTransitions: 0 })
  })

  it('change at once when the leader leaves in order', async () => {
    const first = await leading('a')
    const second = await standby('b')
    await first.close()
    expect(lease()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 })
    expect(first.isLeader()).toBe(false)
    const before = clock.nowMs()
    await until(() => second.isLeader(), 100)
    expect(clock.nowMs() - before).toBeLessThanOrEqual(2_500)
    expect(lease()).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 })
  })

  it('change within twenty seconds when the leader is gone without a word, and not within fifteen', async () => {
    const first = replica('a', frozen)
    first.start()
    await until(() => first.isLeader())
    const goneMs = clock.nowMs()
    const second = replica('b')
    second.start()
    while (clock.nowMs() - goneMs < 15_000) {
      await until(() => timers.waiting().length === 1)
      timers.pass(500)
    }
    expect([first.isLeader(), second.isLeader()]).toEqual([false, false])
    await until(() => second.isLeader(), 200)
    expect(clock.nowMs() - goneMs).toBeLessThanOrEqual(20_000)
    expect(lease()).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 })
  })

  it('go by when they saw a renewal, not by what the clock of the leader says', async () => {
    api.put({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'sallyport', name: 'sallyport' },
      spec: {
        holderIdentity: 'elsewhere',
        leaseDurationSeconds: 15,
        renewTime: '1999-01-01T00:00:00.000000Z',
        leaseTransitions: 4,
      },
    })
    const second = await standby('b')
    const before = clock.nowMs()
    await until(() => second.isLeader(), 500)
    expect(clock.nowMs() - before).toBeGreaterThanOrEqual(15_000)
    expect(lease().leaseTransitions).toBe(5)
  })
})

it('of ten replicas that start at once, one leads', async () => {
  const ten = Array.from({ length: 10 }, (_, index) => replica(`replica-${index}`))
  for (const one of ten) one.start()
  await until(() => timers.waiting().length === 10)
  expect(ten.filter((one) => one.isLeader())).toHaveLength(1)
  expect(sentences).toEqual([])
})

describe('a missing right', () => {
  it.each([
    ['read', ({ method }: SeenRequest) => method === 'GET'],
    ['created', ({ method }: SeenRequest) => method === 'POST'],
  ] as const)('to have it %s is told once, with its name and the fix', async (verb, isMeant) => {
    refuseFor(isMeant, 403, 'leases is forbidden')()
    const one = replica('a')
    one.start()
    await until(() => sentences.length === 1)
    const sentence =
      `The Lease sallyport/sallyport cannot be ${verb}, so that this replica writes no status: ` +
      'the API server answered 403: leases is forbidden; grant get, create and update on leases in the namespace sallyport.'
    for (let turn = 0; turn < 3; turn += 1) {
      await until(() => timers.waiting().length === 1)
      timers.pass(2_000)
    }
    expect(sentences).toEqual([sentence])
    expect(one.missingRights()).toEqual([sentence])
    api.refuse(undefined)
    await until(() => one.isLeader(), 500)
    expect(sentences.slice(1)).toEqual(['Resolved: The Lease sallyport/sallyport.'])
    expect(one.missingRights()).toEqual([])
  })
})
