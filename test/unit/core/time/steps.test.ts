import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  eachInSteps,
  finish,
  flatMapInSteps,
  inSteps,
  mapInSteps,
  oneStep,
  type Pace,
  type Steps,
  sortInSteps,
  stopWhen,
  UNHURRIED,
  waitFor,
} from '../../../../src/core/time/steps.ts'

/** Rests after so many steps, and keeps what was done in each turn. */
const turnsOf = (steps: number) => {
  const turns: number[] = [0]
  let taken = 0
  const pace: Pace = {
    isSpent: () => {
      taken += 1
      return taken % steps === 0
    },
    rest: () => {
      turns.push(0)
      return Promise.resolve()
    },
  }
  const work = (): void => {
    turns.push((turns.pop() ?? 0) + 1)
  }
  return { pace, work, turns }
}

const many = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at)

describe('work in steps', () => {
  it('does a bounded part of a list in each step, all of it in the end', async () => {
    const { pace, work, turns } = turnsOf(1)
    await inSteps(eachInSteps(many(1_000), work), pace)
    expect(Math.max(...turns)).toBe(16)
    expect(turns.reduce((sum, one) => sum + one)).toBe(1_000)
  })

  it('gives way whenever its time is spent, and not before', async () => {
    const { pace, work, turns } = turnsOf(10)
    await inSteps(eachInSteps(many(1_000), work), pace)
    expect(turns).toEqual([160, 160, 160, 160, 160, 160, 40])
  })

  it('never rests where nothing else has to be done', () => {
    let done = 0
    void inSteps(
      eachInSteps(many(1_000), () => {
        done += 1
      }),
      UNHURRIED,
    )
    expect(done).toBe(1_000)
  })

  it('hands on what is thrown', async () => {
    const steps = mapInSteps(many(100), (one) => {
      if (one === 50) throw new Error('the fiftieth')
      return one
    })
    await expect(inSteps(steps, UNHURRIED)).rejects.toThrow('the fiftieth')
  })

  it('ends where nobody wants it any more, and takes no further step', () => {
    let done = 0
    const steps = stopWhen(
      () => done >= 32,
      eachInSteps(many(1_000), () => {
        done += 1
      }),
    )
    expect(finish(steps)).toBeUndefined()
    expect(done).toBe(32)
    expect(
      finish(
        stopWhen(
          () => false,
          oneStep(() => 'whole'),
        ),
      ),
    ).toBe('whole')
  })
})

describe('lists in steps', () => {
  it('map, join and sort as lists do, equal members in their order', () => {
    const member = fc.record({ rank: fc.nat(20), name: fc.nat() })
    fc.assert(
      fc.property(fc.array(member, { maxLength: 2_000, size: 'max' }), (members) => {
        const byRank = (a: { rank: number }, b: { rank: number }): number => a.rank - b.rank
        expect(finish(sortInSteps(members, byRank))).toEqual(members.toSorted(byRank))
        const name = ({ name: one }: { name: number }): number => one
        expect(finish(mapInSteps(members, name))).toEqual(members.map(name))
        const twice = ({ rank }: { rank: number }): readonly number[] =>
          Array.from({ length: rank % 3 }, () => rank)
        expect(finish(flatMapInSteps(members, twice))).toEqual(members.flatMap(twice))
      }),
      { numRuns: 50 },
    )
  })

  it('never sort more than some hundreds at once', () => {
    let compared = 0
    const members = many(20_000).map((one) => ({ rank: (one * 7_919) % 20_011 }))
    const steps: Steps<readonly { rank: number }[]> = sortInSteps(members, (a, b) => {
      compared += 1
      return a.rank - b.rank
    })
    const perStep: number[] = []
    for (;;) {
      const before = compared
      const { done } = steps.next()
      perStep.push(compared - before)
      if (done) break
    }
    expect(Math.max(...perStep)).toBeLessThan(256 * 8)
  })
})

describe('steps that wait', () => {
  const waiting = function* (promise: Promise<number>): Steps<number> {
    return (yield* waitFor(promise)) + 1
  }

  it('go on with what the promise came to', async () => {
    expect(await inSteps(waiting(Promise.resolve(1)), UNHURRIED)).toBe(2)
    expect(
      await inSteps(
        stopWhen(() => false, waiting(Promise.resolve(1))),
        UNHURRIED,
      ),
    ).toBe(2)
  })

  it('do nothing more where it is rejected', async () => {
    await expect(inSteps(waiting(Promise.reject(new Error('no'))), UNHURRIED)).rejects.toThrow('no')
  })

  it('cannot be taken at once', () => {
    expect(() => finish(waiting(Promise.resolve(1)))).toThrow('cannot be taken at once')
  })
})
