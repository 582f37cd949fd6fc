import type { Clock } from './clock.ts'

/** What may be done so often by each, and so often by all together. */
export interface RateLimit {
  /**
   * Takes one for a key, such as a host with the network that a request came from. 0: taken; else
   * nothing was, and in so many whole seconds another try may be worth it.
   */
  readonly take: (key: string) => number
}

/** How much may be taken at once, and how long one takes to come back. */
export interface Rate {
  readonly atOnce: number
  readonly everyMs: number
}

/** One every six seconds, after ten at once: a person who tries a client over and over. */
const OF_ONE: Rate = { atOnce: 10, everyMs: 6_000 }

/**
 * Five hundred each second, after two thousand at once: what this process bears from everybody. One
 * costs it a few microseconds, so this bounds what is remembered of who came: at most as many
 * buckets as can be taken from in a minute, 32,000. It is wide, as all hosts share it, and somebody
 * with many networks is not to keep everybody else out.
 */
const OF_ALL: Rate = { atOnce: 2_000, everyMs: 2 }

const MS = 1_000

/** What is left in a bucket, as of when. */
interface Bucket {
  readonly left: number
  readonly asOfMs: number
}

const leftNow = ({ left, asOfMs }: Bucket, { atOnce, everyMs }: Rate, nowMs: number): number =>
  Math.min(left + (nowMs - asOfMs) / everyMs, atOnce)

const secondsUntilOne = (left: number, { everyMs }: Rate): number =>
  Math.max(Math.ceil(((1 - left) * everyMs) / MS), 1)

/** How long the clock has run, which is never less than before: what it is set back by is not. */
const runningTime = (clock: Clock): (() => number) => {
  let lastMs = clock.nowMs()
  let elapsedMs = 0
  return () => {
    const nowMs = clock.nowMs()
    elapsedMs += Math.max(nowMs - lastMs, 0)
    lastMs = nowMs
    return elapsedMs
  }
}

/**
 * A bucket for each key, and one over all. What is refused takes from neither, so that one key
 * never uses up what all have. Buckets that are full again are forgotten, oldest first. There are
 * never more of the others than can have been taken from while the first of them filled up, by what
 * all together may take: however many keys somebody makes up, no bucket is forgotten before it is
 * full, and forgetting it gives nobody anything.
 */
export const createRateLimit = (
  clock: Clock,
  { ofOne = OF_ONE, ofAll = OF_ALL }: { readonly ofOne?: Rate; readonly ofAll?: Rate } = {},
): RateLimit => {
  const now = runningTime(clock)
  /** In the order of `asOfMs`. */
  const buckets = new Map<string, Bucket>()
  const fillMs = ofOne.atOnce * ofOne.everyMs
  let all: Bucket = { left: ofAll.atOnce, asOfMs: now() }

  const forgetFull = (nowMs: number): void => {
    for (const [key, { asOfMs }] of buckets) {
      if (nowMs - asOfMs < fillMs) return
      buckets.delete(key)
    }
  }

  return {
    take: (key) => {
      const nowMs = now()
      forgetFull(nowMs)
      const bucket = buckets.get(key)
      const left = bucket === undefined ? ofOne.atOnce : leftNow(bucket, ofOne, nowMs)
      if (left < 1) return secondsUntilOne(left, ofOne)
      const leftOfAll = leftNow(all, ofAll, nowMs)
      if (leftOfAll < 1) return secondsUntilOne(leftOfAll, ofAll)
      all = { left: leftOfAll - 1, asOfMs: nowMs }
      buckets.delete(key)
      buckets.set(key, { left: left - 1, asOfMs: nowMs })
      return 0
    },
  }
}
