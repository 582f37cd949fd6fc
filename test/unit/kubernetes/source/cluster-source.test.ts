import { expect, it, onTestFinished, vi } from 'vitest'
import { oneStep, type Steps, UNHURRIED } from '../../../../src/core/time/steps.ts'
import { createApiServer } from '../../../../src/kubernetes/api/api-server.ts'
import {
  type ClusterRead,
  createClusterSource,
} from '../../../../src/kubernetes/source/cluster-source.ts'
import type { DecodedObject } from '../../../../src/kubernetes/source/decoded-object.ts'
import type { ObjectRef } from '../../../../src/policy/resource/resource.ts'
import { startFakeKubeApi } from '../../../support/fake-kube-api.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { handSetTimers } from '../../../support/hand-set-timers.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const PATIENCE = { timeout: 5_000, interval: 5 }

const nothing = (): Steps<readonly ObjectRef[]> => oneStep(() => [])

const no = (): Steps<boolean> => oneStep(() => false)

const route = (name: string) => ({
  kind: 'ProtectedRoute',
  metadata: { name, namespace: 'shop' },
})

it('a status that is written is no change: it is told by itself, and no object is judged anew', async () => {
  const api = await startFakeKubeApi()
  onTestFinished(api.stop)
  const clock = handSetClock()
  const timers = handSetTimers(clock)
  const onChange = vi.fn<(read: ClusterRead) => void>()
  const onStatus = vi.fn<() => void>()
  const decode = vi.fn<() => DecodedObject>(() => ({ problems: [] }))
  const source = createClusterSource({
    api: createApiServer({ kubeconfigFile: api.kubeconfigFile }),
    clock,
    timers,
    random: seededRandom('source'),
    namespaces: [],
    decode,
    pace: UNHURRIED,
    referencesOf: nothing,
    needsLabels: no,
    onChange: (read) => oneStep(() => onChange(read)),
    onStatus,
    onError: () => undefined,
    onFailure: () => undefined,
    onRecovery: () => undefined,
  })
  onTestFinished(source.close)
  const until = (condition: () => boolean) =>
    vi.waitFor(() => {
      timers.pass(100)
      if (!condition()) throw new Error('not yet')
    }, PATIENCE)
  api.put(route('first'))
  void source.start()
  await until(() => onChange.mock.calls.length === 1 && api.watching().length === 3)
  const ref = { kind: 'ProtectedRoute', namespace: 'shop', name: 'first' } as const
  const uid = source.objectOf(ref)?.metadata.uid
  expect(onChange.mock.calls[0]?.[0].present).toEqual([{ ref, uid, generation: 1 }])
  api.putStatus('ProtectedRoute', 'shop/first', { hosts: [] })
  await until(() => onStatus.mock.calls.length === 1)
  expect(source.objectOf(ref)?.status).toEqual({ hosts: [] })
  expect(onChange).toHaveBeenCalledTimes(1)
  api.put(route('second'))
  await until(() => onChange.mock.calls.length === 2)
  expect(decode).toHaveBeenCalledTimes(2)
  expect(source.objectOf({ ...ref, name: 'third' })).toBeUndefined()
})

it('an error that nobody expected is told, and the next change is told again', async () => {
  const api = await startFakeKubeApi()
  onTestFinished(api.stop)
  const clock = handSetClock()
  const timers = handSetTimers(clock)
  const errors: unknown[] = []
  const tell = vi
    .fn(() => undefined)
    .mockImplementationOnce(() => {
      throw new Error('out of order')
    })
  const source = createClusterSource({
    api: createApiServer({ kubeconfigFile: api.kubeconfigFile }),
    clock,
    timers,
    random: seededRandom('source'),
    namespaces: [],
    decode: () => ({ problems: [] }),
    pace: UNHURRIED,
    referencesOf: nothing,
    needsLabels: no,
    onStatus: () => undefined,
    onChange: () => oneStep(tell),
    onError: (error) => errors.push(error),
    onFailure: () => undefined,
    onRecovery: () => undefined,
  })
  onTestFinished(source.close)
  const starting = source.start()
  const until = (condition: () => boolean) =>
    vi.waitFor(() => {
      timers.pass(100)
      if (!condition()) throw new Error('not yet')
    }, PATIENCE)
  await until(() => errors.length === 1 && api.watching().length === 3)
  api.put(route('first'))
  await until(() => tell.mock.calls.length === 2)
  await starting
  expect(errors).toEqual([new Error('out of order')])
})
