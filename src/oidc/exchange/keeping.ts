/** A token that does not say when it ends is not used for longer. */
const UNKNOWN_END_MS = 60_000

/** Nor is any, however long it says that it lasts. */
const MOST_KEPT_MS = 3_600_000

/** One that would end on its way is not sent; of short ones a quarter at most. */
const MARGIN_MS = 10_000
const MARGIN_PART = 0.25

/** A refusal is not asked for again so soon. */
export const REFUSED_MS = 3_000

/**
 * Until when a token is used, in milliseconds since the epoch: it, and whatever it was got for, end
 * after that. `endsAtMs`: when it does, if that is known.
 */
export const usedUntilMs = (
  endsAtMs: number | undefined,
  nowMs: number,
  atMostMs = Number.POSITIVE_INFINITY,
): number => {
  const endMs = Math.min(endsAtMs ?? nowMs + UNKNOWN_END_MS, atMostMs, nowMs + MOST_KEPT_MS)
  return Math.floor(endMs - Math.min(MARGIN_MS, Math.max(0, endMs - nowMs) * MARGIN_PART))
}
