import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Client } from '../../core/registration/client.ts'
import {
  type CodeRelay,
  type RelayedGrant,
  type RelayedRefresh,
  SAME_USE_MS,
} from '../../core/relay/code-relay.ts'
import type { SharedAnswer, SharedAnswers } from '../../core/session/shared-answers.ts'
import type { Clock } from '../../core/time/clock.ts'

type Tokens = Extract<RelayedGrant, { kind: 'tokens' }>

/** What is kept: when a token ends, in the place of how long it lasts. */
type Kept =
  | (Omit<Tokens, 'expiresInSeconds'> & { readonly expiresAtMs?: number })
  | Extract<RelayedGrant, { kind: 'refused' }>

/** Whoever may use a token again asks in the end of that time, and is answered a little later. */
const KEPT_MS = SAME_USE_MS + 10_000

const MAX_KEPT = 1_000

const MS = 1_000

/** Tells one use of a refresh token from all others, and holds none. */
const nameOf = (
  client: Client,
  { refreshToken, scopes, use }: RelayedRefresh,
): readonly string[] => [
  'relayed refresh',
  client.name,
  client.generation,
  client.provider.generation,
  hash('sha256', refreshToken, 'base64url'),
  use,
  ...(scopes === undefined ? [] : [scopes.toSorted().join(' ')]),
]

const keptAs = (grant: RelayedGrant, nowMs: number): Kept => {
  if (grant.kind === 'refused') return grant
  const { expiresInSeconds, ...tokens } = grant
  const ends = expiresInSeconds === undefined ? {} : { expiresAtMs: nowMs + expiresInSeconds * MS }
  return { ...tokens, ...ends }
}

const grantOf = (kept: Kept, nowMs: number): RelayedGrant => {
  if (kept.kind === 'refused') return kept
  const { expiresAtMs, ...tokens } = kept
  if (expiresAtMs === undefined) return tokens
  return { ...tokens, expiresInSeconds: Math.max(Math.floor((expiresAtMs - nowMs) / MS), 0) }
}

/**
 * Asks the provider once for each use of a refresh token, whichever replica is asked, and answers
 * the same to whoever shows it again for as long as that is good: a provider that replaces its
 * tokens would take the second request for theft and end the grant. Refusals are kept for nobody.
 */
export const sharingRefreshes = (
  relay: CodeRelay,
  deps: { readonly sharedAnswers: Pick<SharedAnswers, 'of'>; readonly clock: Clock },
): CodeRelay => {
  const { sharedAnswers, clock } = deps
  // Where no store is shared, nobody else keeps what has been answered.
  const kept = new LRUCache<string, SharedAnswer>({ max: MAX_KEPT })

  const keptHere = (key: string): SharedAnswer | undefined => {
    const answer = kept.get(key)
    return answer !== undefined && answer.untilMs > clock.nowMs() ? answer : undefined
  }

  return {
    ...relay,
    refresh: async (client, refresh, budget) => {
      const name = nameOf(client, refresh)
      const key = JSON.stringify(name)
      const ask = async (within: typeof budget): Promise<SharedAnswer> => {
        const grant = await relay.refresh(client, refresh, within)
        const nowMs = clock.nowMs()
        const untilMs = grant.kind === 'tokens' ? nowMs + KEPT_MS : nowMs
        const answer = { text: JSON.stringify(keptAs(grant, nowMs)), untilMs }
        if (grant.kind === 'tokens') kept.set(key, answer)
        return answer
      }
      const { text } = keptHere(key) ?? (await sharedAnswers.of(name, ask, budget))
      return grantOf(JSON.parse(text) as Kept, clock.nowMs())
    },
  }
}
