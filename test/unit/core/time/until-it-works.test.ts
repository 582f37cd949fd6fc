import { expect, it } from 'vitest'
import { untilItWorks } from '../../../../src/core/time/until-it-works.ts'

/** Something that fails so often, and then tells how often it was asked. */
const failing = (times: number) => {
  let asked = 0
  return async (): Promise<number> => {
    asked += 1
    if (asked <= times) throw new Error(`failure ${asked}`)
    return asked
  }
}

it('is asked once by everybody', async () => {
  const ask = untilItWorks(failing(0))
  expect(await Promise.all([ask(), ask()])).toEqual([1, 1])
  expect(await ask()).toBe(1)
})

it('fails everybody who waited, and is asked anew afterwards', async () => {
  const ask = untilItWorks(failing(2))
  const outcomes = await Promise.allSettled([ask(), ask()])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await expect(ask()).rejects.toThrow('failure 2')
  expect(await ask()).toBe(3)
  expect(await ask()).toBe(3)
})
