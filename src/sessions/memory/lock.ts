import { Fault } from '../../core/reason/fault.ts'
import type { Lock } from '../../core/session/lock.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { Random } from '../../core/time/random.ts'
import { assertUnspent } from '../backend/budget.ts'
import { pause } from '../backend/pause.ts'
import { createExpiringMap } from './expiring-map.ts'

const TOKEN_BYTES = 16

/** Locks within this process. */
export const createMemoryLock = (deps: {
  readonly clock: Clock
  readonly random: Random
  readonly maxEntries: number
}): Lock => {
  const { clock, random, maxEntries } = deps
  const held = createExpiringMap<string>({ clock, maxEntries, whenFull: 'refuse' })
  return {
    acquire: async (name, ttlMs, budget) => {
      assertUnspent(budget)
      if (held.get(name) !== undefined) return undefined
      const token = random.token(TOKEN_BYTES)
      if (!held.set(name, token, ttlMs)) {
        throw new Fault('session_store_unavailable', 'Too many locks are held.')
      }
      return {
        isHeld: () => held.get(name) === token,
        release: async () => {
          if (held.get(name) === token) held.delete(name)
        },
      }
    },
    pause: (budget) => pause(random, budget),
  }
}
