/** How many frames that ask for nothing a peer may send. */
export interface ControlBudget {
  /** Takes from what is left; whether it was enough. */
  readonly spend: (frames: number) => boolean
  /** Gives back: a peer that asks for something may say more beside it. */
  readonly earn: (frames: number) => void
}

/** What a peer may send. */
export interface ControlLimits {
  /** At once, by a peer that asks for nothing; time gives it back. */
  readonly burst: number
  readonly perSecond: number
  /** The most that a peer can earn by what it asks for. */
  readonly mostEarned: number
}

/** Makes the budget of one connection. */
export const createControlBudget = (
  { burst, perSecond, mostEarned }: ControlLimits,
  nowMs: () => number,
): ControlBudget => {
  let left = burst
  let atMs = nowMs()

  const refill = (): void => {
    const now = nowMs()
    if (left < burst) left = Math.min(burst, left + (Math.max(0, now - atMs) * perSecond) / 1000)
    atMs = now
  }

  return {
    spend: (frames) => {
      refill()
      left -= frames
      return left >= 0
    },
    earn: (frames) => {
      left = Math.min(mostEarned, left + frames)
    },
  }
}
