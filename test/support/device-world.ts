import { onTestFinished } from 'vitest'
import type { Policy } from '../../src/core/policy/policy.ts'
import { createDeviceBrowser, type DeviceBrowserOptions } from './device-browser.ts'
import {
  aBindingPolicy,
  createDeviceReplica,
  type DeviceReplica,
  memoryBackend,
  type ReplicaOptions,
} from './device-gateway.ts'
import type { Send } from './device-wire.ts'
import { type HandSetClock, handSetClock } from './hand-set-clock.ts'
import { connectTo } from './redis-under-test.ts'

/** Replicas at one store, and browsers that speak to the one that a test says. */
export interface DeviceWorld {
  readonly clock: HandSetClock
  readonly replica: (changes?: Partial<ReplicaOptions>) => DeviceReplica
  readonly browser: (
    send: Send,
    changes?: Partial<DeviceBrowserOptions>,
  ) => ReturnType<typeof createDeviceBrowser>
  /** A browser that has signed in and bound its session. */
  readonly boundBrowser: (
    replica: DeviceReplica,
    changes?: Partial<DeviceBrowserOptions>,
  ) => Promise<ReturnType<typeof createDeviceBrowser>>
}

let worlds = 0

/**
 * A world of its own, with its sessions in the Redis of this URL or in memory, as if that were one
 * that replicas share. All of it ends with the test.
 */
export const createDeviceWorld = (
  redisUrl: string | undefined,
  policy: Policy = aBindingPolicy(),
): DeviceWorld => {
  worlds += 1
  const clock = handSetClock()
  const keyPrefix = `world-${worlds}`
  const inMemory = memoryBackend(clock)

  const replica: DeviceWorld['replica'] = (changes = {}) => {
    const backend = redisUrl === undefined ? inMemory : connectTo({ url: redisUrl })
    const made = createDeviceReplica({ backend, policy, clock, keyPrefix, ...changes })
    onTestFinished(async () => {
      await made.close()
      if (backend !== inMemory) await backend.close()
    })
    return made
  }
  const browser: DeviceWorld['browser'] = (send, changes = {}) =>
    createDeviceBrowser({ send, clock, ...changes })
  return {
    clock,
    replica,
    browser,
    boundBrowser: async ({ send, settled }, changes) => {
      const made = browser(send, changes)
      await made.signIn()
      await settled()
      return made
    },
  }
}
