import { afterEach, expect, it, vi } from 'vitest'
import { createMemoryRecords } from '../../../../src/sessions/memory/records.ts'
import { handSetClock } from '../../../support/hand-set-clock.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

it('a record lies in memory of its own, of its own length, and nowhere else', async () => {
  const made: Buffer[] = []
  const allocate = Buffer.allocUnsafeSlow
  vi.spyOn(Buffer, 'allocUnsafeSlow').mockImplementation((length) => {
    const bytes = allocate.call(Buffer, length)
    made.push(bytes)
    return bytes
  })
  const records = createMemoryRecords({ clock: handSetClock(), maxEntries: 10 })
  const value = Buffer.from('a record that is much shorter than a piece of the pool')
  await records.create('key', value, 1_000)
  expect(made.map((bytes) => bytes.buffer.byteLength)).toEqual([value.length])
  expect(await records.read('key')).toEqual(value)
  made[0]?.fill(0)
  expect(await records.read('key')).toEqual(Buffer.alloc(value.length))
})
