import { describe, expect, it } from 'vitest'
import { createMemoryIdSets } from '../../../../src/sessions/memory/id-sets.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'

const DAY_MS = 24 * 3_600_000

const setUp = () => {
  const clock = handSetClock()
  const sets = createMemoryIdSets({ clock, maxEntries: 3 })
  const add = (key: string, id: string, inMs: number) =>
    sets.add(key, { id, expiresAtMs: clock.nowMs() + inMs }, clock.nowMs())
  const idsOf = async (key: string) => (await sets.page(key, undefined, 10, 0)).map(({ id }) => id)
  return { clock, sets, add, idsOf }
}

describe('id sets in memory', () => {
  it('hold so many ids each: the one that ends soonest makes room', async () => {
    const { add, idsOf } = setUp()
    for (const [id, inMs] of Object.entries({ a: 40, b: 10, c: 30, d: 20 })) {
      await add('set', id, inMs)
    }
    expect(await idsOf('set')).toEqual(['d', 'c', 'a'])
  })

  it('are so many: the one written longest ago makes room', async () => {
    const { add, idsOf } = setUp()
    for (const key of ['one', 'two', 'three', 'one', 'four']) await add(key, 'id', 10)
    expect(await idsOf('two')).toEqual([])
    for (const key of ['one', 'three', 'four']) expect(await idsOf(key)).toEqual(['id'])
  })

  it('lose what has ended by itself, wherever the next id is added', async () => {
    const { add, idsOf, clock } = setUp()
    await add('old', 'a', 10)
    await add('old', 'b', 2 * DAY_MS)
    clock.advance(DAY_MS)
    await add('new', 'c', 10)
    expect(await idsOf('old')).toEqual(['b'])
  })
})
