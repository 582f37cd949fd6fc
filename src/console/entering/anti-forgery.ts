import type { Seal } from '../../core/session/seal.ts'
import type { Clock } from '../../core/time/clock.ts'

/** What makes forms good for whom they were made for. */
export interface AntiForgery {
  /** `holder`: the login, or who was recognised and by what. */
  readonly issue: (holder: readonly string[]) => string
  readonly isGood: (holder: readonly string[], token: string | undefined) => boolean
}

const CONTEXT = 'console form'

/** As long as a sign-in lasts at most. */
const LIFE_MS = 8 * 3_600_000

/** Seals when a token was made, for its holder: every replica knows it, and nothing is kept. */
export const createAntiForgery = ({
  seal,
  clock,
}: {
  readonly seal: Seal
  readonly clock: Clock
}): AntiForgery => ({
  issue: (holder) => seal.seal([CONTEXT, ...holder], String(clock.nowMs())),
  isGood: (holder, token) => {
    const madeAt = token === undefined ? undefined : seal.open([CONTEXT, ...holder], token)
    if (madeAt === undefined) return false
    const ageMs = clock.nowMs() - Number(madeAt)
    return ageMs < LIFE_MS
  },
})
