/**
 * Whether Redis can be used. `connecting`: nothing is known yet, at the start or just after a
 * connection was lost, so it is worth waiting a moment. `down`: an attempt has failed, so commands
 * fail at once until another succeeds.
 */
export type RedisState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'down'; readonly problem: string }
  | { readonly kind: 'closed' }

/** Holds the state of a connection and tells those who wait for it. */
export interface RedisLink {
  readonly state: () => RedisState
  readonly become: (state: RedisState) => void
  /** Resolves when the state is another than `kind`, or after `timeoutMs`, with what it is then. */
  readonly leaves: (kind: RedisState['kind'], timeoutMs: number) => Promise<RedisState>
}

const problemOf = (state: RedisState): string | undefined =>
  state.kind === 'down' ? state.problem : undefined

/** A link that is connecting. `onChange` hears each change, another problem included, once. */
export const createRedisLink = (onChange: (state: RedisState) => void): RedisLink => {
  let state: RedisState = { kind: 'connecting' }
  const waiting = new Set<() => void>()

  const become = (next: RedisState): void => {
    const isChange = next.kind !== state.kind || problemOf(next) !== problemOf(state)
    if (state.kind === 'closed') return
    state = next
    if (!isChange) return
    for (const look of [...waiting]) look()
    onChange(next)
  }

  const leaves = (kind: RedisState['kind'], timeoutMs: number): Promise<RedisState> =>
    new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer)
        waiting.delete(look)
        resolve(state)
      }
      const look = (): void => {
        if (state.kind !== kind) finish()
      }
      const timer = setTimeout(finish, timeoutMs)
      waiting.add(look)
      look()
    })

  return { state: () => state, become, leaves }
}
