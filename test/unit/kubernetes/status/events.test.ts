import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createApiCalls } from '../../../../src/kubernetes/api/api-calls.ts'
import { createApiServer } from '../../../../src/kubernetes/api/api-server.ts'
import type { DesiredCondition } from '../../../../src/kubernetes/conditions/desired-status.ts'
import { createEvents, type Events } from '../../../../src/kubernetes/status/events.ts'
import { transitionsOf } from '../../../../src/kubernetes/status/transitions.ts'
import type { ApiObject } from '../../../../src/kubernetes/watch/watch-line.ts'
import { type FakeKubeApi, startFakeKubeApi } from '../../../support/fake-kube-api.ts'
import { type HandSetClock, handSetClock } from '../../../support/hand-set-clock.ts'

const PATIENCE = { timeout: 5_000, interval: 5 }

let api: FakeKubeApi
let clock: HandSetClock
let events: Events
let sentences: string[]

beforeEach(async () => {
  api = await startFakeKubeApi()
  clock = handSetClock()
  sentences = []
  events = createEvents({
    calls: createApiCalls(createApiServer({ kubeconfigFile: api.kubeconfigFile }), 10_000),
    clock,
    identity: 'sallyport-0_abc',
    onFailure: (sentence) => sentences.push(sentence),
    onRecovery: (sentence) => sentences.push(sentence),
  })
})

afterEach(async () => {
  await events.close()
  await api.stop()
})

const ref = { kind: 'ProtectedRoute', namespace: 'shop', name: 'shop' } as const

const objectWith = (uid: string, conditions?: readonly object[]): ApiObject => ({
  metadata: { ...ref, resourceVersion: '7', uid },
  ...(conditions === undefined ? {} : { status: { conditions } }),
})

const broken: DesiredCondition = {
  type: 'Programmed',
  status: 'False',
  reason: 'ClientNotReady',
  message: 'OIDCClient shop/shop cannot be used.',
}

const published = (count: number): Promise<void> =>
  vi.waitFor(() => expect(api.writes).toHaveLength(count), PATIENCE)

/** What was refused by the budget would have arrived before this. */
const nothingElse = async (count: number): Promise<void> => {
  events.publish(objectWith('the last'), ref, broken)
  await published(count + 1)
}

it('a transition is an Event about the very object, in its namespace', async () => {
  events.publish(objectWith('u'), ref, broken)
  await published(1)
  expect(api.writes[0]).toMatchObject({
    method: 'POST',
    path: '/apis/events.k8s.io/v1/namespaces/shop/events',
    object: {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      eventTime: '2031-05-05T06:07:08.000000Z',
      reportingController: 'sallyport.dev/controller',
      reportingInstance: 'sallyport-0_abc',
      regarding: {
        apiVersion: 'sallyport.dev/v1alpha1',
        kind: 'ProtectedRoute',
        namespace: 'shop',
        name: 'shop',
        uid: 'u',
        resourceVersion: '7',
      },
      type: 'Warning',
      reason: 'ClientNotReady',
      action: 'Programmed',
      note: 'OIDCClient shop/shop cannot be used.',
    },
  })
})

it('good news is Normal, and a note is never longer than the API takes', async () => {
  const good = { ...broken, status: 'True', message: 'x'.repeat(5_000) } as const
  events.publish(objectWith('u'), ref, good)
  await published(1)
  const { type, note } = Object(api.writes[0]?.object)
  expect(type).toBe('Normal')
  expect(String(note)).toHaveLength(1_024)
})

it('an object that flaps has ten Events, then one a minute, and takes none from others', async () => {
  for (let turn = 0; turn < 30; turn += 1) events.publish(objectWith('flaps'), ref, broken)
  await published(10)
  await nothingElse(10)
  clock.advance(60_000)
  for (let turn = 0; turn < 30; turn += 1) events.publish(objectWith('flaps'), ref, broken)
  await published(12)
})

it('a missing right is told once, with its name, and once more when it is there', async () => {
  api.refuse(({ method }) =>
    method === 'POST' ? { status: 403, message: 'events is forbidden' } : undefined,
  )
  events.publish(objectWith('u'), ref, broken)
  events.publish(objectWith('v'), ref, broken)
  await vi.waitFor(() => expect(sentences).toHaveLength(1), PATIENCE)
  expect(sentences).toEqual([
    'Events cannot be written: the API server answered 403: events is forbidden; grant create on events in the API group events.k8s.io.',
  ])
  expect(events.missingRights()).toEqual(sentences)
  await vi.waitFor(() => expect(api.requests.length).toBe(2), PATIENCE)
  api.refuse(undefined)
  events.publish(objectWith('u'), ref, broken)
  await vi.waitFor(() => expect(sentences).toHaveLength(2), PATIENCE)
  expect(events.missingRights()).toEqual([])
})

it('an API server that is away is not waited for, and is nobody else to complain about', async () => {
  await api.takeDown()
  events.publish(objectWith('u'), ref, broken)
  await events.close()
  expect(sentences).toEqual([])
  await api.bringUp()
})

const written = (type: string, status: string, reason: string, message = 'So it is.') => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: '2031-05-05T06:07:08Z',
})

it('a condition has moved when its status or reason did, not when its message did', () => {
  const before = objectWith('u', [
    written('Accepted', 'True', 'Accepted'),
    written('ResolvedRefs', 'True', 'ResolvedRefs'),
    written('Programmed', 'True', 'Programmed'),
  ])
  const after = {
    conditions: [
      written('Accepted', 'True', 'PartiallyAccepted'),
      written('ResolvedRefs', 'True', 'ResolvedRefs', 'Otherwise.'),
      written('Programmed', 'False', 'Programmed'),
    ],
  } as never
  expect(transitionsOf(before, after).map(({ type }) => type)).toEqual(['Accepted', 'Programmed'])
})

it('of a new object, what sums it up is told and what is wrong, and no more', () => {
  const after = {
    conditions: [
      written('Accepted', 'True', 'Accepted'),
      written('ResolvedRefs', 'False', 'SecretNotFound'),
      written('Ready', 'True', 'Ready'),
    ],
  } as never
  expect(transitionsOf(objectWith('u'), after).map(({ type }) => type)).toEqual([
    'ResolvedRefs',
    'Ready',
  ])
})

it('D1: Stalled and a Ready that repeat another condition are no news of their own', () => {
  const why = 'Every host of this route belongs to another route.'
  const after = {
    conditions: [
      written('Programmed', 'False', 'HostConflict', why),
      written('Ready', 'False', 'HostConflict', why),
      written('Stalled', 'True', 'HostConflict', why),
    ],
  } as never
  expect(transitionsOf(objectWith('u'), after).map(({ type }) => type)).toEqual(['Programmed'])
})
