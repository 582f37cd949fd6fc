import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApiServer } from '../../../../src/kubernetes/api/api-server.ts'
import {
  type CollectionWatch,
  createCollectionWatch,
} from '../../../../src/kubernetes/watch/collection-watch.ts'
import { type FakeKubeApi, startFakeKubeApi } from '../../../support/fake-kube-api.ts'
import { type HandSetClock, handSetClock } from '../../../support/hand-set-clock.ts'
import { type HandSetTimers, handSetTimers } from '../../../support/hand-set-timers.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

let api: FakeKubeApi
let clock: HandSetClock
let timers: HandSetTimers
let watch: CollectionWatch
let notices: number
let statusNotices: number

beforeEach(async () => {
  api = await startFakeKubeApi()
  clock = handSetClock()
  timers = handSetTimers(clock)
  notices = 0
  statusNotices = 0
  watch = createCollectionWatch({
    api: createApiServer({ kubeconfigFile: api.kubeconfigFile }),
    clock,
    timers,
    random: seededRandom('watch'),
    path: '/apis/sallyport.dev/v1alpha1/protectedroutes',
    onChange: () => {
      notices += 1
    },
    onStatus: () => {
      statusNotices += 1
    },
  })
})

afterEach(async () => {
  await watch.close()
  await api.stop()
})

const route = (name: string, note = '') => ({
  kind: 'ProtectedRoute',
  apiVersion: 'sallyport.dev/v1alpha1',
  metadata: { name, namespace: 'shop', annotations: { note } },
})

const names = (): readonly string[] => watch.objects().map(({ metadata }) => metadata.name)

const until = (condition: () => boolean): Promise<boolean> =>
  vi.waitFor(
    () => {
      if (!condition()) throw new Error('not yet')
      return true
    },
    { timeout: 5_000, interval: 5 },
  )

const watching = () => until(() => api.watching().length === 1)

const lists = (): number => api.requests.filter(({ isWatch }) => !isWatch).length

/** Lets the pause before the next attempt pass, when it has begun. */
const passPause = async (): Promise<void> => {
  await until(() => (timers.waiting()[0] ?? Number.POSITIVE_INFINITY) <= 1_000)
  timers.pass(1_000)
}

const started = async (): Promise<void> => {
  watch.start()
  await watching()
}

describe('a watch that goes well', () => {
  it('lists, then follows additions, changes and deletions', async () => {
    api.put(route('first'))
    await started()
    expect(names()).toEqual(['first'])
    api.put(route('second'))
    api.remove('ProtectedRoute', 'shop/first')
    await until(() => names().join() === 'second')
  })

  it('tells a written status apart from a change, and has it', async () => {
    api.put(route('first'))
    await started()
    const before = notices
    api.putStatus('ProtectedRoute', 'shop/first', { note: 'written' })
    await until(() => statusNotices === 1)
    expect(watch.object('shop', 'first')?.status).toEqual({ note: 'written' })
    expect(notices).toBe(before)
    api.put(route('first', 'annotated'))
    await until(() => notices === before + 1)
    expect(statusNotices).toBe(1)
  })

  it('keeps objects without what nobody reads', async () => {
    const { metadata, ...rest } = route('first')
    api.put({
      ...rest,
      metadata: { ...metadata, managedFields: [{ manager: 'kubectl' }] } as never,
    })
    await started()
    expect(watch.object('shop', 'first')?.metadata).not.toHaveProperty('managedFields')
  })

  it('keeps an object that a new list holds in the same version', async () => {
    api.put(route('first'))
    await started()
    const first = watch.object('shop', 'first')
    api.expireWatches()
    await passPause()
    await until(() => lists() === 2)
    await watching()
    expect(watch.object('shop', 'first')).toBe(first)
  })

  it('presents the token of the kubeconfig', async () => {
    await started()
    expect(api.requests.map(({ authorization }) => authorization)).toEqual([
      'Bearer a-token',
      'Bearer a-token',
    ])
  })

  it('reads a list of several pages whole', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) api.put(route(name))
    api.pageOf(2)
    await started()
    expect(names()).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('goes on where a watch that ended by itself was, without another list', async () => {
    await started()
    api.put(route('first'))
    await until(() => names().length === 1)
    clock.advance(40_000)
    api.endWatches()
    await until(() => api.requests.length === 3)
    await watching()
    expect(lists()).toBe(1)
    expect(api.requests.at(-1)?.query.get('resourceVersion')).toBe('101')
  })

  it('goes on from the version of a bookmark', async () => {
    await started()
    api.bookmark()
    const heardMs = clock.nowMs() + 40_000
    clock.advance(40_000)
    api.bookmark()
    await until(() => watch.heardAtMs() === heardMs)
    api.endWatches()
    await until(() => api.requests.length === 3)
    expect(api.requests.at(-1)?.query.get('resourceVersion')).toBe('102')
  })

  it('asks for bookmarks and for an end within the time that silence is borne', async () => {
    await started()
    const query = api.requests.at(-1)?.query
    expect(query?.get('allowWatchBookmarks')).toBe('true')
    expect(Number(query?.get('timeoutSeconds')) * 1_000).toBeLessThan(timers.waiting()[0] ?? 0)
  })
})

describe('a watch that fails', () => {
  it('R30: is not synced by a list that was refused, and keeps trying', async () => {
    api.put(route('first'))
    api.refuse(() => ({ status: 403, message: 'protectedroutes is forbidden' }))
    watch.start()
    await until(() => watch.failure() !== undefined)
    expect(watch.synced()).toBe(false)
    expect(watch.failure()?.message).toBe(
      'the API server answered 403: protectedroutes is forbidden',
    )
    api.refuse(undefined)
    await passPause()
    await until(() => watch.synced() && watch.failure() === undefined)
    expect(names()).toEqual(['first'])
  })

  it('R30: is not synced by the first page of a list', async () => {
    for (const name of ['a', 'b', 'c']) api.put(route(name))
    api.pageOf(2)
    api.refuse(({ query }) => (query.has('continue') ? { status: 500 } : undefined))
    watch.start()
    await until(() => watch.failure() !== undefined)
    expect(watch.synced()).toBe(false)
    expect(names()).toEqual([])
  })

  it('R30: keeps what it knows while the API server is away, and catches up when it is back', async () => {
    api.put(route('first'))
    await started()
    await api.takeDown()
    await until(() => watch.failure() !== undefined)
    expect(names()).toEqual(['first'])
    expect(watch.synced()).toBe(true)
    api.put(route('second'))
    await api.bringUp()
    await passPause()
    await until(() => names().join() === 'first,second')
    await until(() => watch.failure() === undefined)
  })

  it('lists anew when its version is too old, and counts that as no failure', async () => {
    api.put(route('first'))
    await started()
    api.expireWatches()
    await passPause()
    await until(() => lists() === 2)
    await watching()
    expect(watch.failure()).toBeUndefined()
  })

  it('learns from the new list what was deleted while nobody listened', async () => {
    api.put(route('first'))
    await started()
    api.stall()
    api.remove('ProtectedRoute', 'shop/first')
    api.unstall()
    api.dropWatches()
    await passPause()
    await until(() => names().length === 0)
  })

  it('notices a connection that is dead without having ended', async () => {
    await started()
    api.stall()
    api.put(route('first'))
    timers.pass(49_999)
    expect(watch.failure()).toBeUndefined()
    timers.pass(1)
    await until(() => watch.failure() !== undefined)
    expect(watch.failure()?.message).toBe('nothing was heard for 50 seconds')
    await passPause()
    await until(() => names().join() === 'first')
  })

  it('lists anew after a line that is no notice', async () => {
    api.put(route('first'))
    await started()
    api.write('<html>\n')
    await passPause()
    await until(() => lists() === 2)
    expect(names()).toEqual(['first'])
  })

  it('waits as long as the API server asks for', async () => {
    api.refuse(() => ({ status: 429, headers: { 'retry-after': '45' } }))
    watch.start()
    await until(() => watch.failure() !== undefined)
    await until(() => timers.waiting().length === 1)
    expect(timers.waiting()).toEqual([45_000])
  })

  it('waits longer after each failure, and never longer than half a minute', async () => {
    api.refuse(() => ({ status: 500 }))
    watch.start()
    const waits: number[] = []
    for (let count = 1; count <= 9; count += 1) {
      await until(() => lists() === count && (timers.waiting()[0] ?? 15_000) !== 15_000)
      const [wait = 0] = timers.waiting()
      waits.push(wait)
      timers.pass(wait)
    }
    for (const [index, wait] of waits.entries()) {
      const ceiling = Math.min(30_000, 500 * 2 ** index)
      expect(wait).toBeGreaterThanOrEqual(ceiling / 2)
      expect(wait).toBeLessThanOrEqual(ceiling)
    }
  })

  it('pauses when watches end at once, so that nobody is asked in a circle', async () => {
    await started()
    api.endWatches()
    await until(() => (timers.waiting()[0] ?? Number.POSITIVE_INFINITY) <= 500)
    expect(api.requests).toHaveLength(2)
  })
})

describe('a watch that is closed', () => {
  it('asks and tells nothing any more', async () => {
    await started()
    const told = notices
    await watch.close()
    await until(() => api.watching().length === 0)
    api.put(route('first'))
    timers.pass(600_000)
    expect(notices).toBe(told)
    expect(api.requests).toHaveLength(2)
    expect(timers.waiting()).toEqual([])
  })
})
