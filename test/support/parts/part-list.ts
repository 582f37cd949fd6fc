/** Something that was started and can be stopped. */
export interface Part {
  readonly stop: () => Promise<unknown>
}

/** Remembers what was started, so that all of it is stopped, whatever happens on the way. */
export const createPartList = () => {
  const parts: Part[] = []
  return {
    add: async <T extends Part>(starting: Promise<T>): Promise<T> => {
      const part = await starting
      parts.push(part)
      return part
    },
    /** Stops all of it, the last started first. */
    stopAll: async (): Promise<void> => {
      for (const part of parts.splice(0).reverse()) await part.stop()
    },
  }
}
