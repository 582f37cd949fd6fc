/** Work that goes on behind answers. */
export interface Background {
  readonly add: (work: Promise<unknown>) => void
  /** Resolves when all of it is done, or after `timeoutMs`. Never rejects. */
  readonly settled: (timeoutMs: number) => Promise<void>
}

/** Keeps track of work, whose failures are for those who began it to hear. */
export const createBackground = (): Background => {
  const pending = new Set<Promise<unknown>>()
  return {
    add: (work) => {
      const tracked: Promise<unknown> = work
        .catch(() => undefined)
        .finally(() => pending.delete(tracked))
      pending.add(tracked)
    },
    settled: async (timeoutMs) => {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, timeoutMs)
      })
      await Promise.race([Promise.all(pending), late])
      clearTimeout(timer)
    },
  }
}
