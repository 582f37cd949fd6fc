import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

interface Entry {
  readonly payload: AdapterPayload
  readonly expiresAtMs: number
}

/**
 * Keeps what the provider remembers for as long as the test runs, also when its keys are changed
 * meanwhile.
 */
export const createProviderStore = (): {
  readonly adapter: AdapterFactory
  /** Forgets everything of one kind, such as `RefreshToken`. */
  readonly forget: (model: string) => void
} => {
  const entries = new Map<string, Entry>()

  const read = (key: string): AdapterPayload | undefined => {
    const entry = entries.get(key)
    if (entry === undefined) return undefined
    if (entry.expiresAtMs > Date.now()) return entry.payload
    entries.delete(key)
    return undefined
  }
  const readBy = (model: string, isWanted: (payload: AdapterPayload) => boolean) => {
    const key = [...entries.keys()].find((candidate) => {
      const payload = candidate.startsWith(`${model}:`) ? read(candidate) : undefined
      return payload !== undefined && isWanted(payload)
    })
    return key === undefined ? undefined : read(key)
  }

  const adapter: AdapterFactory = (model): Adapter => ({
    upsert: async (id, payload, expiresInSeconds) => {
      const expiresAtMs =
        expiresInSeconds === undefined ? Infinity : Date.now() + expiresInSeconds * 1000
      entries.set(`${model}:${id}`, { payload, expiresAtMs })
    },
    find: async (id) => read(`${model}:${id}`),
    findByUid: async (uid) => readBy(model, (payload) => payload.uid === uid),
    findByUserCode: async (code) => readBy(model, (payload) => payload.userCode === code),
    consume: async (id) => {
      const payload = read(`${model}:${id}`)
      if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000)
    },
    destroy: async (id) => {
      entries.delete(`${model}:${id}`)
    },
    revokeByGrantId: async (grantId) => {
      for (const [key, entry] of entries) {
        if (entry.payload.grantId === grantId && !key.startsWith('Session:')) entries.delete(key)
      }
    },
  })
  return {
    adapter,
    forget: (model) => {
      for (const key of entries.keys()) if (key.startsWith(`${model}:`)) entries.delete(key)
    },
  }
}
