import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseKeys } from '../../../../src/sessions/sealing/keys.ts'
import { createSeal } from '../../../../src/sessions/sealing/seal.ts'
import { keysOf, keyText } from '../../../support/process-keys.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const sealUnder = (...names: readonly [string, ...string[]]) =>
  createSeal({ keys: keysOf(...names), random: seededRandom(names.join()) })

const context = ['login', 'tenant-a', 'attempt-1']

describe('a seal', () => {
  it('opens what it sealed, under the same context', () => {
    const seal = sealUnder('a')
    const texts = fc.string({ unit: 'grapheme' }).filter((text) => text.isWellFormed())
    fc.assert(
      fc.property(fc.array(texts), texts, (parts, plaintext) => {
        expect(seal.open(parts, seal.seal(parts, plaintext))).toBe(plaintext)
      }),
    )
  })

  it('C2: packs a long text, and opens it again', () => {
    const seal = sealUnder('a')
    const report = Array.from({ length: 200 }, (_, at) => `&column=name-${at}`).join('')
    const texts = [report, 'x'.repeat(767), 'x'.repeat(768), 'ü'.repeat(2_000)]
    for (const text of texts) expect(seal.open(context, seal.seal(context, text))).toBe(text)
    expect(seal.seal(context, report).length).toBeLessThan(report.length / 2)
  })

  it('C2: opens no packed text as a plain one', () => {
    const seal = sealUnder('a')
    const bytes = Buffer.from(seal.seal(context, 'x'.repeat(5_000)), 'base64url')
    expect(bytes[0]).toBe(2)
    for (const format of [0, 1, 3, 255]) {
      bytes[0] = format
      expect(seal.open(context, bytes.toString('base64url'))).toBeUndefined()
    }
    expect(seal.open([...context, 'packed 1'], bytes.toString('base64url'))).toBeUndefined()
  })

  it('is cookie-safe, and differs each time', () => {
    const seal = sealUnder('a')
    const sealed = seal.seal(context, 'state')
    expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/)
    expect(seal.seal(context, 'state')).not.toBe(sealed)
  })

  it('R13: sealed for one tenant is nothing under another', () => {
    const seal = sealUnder('a')
    const sealed = seal.seal(context, 'state')
    expect(seal.open(['login', 'tenant-b', 'attempt-1'], sealed)).toBeUndefined()
  })

  it('does not confuse contexts whose parts join to the same text', () => {
    const seal = sealUnder('a')
    const sealed = seal.seal(['ab', 'c'], 'state')
    expect(seal.open(['a', 'bc'], sealed)).toBeUndefined()
    expect(seal.open(['abc'], sealed)).toBeUndefined()
    expect(seal.open(['ab', 'c', ''], sealed)).toBeUndefined()
    expect(seal.open(['ab', 'c'], sealed)).toBe('state')
  })

  it('seals with the newest key and opens with every key of the list', () => {
    const old = sealUnder('old')
    const both = sealUnder('new', 'old')
    const only = sealUnder('new')
    expect(both.open(context, old.seal(context, 'state'))).toBe('state')
    expect(only.open(context, both.seal(context, 'state'))).toBe('state')
    expect(only.open(context, old.seal(context, 'state'))).toBeUndefined()
  })

  it('follows a key list that is replaced', () => {
    const keys = keysOf('old')
    const seal = createSeal({ keys, random: seededRandom('a') })
    const sealed = seal.seal(context, 'state')
    const next = parseKeys([keyText('new')])
    if (next.ok) keys.replace(next.keys)
    expect(seal.open(context, sealed)).toBeUndefined()
    expect(seal.open(context, seal.seal(context, 'state'))).toBe('state')
  })
})

describe('R34: fuzzed sealed text', () => {
  it('that is garbage opens nothing and throws nothing', () => {
    const seal = sealUnder('a')
    const bytes = fc
      .uint8Array({ maxLength: 200 })
      .map((it) => Buffer.from(it).toString('base64url'))
    const withFormat = fc
      .uint8Array({ maxLength: 200 })
      .map((it) => Buffer.concat([Buffer.of(1), it]).toString('base64url'))
    fc.assert(
      fc.property(fc.oneof(fc.string(), bytes, withFormat), (sealed) => {
        expect(seal.open(context, sealed)).toBeUndefined()
      }),
    )
  })

  it('that is cut short, or has one bit flipped, opens nothing', () => {
    const seal = sealUnder('a')
    const sealed = Buffer.from(seal.seal(context, 'the login state'), 'base64url')
    for (let at = 0; at < sealed.length; at += 1) {
      const cut = sealed.subarray(0, at).toString('base64url')
      expect(seal.open(context, cut)).toBeUndefined()
      for (let bit = 0; bit < 8; bit += 1) {
        const flipped = Buffer.from(sealed)
        flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << bit), at)
        expect(seal.open(context, flipped.toString('base64url'))).toBeUndefined()
      }
    }
  })

  it('has one spelling only', () => {
    const seal = sealUnder('a')
    const sealed = seal.seal(context, 'state')
    const others = [
      `${sealed}=`,
      ` ${sealed}`,
      `${sealed}!`,
      `${sealed.slice(0, 3)}.${sealed.slice(3)}`,
    ]
    for (const other of others) expect(seal.open(context, other)).toBeUndefined()
  })
})
