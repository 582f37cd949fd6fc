import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fault } from '../../../../src/core/reason/fault.ts'
import { createKeys } from '../../../../src/sessions/sealing/keys.ts'
import { MAX_PACKED_TEXT_BYTES, pack, unpack } from '../../../../src/sessions/sealing/packing.ts'
import { openRecord, sealRecord } from '../../../../src/sessions/sealing/record.ts'
import type { RecordBinding } from '../../../../src/sessions/sealing/sealed-text.ts'
import { aSession } from '../../../support/builders.ts'
import { keysOf } from '../../../support/process-keys.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const session = aSession(Date.UTC(2026, 10, 23))
const binding: RecordBinding = {
  tenant: session.tenant,
  storeKey: 'sallyport:session:one',
  ticketSecret: 'the secret of the ticket',
}
const keys = keysOf('a')
const random = seededRandom('records')

const sealed = (changes = {}, under = keys) =>
  sealRecord({ keys: under, random }, binding, { version: 7, session: { ...session, ...changes } })

const manyGroups = Array.from({ length: 2000 }, (_, at) => `/departments/shop/team-${at}`)

describe('a record', () => {
  it('opens to the session and version that were sealed', () => {
    expect(openRecord(keys, binding, sealed())).toEqual({
      version: 7,
      keyId: keys.newest().id,
      session,
    })
  })

  it('shows nothing of the session', () => {
    const text = sealed().toString('latin1')
    for (const word of ['alice', 'access-1', 'refresh-1', 'id-1', session.tenant]) {
      expect(text).not.toContain(word)
    }
  })

  it('R12: a store dump and the process keys do not open it without the secret of the ticket', () => {
    const other = { ...binding, ticketSecret: 'another secret' }
    expect(openRecord(keys, other, sealed())).toBeUndefined()
    expect(openRecord(keys, { ...binding, ticketSecret: '' }, sealed())).toBeUndefined()
  })

  it('R12: a store dump and the ticket do not open it without the process key', () => {
    const other = keysOf('b').newest()
    const impostor = createKeys([{ ...other, id: keys.newest().id }])
    expect(openRecord(keysOf('b'), binding, sealed())).toBeUndefined()
    expect(openRecord(impostor, binding, sealed())).toBeUndefined()
  })

  it('R13: is bound to its tenant and to its place in the store', () => {
    expect(openRecord(keys, { ...binding, tenant: 'b' }, sealed())).toBeUndefined()
    expect(openRecord(keys, { ...binding, storeKey: 'other' }, sealed())).toBeUndefined()
  })

  it('R13: that names another tenant inside than it is bound to is none', () => {
    const confused = sealed({ tenant: 'b' })
    expect(openRecord(keys, binding, confused)).toBeUndefined()
    expect(openRecord(keys, { ...binding, tenant: 'b' }, confused)).toBeUndefined()
  })

  it('keeps the version in clear for compare-and-set, and notices when it was changed', () => {
    const bytes = sealed()
    expect(bytes.readUInt32BE(1)).toBe(7)
    bytes.writeUInt32BE(8, 1)
    expect(openRecord(keys, binding, bytes)).toBeUndefined()
  })

  it('of an older or a future format is none', () => {
    for (const format of [0, 1, 3, 255]) {
      const bytes = sealed()
      bytes.writeUInt8(format, 0)
      expect(openRecord(keys, binding, bytes)).toBeUndefined()
    }
  })

  it('sealed by an older key opens, and is sealed by the newest the next time', () => {
    const old = sealed({}, keysOf('old'))
    const both = keysOf('new', 'old')
    const opened = openRecord(both, binding, old)
    expect(opened?.session).toEqual(session)
    const next = sealed({}, both)
    expect(openRecord(keysOf('new'), binding, next)?.session).toEqual(session)
    expect(openRecord(keysOf('new'), binding, old)).toBeUndefined()
  })

  it('with 2,000 groups is small in the store and whole when opened', () => {
    const tokens = { ...session.tokens, claims: { sub: 'alice', groups: manyGroups } }
    const bytes = sealed({ tokens })
    expect(bytes.length).toBeLessThan(JSON.stringify(manyGroups).length / 3)
    expect(openRecord(keys, binding, bytes)?.session.tokens).toEqual(tokens)
  })
})

describe('R34: fuzzed records', () => {
  it('that are garbage open nothing and throw nothing', () => {
    const header = sealed().subarray(0, 12)
    const garbage = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
    const likely = garbage.map((bytes) => Buffer.concat([header, bytes]))
    fc.assert(
      fc.property(fc.oneof(garbage, likely), (bytes) => {
        expect(openRecord(keys, binding, bytes)).toBeUndefined()
      }),
    )
  })

  it('that are cut short, or have one bit flipped, open nothing', () => {
    const bytes = sealed()
    for (let at = 0; at < bytes.length; at += 1) {
      expect(openRecord(keys, binding, bytes.subarray(0, at))).toBeUndefined()
      const flipped = Buffer.from(bytes)
      flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << (at % 8)), at)
      expect(openRecord(keys, binding, flipped)).toBeUndefined()
    }
  })
})

describe('packing', () => {
  it('compresses long texts and leaves short ones alone', () => {
    expect(pack('short').bytes.toString()).toBe('short')
    expect(pack('x'.repeat(8_192))).toMatchObject({ encoding: 0 })
    expect(pack('x'.repeat(8_193))).toMatchObject({ encoding: 1 })
    expect(pack('long '.repeat(2_000)).bytes.length).toBeLessThan(500)
  })

  it('gives back what was packed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12_000 }), (text) => {
        const wellFormed = text.toWellFormed()
        expect(unpack(pack(wellFormed))).toBe(wellFormed)
      }),
    )
  })

  it('refuses a session of more than a mebibyte', () => {
    const tooLong = 'x'.repeat(MAX_PACKED_TEXT_BYTES + 1)
    expect(() => pack(tooLong)).toThrow(Fault)
    expect(unpack(pack(tooLong.slice(1)))).toHaveLength(MAX_PACKED_TEXT_BYTES)
  })

  it('unpacks no more than that, however small the bytes are', async () => {
    const { deflateRawSync } = await import('node:zlib')
    const bomb = deflateRawSync(Buffer.alloc(MAX_PACKED_TEXT_BYTES + 1))
    expect(bomb.length).toBeLessThan(2000)
    expect(unpack({ encoding: 1, bytes: bomb })).toBeUndefined()
  })

  it('knows no other encoding, and takes no damaged one', () => {
    expect(unpack({ encoding: 2, bytes: Buffer.from('x') })).toBeUndefined()
    expect(unpack({ encoding: 1, bytes: Buffer.from('garbage') })).toBeUndefined()
  })
})
