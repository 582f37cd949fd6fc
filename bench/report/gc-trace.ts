/** One collection, as `node --trace-gc` writes it; MB are V8's, of 2^20 bytes. */
export interface Collection {
  readonly beforeMb: number
  readonly afterMb: number
  readonly pauseMs: number
  /** Whether `gc()` asked for it, which is what a probe does. */
  readonly isAsked: boolean
}

/** What a process left behind between two probes, and how long it stood still for it. */
export interface Garbage {
  readonly bytes: number
  readonly longestPauseMs: number
}

const LINE =
  /ms: (?:Scavenge|Mark-Compact)[^\d]*([\d.]+) \([\d.]+\) -> ([\d.]+) \([\d.]+\) MB,.*? ([\d.]+) \/ [\d.]+ ms(.*)$/

/** The collections in what a process wrote. */
export const collectionsIn = (output: string): readonly Collection[] =>
  output.split('\n').flatMap((line) => {
    const [, before, after, pause, rest = ''] = LINE.exec(line) ?? []
    if (before === undefined) return []
    return [
      {
        beforeMb: Number(before),
        afterMb: Number(after),
        pauseMs: Number(pause),
        isAsked: rest.includes('testing'),
      },
    ]
  })

const MIB = 1_048_576

/**
 * What was left behind between one probe and the next, for each such pair: all that was allocated
 * is what a collection found more than the one before had left.
 */
export const garbageBetweenProbes = (
  collections: readonly Collection[],
  collectionsPerProbe: number,
): readonly Garbage[] => {
  const found: Garbage[] = []
  let asked = 0
  let bytes = 0
  let longestPauseMs = 0
  for (const [at, one] of collections.entries()) {
    bytes += (one.beforeMb - (collections[at - 1]?.afterMb ?? one.beforeMb)) * MIB
    if (!one.isAsked) {
      longestPauseMs = Math.max(longestPauseMs, one.pauseMs)
      continue
    }
    if (asked > 0 && asked % collectionsPerProbe === 0) found.push({ bytes, longestPauseMs })
    asked += 1
    bytes = 0
    longestPauseMs = 0
  }
  return found
}
