import { expect, it } from 'vitest'
import { createKeyAge } from '../../../../src/app/standing/key-age.ts'
import { Fault } from '../../../../src/core/reason/fault.ts'
import type { Backend } from '../../../../src/sessions/backend/backend.ts'
import { createMemoryBackend } from '../../../../src/sessions/memory/backend.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'
import { handSetTimers } from '../../../support/hand-set-timers.ts'
import { keysOf } from '../../../support/process-keys.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const aStore = () => {
  const clock = handSetClock()
  const timers = handSetTimers(clock)
  const backend = createMemoryBackend({ clock, random: seededRandom('age'), maxEntries: 10 })
  const replica = (keys = keysOf('a'), entries: Backend['entries'] = backend.entries) =>
    createKeyAge({ keys, entries, keyPrefix: 'test', clock, timers })
  return { clock, timers, backend, replica }
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
}

it('a key is as old as the first replica that sealed by it', async () => {
  const { clock, timers, replica } = aStore()
  const first = replica()
  expect(first.sinceMs()).toBeUndefined()
  const beganMs = clock.nowMs()
  first.start()
  await settled()
  timers.pass(86_400_000)
  const second = replica()
  second.start()
  await settled()
  expect([first.sinceMs(), second.sinceMs()]).toEqual([beganMs, beganMs])
})

it('a key that is put in front begins its own age, within a minute', async () => {
  const { clock, timers, replica } = aStore()
  const keys = keysOf('a')
  const age = replica(keys)
  age.start()
  await settled()
  timers.pass(86_400_000)
  await settled()
  keys.replace(keysOf('b').all())
  expect(age.sinceMs()).toBeUndefined()
  timers.pass(60_000)
  await settled()
  expect(age.sinceMs()).toBe(clock.nowMs())
})

it('a store that is away is asked again, and one that holds nonsense tells no age', async () => {
  const { clock, timers, backend, replica } = aStore()
  let isAway = true
  const entries: Backend['entries'] = {
    ...backend.entries,
    create: async (...words) => {
      if (isAway) throw new Fault('session_store_unavailable', 'It is away.')
      return backend.entries.create(...words)
    },
  }
  const age = replica(keysOf('a'), entries)
  age.start()
  await settled()
  expect(age.sinceMs()).toBeUndefined()
  isAway = false
  timers.pass(60_000)
  await settled()
  expect(age.sinceMs()).toBe(clock.nowMs())
  const odd = replica(keysOf('a'), { ...entries, read: async () => Buffer.from('soon') })
  odd.start()
  await settled()
  expect(odd.sinceMs()).toBeUndefined()
})

it('nothing is asked any more once it was stopped', async () => {
  const { timers, replica } = aStore()
  const age = replica()
  age.start()
  await settled()
  age.stop()
  expect(timers.waiting()).toEqual([])
})
