import type { Heard, Notices } from '../backend/notices.ts'

/** Notices within this process. */
export const createMemoryNotices = (): Notices => {
  const listeners: ((heard: Heard) => void)[] = []
  return {
    publish: async (notice) => {
      for (const listener of listeners) listener(notice)
    },
    subscribe: (listener) => void listeners.push(listener),
    isHealthy: () => true,
  }
}
