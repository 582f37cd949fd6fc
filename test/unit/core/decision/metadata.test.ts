import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { metadataOf } from '../../../../src/core/decision/metadata.ts'
import type { Json } from '../../../../src/core/identity/identity.ts'
import { anIdentity } from '../../../support/builders.ts'

const entry = (key: string, name = key) => ({
  key,
  told: { kind: 'claim' as const, path: [name] },
})

const told = (claims: Readonly<Record<string, Json>>, keys = Object.keys(claims)) =>
  metadataOf({ metadata: keys.map((key) => entry(key)) }, anIdentity({ claims })).metadata

const one = (value: Json): unknown => told({ a: value })?.[0]?.[1]

describe('what Envoy is told of an identity', () => {
  it('is nothing where the rule tells nothing', () => {
    expect(metadataOf({}, anIdentity())).toEqual({})
  })

  it('is texts, numbers, booleans, lists of them, and what is the same for everybody', () => {
    expect(
      told({ plan: 'gold', level: 3, staff: true, groups: ['a', 2, false], none: [] }),
    ).toEqual([
      ['plan', 'gold'],
      ['level', 3],
      ['staff', true],
      ['groups', ['a', 2, false]],
      ['none', []],
    ])
    const always = { key: 'kind', told: { kind: 'text' as const, text: 'api' } }
    expect(metadataOf({ metadata: [always] }, anIdentity()).metadata).toEqual([['kind', 'api']])
  })

  it('has no key for a claim that is absent', () => {
    expect(told({ a: null }, ['a', 'b'])).toEqual([])
  })

  it('R9: leaves objects out, and what is over 1 KiB, and names them', () => {
    const claims = {
      fits: 'x'.repeat(1024),
      long: 'x'.repeat(1025),
      wide: 'ä'.repeat(513),
      object: { a: 1 },
      nested: [['a']],
      many: Array.from({ length: 100 }, () => 1),
    }
    expect(told(claims)).toEqual([
      ['fits', claims.fits],
      ['left_out', 'long,wide,object,nested,many'],
    ])
  })

  it('R9: leaves out what has no room in 8 KiB, and names it', () => {
    const keys = Array.from({ length: 10 }, (_, at) => `k${at}`)
    const claims = Object.fromEntries(keys.map((key) => [key, key.repeat(500)]))
    expect(told(claims)?.map(([key]) => key)).toEqual([...keys.slice(0, 8), 'left_out'])
  })

  it('R9: a value cannot end a line of a log, nor turn it around', () => {
    expect(one('a\r\nb\u0000\u001b[31m\u0085\u2028\u202e\u2066c')).toBe(
      'a%0D%0Ab%00%1B[31m%C2%85%E2%80%A8%E2%80%AE%E2%81%A6c',
    )
    expect(one(['ok', '\n'])).toEqual(['ok', '%0A'])
    expect(one(String.raw`DOMAIN\ada ß 🙂`)).toBe(String.raw`DOMAIN\ada ß 🙂`)
  })

  it('R34: whatever a claim holds, it is one line, as long as said, and never that of another', () => {
    const text = fc.string({ unit: 'binary', maxLength: 400 })
    fc.assert(
      fc.property(text, text, (some, other) => {
        const [first, second] = [one(some), one(other)]
        if (typeof first !== 'string' || typeof second !== 'string') return
        expect(first).not.toMatch(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u)
        expect(Buffer.byteLength(first)).toBeLessThanOrEqual(1024)
        expect(decodeURIComponent(first)).toBe(some.toWellFormed())
        expect(first === second).toBe(some.toWellFormed() === other.toWellFormed())
      }),
    )
  })

  it('R34: whatever the claims are, no more than 8 KiB are told, and nothing vanishes unnamed', () => {
    const value = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>
    const keys = fc.stringMatching(/^[a-z]{1,8}$/)
    fc.assert(
      fc.property(fc.dictionary(keys, value, { maxKeys: 20 }), (claims) => {
        const all = told(claims) ?? []
        const leftOut = all.find(([key]) => key === 'left_out')?.[1]
        const named = typeof leftOut === 'string' ? leftOut.split(',') : []
        const there = Object.keys(claims).filter((key) => claims[key] !== null)
        const shown = all.map(([key]) => key).filter((key) => key !== 'left_out')
        expect(new Set([...shown, ...named])).toEqual(new Set(there))
        expect(Buffer.byteLength(JSON.stringify(Object.fromEntries(all)))).toBeLessThan(16 * 1024)
      }),
    )
  })
})
