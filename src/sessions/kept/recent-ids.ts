/** A value for each of the ids that were heard of lately. */
export interface RecentIds<V> {
  readonly get: (id: string) => V | undefined
  readonly has: (id: string) => boolean
  readonly set: (id: string, value: V) => void
  readonly delete: (id: string) => void
}

/** At most `maxEntries`: those go first that were asked for (`get`) or set longest ago. */
export const createRecentIds = <V>(maxEntries: number): RecentIds<V> => {
  const values = new Map<string, V>()

  const renew = (id: string, value: V): void => {
    values.delete(id)
    values.set(id, value)
  }

  return {
    get: (id) => {
      const value = values.get(id)
      if (value !== undefined) renew(id, value)
      return value
    },
    has: (id) => values.has(id),
    set: (id, value) => {
      renew(id, value)
      if (values.size <= maxEntries) return
      for (const oldest of values.keys()) {
        values.delete(oldest)
        return
      }
    },
    delete: (id) => void values.delete(id),
  }
}
