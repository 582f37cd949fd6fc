import { expect, it } from 'vitest'
import { oneAtATime } from '../../../../src/core/time/one-at-a-time.ts'

/** Runs that a test ends by hand. */
const runsByHand = () => {
  const ends: (() => void)[] = []
  const ask = oneAtATime(() => {
    const { promise, resolve } = Promise.withResolvers<void>()
    ends.push(resolve)
    return promise
  })
  return { ask, begun: () => ends.length, end: (at: number) => ends[at]?.() }
}

it('begins at once where nothing is under way', async () => {
  const { ask, begun, end } = runsByHand()
  const first = ask()
  expect(begun()).toBe(1)
  end(0)
  await first
  const second = ask()
  expect(begun()).toBe(2)
  end(1)
  await second
})

it('what is asked for during a run is one run more, which begins after it', async () => {
  const { ask, begun, end } = runsByHand()
  const first = ask()
  const others = [ask(), ask(), ask()]
  expect(begun()).toBe(1)
  end(0)
  await first
  await Promise.resolve()
  expect(begun()).toBe(2)
  const last = ask()
  expect(begun()).toBe(2)
  end(1)
  await Promise.all(others)
  await Promise.resolve()
  expect(begun()).toBe(3)
  end(2)
  await last
  expect(begun()).toBe(3)
})

it('two never run side by side, whenever they are asked for', async () => {
  let running = 0
  let most = 0
  const ask = oneAtATime(async () => {
    running += 1
    most = Math.max(most, running)
    await Promise.resolve()
    running -= 1
  })
  const asked: Promise<void>[] = []
  for (let turn = 0; turn < 50; turn += 1) {
    asked.push(ask())
    if (turn % 3 === 0) await Promise.resolve()
    if (turn % 7 === 0) await asked[0]
  }
  await Promise.all(asked)
  expect(most).toBe(1)
})
