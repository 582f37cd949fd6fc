import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UNHURRIED } from '../../../../src/core/time/steps.ts'
import { createApiCalls } from '../../../../src/kubernetes/api/api-calls.ts'
import { createApiServer } from '../../../../src/kubernetes/api/api-server.ts'
import type { DesiredStatus } from '../../../../src/kubernetes/conditions/desired-status.ts'
import {
  createStatusWriter,
  type StatusWriter,
} from '../../../../src/kubernetes/status/status-writer.ts'
import type { ApiObject } from '../../../../src/kubernetes/watch/watch-line.ts'
import type { ObjectRef } from '../../../../src/policy/resource/resource.ts'
import {
  type FakeKubeApi,
  startFakeKubeApi,
  type WrittenObject,
} from '../../../support/fake-kube-api.ts'
import { type HandSetClock, handSetClock } from '../../../support/hand-set-clock.ts'
import { type HandSetTimers, handSetTimers } from '../../../support/hand-set-timers.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

let api: FakeKubeApi
let clock: HandSetClock
let timers: HandSetTimers
let writer: StatusWriter
/** What the watch told last: like the truth, but for as long as it lags behind. */
let told: Map<string, WrittenObject | undefined>
let seen: Map<string, ApiObject>
let leads: boolean
let checkedAtMs: number | undefined
let sentences: string[]
let moved: string[]

const keyOf = ({ namespace, name }: ObjectRef): string => `${namespace}/${name}`

const objectOf = (ref: ObjectRef): ApiObject | undefined => {
  const key = keyOf(ref)
  const object = told.has(key) ? told.get(key) : api.get(ref.kind, key)
  const known = seen.get(key)
  // A watch gives the same object as long as it is the same version.
  if (known?.metadata.resourceVersion === object?.metadata.resourceVersion) return known
  if (object !== undefined) seen.set(key, object as ApiObject)
  return object as ApiObject | undefined
}

beforeEach(async () => {
  api = await startFakeKubeApi()
  clock = handSetClock()
  timers = handSetTimers(clock)
  told = new Map()
  seen = new Map()
  leads = true
  checkedAtMs = undefined
  sentences = []
  moved = []
  writer = createStatusWriter({
    calls: createApiCalls(createApiServer({ kubeconfigFile: api.kubeconfigFile }), 10_000),
    clock,
    timers,
    random: seededRandom('writer'),
    pace: UNHURRIED,
    objectOf,
    isLeader: () => leads,
    lastChecksOf: () => () => checkedAtMs,
    onTransition: (_, ref, { type, status }) => moved.push(`${keyOf(ref)} ${type} ${status}`),
    onError: (error) => {
      throw error
    },
    onFailure: (sentence) => sentences.push(sentence),
    onRecovery: (sentence) => sentences.push(sentence),
  })
})

afterEach(async () => {
  await writer.close()
  await api.stop()
})

const put = (path = 'shop/shop'): void => {
  const [namespace = '', name = ''] = path.split('/')
  api.put({
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'ProtectedRoute',
    metadata: { namespace, name },
    spec: { hosts: [`${name}.example.com`] },
  })
}

const wanted = (
  path = 'shop/shop',
  message = 'In force.',
  status: 'True' | 'False' = 'True',
): DesiredStatus => {
  const [namespace = '', name = ''] = path.split('/')
  const { metadata } = Object(api.get('ProtectedRoute', path))
  return {
    ref: { kind: 'ProtectedRoute', namespace, name },
    uid: metadata.uid,
    generation: metadata.generation,
    conditions: [{ type: 'Programmed', status, reason: 'Programmed', message }],
    hosts: [{ host: `${name}.example.com`, state: 'Programmed' }],
  }
}

const written = (): readonly string[] => api.writes.map(({ path }) => path.split('/').at(-2) ?? '')

const attempts = (): number => api.requests.filter(({ method }) => method === 'PUT').length

const messageOf = (path = 'shop/shop'): unknown =>
  Object(Object(api.get('ProtectedRoute', path)?.status).conditions?.[0]).message

/** Time passes, second by second, until it is so. */
const until = (condition: () => boolean, stepMs = 0): Promise<void> =>
  vi.waitFor(
    () => {
      timers.pass(stepMs)
      if (!condition()) throw new Error('not yet')
    },
    { timeout: 5_000, interval: 2 },
  )

/** Whatever was begun before has ended: these calls were begun later, and one after the other. */
const settled = async (): Promise<void> => {
  const probe = createApiCalls(createApiServer({ kubeconfigFile: api.kubeconfigFile }), 1_000)
  for (let turn = 0; turn < 3; turn += 1) {
    await probe.get('/apis/sallyport.dev/v1alpha1/oidcclients', new AbortController().signal)
  }
}

describe('writing', () => {
  it('puts the whole object with its version under /status', async () => {
    put()
    writer.want([wanted()])
    await until(() => written().length === 1)
    expect(api.writes[0]).toMatchObject({
      method: 'PUT',
      path: '/apis/sallyport.dev/v1alpha1/namespaces/shop/protectedroutes/shop/status',
      object: {
        apiVersion: 'sallyport.dev/v1alpha1',
        kind: 'ProtectedRoute',
        metadata: { name: 'shop', namespace: 'shop' },
        spec: { hosts: ['shop.example.com'] },
        status: { conditions: [{ type: 'Programmed', status: 'True', observedGeneration: 1 }] },
      },
    })
    await until(() => moved.length === 1)
    expect(moved).toEqual(['shop/shop Programmed True'])
  })

  it('writes nothing that is there already, however often it looks', async () => {
    put()
    writer.want([wanted()])
    await until(() => written().length === 1)
    for (let turn = 0; turn < 5; turn += 1) {
      timers.pass(5_000)
      writer.want([wanted()])
      writer.notice()
    }
    await settled()
    expect(written()).toEqual(['shop'])
    expect(moved).toHaveLength(1)
  })

  it('does not write twice while the watch has not told of the first time', async () => {
    put()
    told.set('shop/shop', api.get('ProtectedRoute', 'shop/shop'))
    writer.want([wanted()])
    await until(() => written().length === 1)
    await until(() => moved.length === 1)
    timers.pass(5_000)
    writer.notice()
    await settled()
    expect(attempts()).toBe(1)
    told.clear()
    writer.want([wanted('shop/shop', 'Otherwise.')])
    await until(() => messageOf() === 'Otherwise.', 1_000)
  })

  it('mends what somebody else wrote over it', async () => {
    put()
    writer.want([wanted()])
    await until(() => written().length === 1)
    const key = '/apis/sallyport.dev/v1alpha1/namespaces/shop/protectedroutes/shop/status'
    const calls = createApiCalls(createApiServer({ kubeconfigFile: api.kubeconfigFile }), 1_000)
    const object = { ...api.get('ProtectedRoute', 'shop/shop'), status: { conditions: [] } }
    await calls.write({ method: 'PUT', path: key, object }, new AbortController().signal)
    expect(messageOf()).toBeUndefined()
    writer.notice()
    await until(() => messageOf() === 'In force.', 1_000)
  })

  it('starts nothing as long as another replica leads, and everything once this one does', async () => {
    put()
    leads = false
    writer.want([wanted()])
    await settled()
    expect(written()).toEqual([])
    leads = true
    writer.notice()
    await until(() => written().length === 1)
  })

  it('writes when a host was last checked even if another replica leads', async () => {
    put()
    writer.want([wanted()])
    await until(() => written().length === 1)
    leads = false
    checkedAtMs = clock.nowMs()
    writer.want([wanted('shop/shop', 'What only the leader may say.', 'False')])
    await until(() => written().length === 2, 1_000)
    expect(api.get('ProtectedRoute', 'shop/shop')?.status).toMatchObject({
      conditions: [{ message: 'In force.', status: 'True' }],
      hosts: [{ host: 'shop.example.com', lastCheckTime: '2031-05-05T06:07:00Z' }],
    })
    checkedAtMs += 1_000
    timers.pass(5_000)
    writer.notice()
    await settled()
    expect(written()).toHaveLength(2)
  })

  it('notices a check of an object that had nothing to write', async () => {
    put()
    writer.want([wanted()])
    await until(() => moved.length === 1)
    timers.pass(5_000)
    writer.notice()
    checkedAtMs = clock.nowMs()
    writer.notice()
    await until(() => written().length === 2)
  })

  it('leaves an object alone that is gone, or is another one by now', async () => {
    put()
    const former = wanted()
    api.remove('ProtectedRoute', 'shop/shop')
    writer.want([former])
    put()
    writer.notice()
    await settled()
    expect(written()).toEqual([])
  })
})

describe('a conflict', () => {
  it('overwrites nothing, and is taken up with what is there by then', async () => {
    put()
    const lagging = api.get('ProtectedRoute', 'shop/shop')
    told.set('shop/shop', lagging)
    put()
    writer.want([{ ...wanted(), generation: 1 }])
    await until(() => api.requests.some(({ method }) => method === 'PUT'))
    await settled()
    expect(written()).toEqual([])
    expect(sentences).toEqual([])
    told.clear()
    writer.want([wanted()])
    await until(() => written().length === 1, 500)
    expect(messageOf()).toBe('In force.')
  })
})

describe('a refusal', () => {
  const refuse = (status: number, message: string): void =>
    api.refuse(({ method }) => (method === 'PUT' ? { status, message } : undefined))

  it('for want of a right is told once, with the right, and once more when it is there', async () => {
    put()
    put('shop/other')
    refuse(403, 'protectedroutes/status is forbidden')
    writer.want([wanted(), wanted('shop/other')])
    await until(() => sentences.length === 1)
    const sentence =
      'The status of ProtectedRoute objects cannot be written: the API server answered 403: protectedroutes/status is forbidden; ' +
      'grant update on protectedroutes/status in the API group sallyport.dev.'
    await until(() => writer.missingRights().length === 1, 1_000)
    expect(sentences).toEqual([sentence])
    expect(writer.missingRights()).toEqual([sentence])
    api.refuse(undefined)
    await until(() => written().length === 2, 1_000)
    await until(() => sentences.length === 2)
    expect(sentences[1]).toBe('Resolved: The status of ProtectedRoute objects.')
    expect(writer.missingRights()).toEqual([])
  })

  it('of what is written is told, and does not keep others from being written', async () => {
    put()
    put('shop/other')
    api.refuse(({ method, path }) =>
      method === 'PUT' && path.includes('/shop/status')
        ? { status: 422, message: 'status.hosts: too many' }
        : undefined,
    )
    writer.want([wanted(), wanted('shop/other')])
    await until(() => written().length === 1 && sentences.length === 1, 100)
    expect(written()).toEqual(['other'])
    expect(sentences).toEqual([
      'The status of ProtectedRoute shop/shop cannot be written: the API server answered 422: status.hosts: too many.',
    ])
    expect(writer.missingRights()).toEqual([])
  })

  it('is not answered by a storm of further attempts', async () => {
    put()
    refuse(429, 'too many requests')
    writer.want([wanted()])
    await until(() => attempts() === 1)
    await settled()
    for (let second = 0; second < 10; second += 1) {
      timers.pass(1_000)
      writer.notice()
      await settled()
    }
    expect(attempts()).toBeLessThan(7)
    api.refuse(undefined)
    await until(() => written().length === 1, 1_000)
    expect(sentences).toEqual([])
  })
})

describe('many objects', () => {
  const statusOrder = (): readonly string[] =>
    api.writes.map(({ path }) => path.split('/')[5] ?? '')

  it('of one namespace do not make those of another one wait', async () => {
    for (let index = 0; index < 200; index += 1) put(`crowded/route-${index}`)
    put('quiet/route')
    const crowd = Array.from({ length: 200 }, (_, index) => wanted(`crowded/route-${index}`))
    writer.want([...crowd, wanted('quiet/route')])
    await until(() => written().length > 8)
    expect(statusOrder().slice(0, 8)).toContain('quiet')
  })

  it('are written at a bounded rate', async () => {
    for (let index = 0; index < 100; index += 1) put(`crowded/route-${index}`)
    writer.want(Array.from({ length: 100 }, (_, index) => wanted(`crowded/route-${index}`)))
    await until(() => written().length === 50)
    await settled()
    expect(written()).toHaveLength(50)
    await until(() => written().length === 100, 20)
  })

  it('that flap are written once a second, with their latest state', async () => {
    put()
    writer.want([wanted()])
    await until(() => moved.length === 1)
    for (let turn = 0; turn < 50; turn += 1) writer.want([wanted('shop/shop', `Turn ${turn}.`)])
    await settled()
    expect(written()).toHaveLength(1)
    await until(() => written().length === 2, 500)
    expect(messageOf()).toBe('Turn 49.')
  })
})

it('no more than four writes are under way at once', async () => {
  const begun: string[] = []
  const busy = createStatusWriter({
    calls: {
      get: () => Promise.reject(new Error('nothing is read')),
      write: ({ path }) => {
        begun.push(path)
        return new Promise(() => undefined)
      },
    },
    clock,
    timers,
    random: seededRandom('busy'),
    pace: UNHURRIED,
    objectOf,
    isLeader: () => true,
    lastChecksOf: () => () => undefined,
    onTransition: () => undefined,
    onError: () => undefined,
    onFailure: () => undefined,
    onRecovery: () => undefined,
  })
  for (let index = 0; index < 10; index += 1) put(`shop/route-${index}`)
  busy.want(Array.from({ length: 10 }, (_, index) => wanted(`shop/route-${index}`)))
  expect(begun).toHaveLength(4)
})

it('nothing is begun after it was closed', async () => {
  put()
  await writer.close()
  writer.want([wanted()])
  writer.notice()
  timers.pass(10_000)
  await settled()
  expect(written()).toEqual([])
})
