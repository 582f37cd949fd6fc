import { describe, expect, it } from 'vitest'
import { collectionsIn, garbageBetweenProbes } from '../../../bench/report/gc-trace.ts'

const MIB = 1_048_576

const scavenge = (before: number, after: number, pauseMs: number): string =>
  `[16474:0x3b5ce000]      220 ms: Scavenge ${before.toFixed(1)} (6.8) -> ${after.toFixed(1)} (6.8) MB, pooled: 0 MB, ${pauseMs.toFixed(2)} / 0.00 ms  (average mu = 1.000, current mu = 1.000) allocation failure; `

const asked = (before: number, after: number): string =>
  `[16474:0x3b5ce000]      226 ms: Mark-Compact ${before.toFixed(1)} (6.8) -> ${after.toFixed(1)} (6.5) MB, pooled: 0 MB, 5.73 / 0.00 ms  (average mu = 0.965, current mu = 0.965) testing; GC in old space requested`

describe("V8's trace of its collections", () => {
  it('is read line by line, whatever else the process says', () => {
    const output = ['{"level":"info"}', scavenge(4.8, 3.8, 0.06), asked(4.2, 3.7), ''].join('\n')
    expect(collectionsIn(output)).toEqual([
      { beforeMb: 4.8, afterMb: 3.8, pauseMs: 0.06, isAsked: false },
      { beforeMb: 4.2, afterMb: 3.7, pauseMs: 5.73, isAsked: true },
    ])
  })

  it('is read where an incremental collection ends', () => {
    const line =
      '[1:0x1]  900 ms: Mark-Compact (reduce) 30.5 (40.0) -> 10.5 (38.0) MB, pooled: 0 MB, 2.50 / 0.00 ms  (+ 4.1 ms in 10 steps since start of marking, biggest step 0.9 ms, walltime since start of marking 12 ms) (average mu = 0.9, current mu = 0.9) finalize incremental marking via stack guard; GC in old space requested'
    expect(collectionsIn(line)).toEqual([
      { beforeMb: 30.5, afterMb: 10.5, pauseMs: 2.5, isAsked: false },
    ])
  })

  it('tells what was left behind between probes, and not what the probes found', () => {
    const lines = [
      ...[scavenge(8, 4, 9), asked(6, 4), asked(4, 4)],
      ...[scavenge(8, 5, 0.5), scavenge(9, 5, 1.5), asked(7, 4), asked(4, 4)],
      ...[asked(6, 4), asked(4, 4)],
    ]
    expect(garbageBetweenProbes(collectionsIn(lines.join('\n')), 2)).toEqual([
      { bytes: (4 + 4 + 2) * MIB, longestPauseMs: 1.5 },
      { bytes: 2 * MIB, longestPauseMs: 0 },
    ])
  })

  it('tells nothing of a process that was probed once', () => {
    expect(garbageBetweenProbes(collectionsIn(asked(6, 4)), 1)).toEqual([])
  })
})
