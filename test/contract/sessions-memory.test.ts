import { createMemoryBackend } from '../../src/sessions/memory/backend.ts'
import { handSetClock } from '../support/hand-set-clock.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { directoryContract } from './directory.contract.ts'
import { keyStoreContract } from './key-store.contract.ts'
import { type BackendUnderTest, backendContract } from './sessions.contract.ts'

const DAY_MS = 24 * 3_600_000

const start = async (): Promise<BackendUnderTest> => {
  const clock = handSetClock()
  const random = seededRandom('memory backend')
  const backend = createMemoryBackend({ clock, random, maxEntries: 1000 })
  return {
    replica: () => backend,
    endLifetimes: async () => clock.advance(DAY_MS),
    stop: backend.close,
  }
}

backendContract('memory', start)
directoryContract('memory', start)
keyStoreContract('memory', start)
