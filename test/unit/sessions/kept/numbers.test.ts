import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createColumn } from '../../../../src/sessions/kept/column.ts'
import { createOrder } from '../../../../src/sessions/kept/order.ts'
import { createPlaces } from '../../../../src/sessions/kept/places.ts'
import { createRecentIds } from '../../../../src/sessions/kept/recent-ids.ts'

describe('places', () => {
  it('find what was added and not removed, however hashes meet', () => {
    const entries = fc.integer({ min: 0, max: 400 })
    const steps = fc.array(fc.tuple(fc.boolean(), entries), { maxLength: 800, size: 'max' })
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 2 ** 32 - 1 }), (taken, spread) => {
        const hashes = createColumn('uint32')
        const places = createPlaces(hashes)
        const present = new Set<number>()
        for (const [isAdded, entry] of taken) {
          hashes.set(entry, (Math.imul(entry % 90, spread) >>> 0) % 5_000)
          if (isAdded && !present.has(entry)) {
            present.add(entry)
            places.add(entry)
          } else if (!isAdded && present.delete(entry)) places.remove(entry)
        }
        const found = Array.from({ length: 401 }, (_, entry) => entry).filter(
          (entry) => places.find(hashes.get(entry), (other) => other === entry) === entry,
        )
        expect(new Set(found)).toEqual(present)
      }),
    )
  })

  it('remove nothing where an entry is not', () => {
    const hashes = createColumn('uint32')
    const places = createPlaces(hashes)
    hashes.set(1, 7)
    hashes.set(2, 7)
    places.add(1)
    places.remove(2)
    expect(places.find(7, (entry) => entry === 1)).toBe(1)
  })
})

describe('an order', () => {
  it('knows who was used longest ago, and gives numbers again', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('take', 'use', 'drop'), fc.nat(1_000)), {
      maxLength: 300,
      size: 'max',
    })
    fc.assert(
      fc.property(steps, (taken) => {
        const order = createOrder()
        const expected: number[] = []
        for (const [kind, at] of taken) {
          const entry = expected[at % Math.max(1, expected.length)]
          if (kind === 'take') expected.push(order.take())
          if (kind === 'take' || entry === undefined) continue
          expected.splice(expected.indexOf(entry), 1)
          if (kind === 'drop') order.drop(entry)
          else {
            order.use(entry)
            expected.push(entry)
          }
        }
        const visited: number[] = []
        order.each((entry) => visited.push(entry))
        expect(visited).toEqual(expected)
        expect([order.oldest(), order.size()]).toEqual([expected[0], expected.length])
        expect(new Set(expected).size).toBe(expected.length)
        expect(Math.max(0, ...expected)).toBeLessThanOrEqual(taken.length)
      }),
    )
  })

  it('takes a number that was dropped before a new one', () => {
    const order = createOrder()
    const [first, second] = [order.take(), order.take()]
    order.drop(first)
    expect(order.take()).toBe(first)
    order.drop(second)
    expect(order.take()).toBe(second)
  })
})

describe('recent ids', () => {
  it('let go what was set or asked for longest ago', () => {
    const ids = createRecentIds<number>(2)
    ids.set('a', 1)
    ids.set('b', 2)
    expect(ids.get('a')).toBe(1)
    ids.set('c', 3)
    expect([ids.has('a'), ids.has('b'), ids.has('c')]).toEqual([true, false, true])
    ids.delete('a')
    expect(ids.get('a')).toBeUndefined()
  })
})
