/** Something that was started and can be stopped. */
export interface Part {
  readonly stop: () => Promise<unknown>
}

/** Waits for what is starting, and remembers it as something to stop. */
export type AddPart = <T extends Part>(starting: Promise<T>) => Promise<T>

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

/** What `start` makes, with a `stop` for every part that it added. What fails leaves no part behind. */
export const startAll = async <T>(
  start: (add: AddPart) => Promise<T>,
): Promise<T & { readonly stop: () => Promise<void> }> => {
  const parts = createPartList()
  try {
    return { ...(await start(parts.add)), stop: parts.stopAll }
  } catch (error) {
    await parts.stopAll()
    throw error
  }
}
