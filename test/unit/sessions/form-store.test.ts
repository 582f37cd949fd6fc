import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { Fault } from '../../../src/core/reason/fault.ts'
import { createFormStore } from '../../../src/sessions/form-store.ts'
import { createMemoryRecords } from '../../../src/sessions/memory/records.ts'
import { unlimited } from '../../support/check-ports.ts'
import { handSetClock } from '../../support/hand-set-clock.ts'
import { keysOf } from '../../support/process-keys.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const FORM = {
  fields: [
    ['a', '1'],
    ['b', 'ü'],
  ],
} as const
const TTL_MS = 600_000

const aStore = (label = 'forms') => {
  const clock = handSetClock()
  const records = createMemoryRecords({ clock, maxEntries: 10_000 })
  const random = seededRandom(label)
  const deps = { records, clock, random, keyPrefix: 'sallyport' }
  const under = (key: string) => createFormStore({ ...deps, keys: keysOf(key) })
  const forms = under('a')
  return {
    clock,
    records,
    under,
    keep: (tenant = 'shop', client = `${tenant}/web`) =>
      forms.keep(client, tenant, FORM, TTL_MS, unlimited),
    take: (ticket: string, tenant = 'shop') => forms.take(tenant, ticket, unlimited),
  }
}

describe('a form store', () => {
  it('gives a form back once', async () => {
    const { keep, take } = aStore()
    const ticket = (await keep()) ?? ''
    expect(await take(ticket)).toEqual(FORM)
    expect(await take(ticket)).toBeUndefined()
  })

  it('gives a form to one of many who ask at once', async () => {
    const { keep, take } = aStore()
    const ticket = (await keep()) ?? ''
    const taken = await Promise.all(Array.from({ length: 10 }, () => take(ticket)))
    expect(taken.filter((form) => form !== undefined)).toEqual([FORM])
  })

  it('R13: gives nothing to another tenant', async () => {
    const { keep, take } = aStore()
    expect(await take((await keep('shop')) ?? '', 'blog')).toBeUndefined()
  })

  it('R12: gives nothing without the process key', async () => {
    const { keep, under } = aStore()
    const ticket = (await keep()) ?? ''
    expect(await under('b').take('shop', ticket, unlimited)).toBeUndefined()
  })

  it('gives nothing after its time', async () => {
    const { keep, take, clock } = aStore()
    const ticket = (await keep()) ?? ''
    clock.advance(TTL_MS)
    expect(await take(ticket)).toBeUndefined()
  })

  it.each(['', 'form', 's1.a.b'])('takes %j for nothing', async (ticket) => {
    expect(await aStore().take(ticket)).toBeUndefined()
  })

  it('R34: takes a record that was damaged, or is another, for none', async () => {
    const { keep, take, records } = aStore()
    const create = vi.spyOn(records, 'create')
    const ticket = (await keep()) ?? ''
    const [key = ''] = create.mock.calls[0] ?? []
    const good = (await records.read(key)) ?? Buffer.alloc(0)
    expect(good.length).toBeGreaterThan(0)
    const flipped = fc
      .tuple(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }))
      .map(([at, bits]) => good.map((byte, place) => (place === at ? byte ^ bits : byte)))
    const cut = fc.nat(good.length - 1).map((length) => good.subarray(0, length))
    await fc.assert(
      fc.asyncProperty(fc.oneof(flipped, cut, fc.uint8Array()), async (bytes) => {
        await records.remove(key)
        expect(await records.create(key, Buffer.from(bytes), TTL_MS)).toBe(true)
        expect(await take(ticket)).toBeUndefined()
      }),
    )
  })

  it('holds 500 of a namespace at a time, and others have their own', async () => {
    const { keep, clock } = aStore()
    for (let count = 0; count < 500; count += 1) expect(await keep()).toBeDefined()
    expect(await keep()).toBeUndefined()
    expect(await keep('blog')).toBeDefined()
    clock.advance(TTL_MS)
    expect(await keep()).toBeDefined()
  })

  it('A15: a form that could not be kept uses up no place', async () => {
    const { keep, records } = aStore()
    const away = new Fault('session_store_unavailable', 'Redis is away.')
    const create = vi.spyOn(records, 'create').mockRejectedValue(away)
    for (let count = 0; count < 500; count += 1) await expect(keep()).rejects.toBe(away)
    create.mockResolvedValue(false)
    expect(await keep()).toBeUndefined()
    create.mockRestore()
    for (let count = 0; count < 500; count += 1) expect(await keep()).toBeDefined()
    expect(await keep()).toBeUndefined()
  })

  it('A15: a form that is written after it was given up is removed', async () => {
    const { keep, records } = aStore()
    const write = records.create
    const created = vi.spyOn(records, 'create').mockImplementation(async (...form) => {
      await write(...form)
      throw new Fault('budget_exceeded', 'It took too long.')
    })
    await expect(keep()).rejects.toMatchObject({ code: 'budget_exceeded' })
    const [key = ''] = created.mock.calls[0] ?? []
    expect(await records.read(key)).toBeUndefined()
  })

  it('A15: a form that was given back makes room for another', async () => {
    const { keep, take } = aStore()
    const tickets: string[] = []
    for (let count = 0; count < 500; count += 1) tickets.push((await keep()) ?? '')
    expect(await keep()).toBeUndefined()
    await take(tickets[7] ?? '')
    expect(await keep()).toBeDefined()
    expect(await keep()).toBeUndefined()
  })

  it('R16: holds no more for many hosts and clients: a tenant makes as many as it likes', async () => {
    const { keep } = aStore()
    const kept = await Promise.all(
      Array.from({ length: 501 }, (_, host) =>
        keep(`shop ${host}.example.com`, `shop/web-${host % 7}`),
      ),
    )
    expect(kept.filter((ticket) => ticket !== undefined)).toHaveLength(500)
    expect(kept[500]).toBeUndefined()
  })
})
