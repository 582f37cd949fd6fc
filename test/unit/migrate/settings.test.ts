import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { tableOf } from '../../../src/migrate/model/setting-table.ts'
import { createLedger } from '../../../src/migrate/reading/ledger.ts'
import { settingsBelow } from '../../../src/migrate/reading/settings.ts'
import { allOfOneOf } from '../../../src/migrate/writing/alternatives.ts'
import { proxyUrl } from '../../../src/migrate/writing/proxy-url.ts'

const TABLE = tableOf({
  manifest: { whole: 'here', 'list[].a': 'there' },
  none: { lost: 'nowhere' },
})

const key = fc.constantFrom('a', 'b', 'list', 'whole', 'lost')
const { node } = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('x', 1, true, null),
    fc.array(tie('node'), { maxLength: 2 }),
    fc.dictionary(key, tie('node'), { maxKeys: 3 }),
  ),
}))

/** How often a text is among the values of some settings. */
const textsIn = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return typeof value === 'object' && value !== null
    ? Object.values(value).flatMap(textsIn)
    : [value]
}

it('every value of a document is below exactly one setting', () => {
  fc.assert(
    fc.property(fc.dictionary(key, node, { maxKeys: 4 }), (document) => {
      const settings = settingsBelow(TABLE, document, { name: '', written: '' })
      const there = textsIn(document).filter((one) => one !== null)
      const found = settings.flatMap(({ value }) => textsIn(value)).filter((one) => one !== null)
      expect(found.length).toBe(there.length)
      const written = settings.map((one) => one.written)
      expect(new Set(written).size).toBe(written.length)
    }),
    { numRuns: 500 },
  )
})

const ledgerOf = (document: unknown) =>
  createLedger(TABLE, settingsBelow(TABLE, document, { name: '', written: '' }), {
    product: 'X',
    meant: (written) => ` (${written}?)`,
  })

it('what nobody took is told as not carried over, and what nobody knows closes', () => {
  const ledger = ledgerOf({ whole: 1, list: [{ a: 1 }, { a: 2 }], wole: 1, lost: 1 })
  ledger.lose('list[1].a', 'it is the second')
  ledger.value('list[].a')
  expect(ledger.told()).toEqual([
    { setting: 'whole', goes: 'none', words: expect.stringContaining('no effect') },
    { setting: 'list[0].a', goes: 'manifest', words: 'there' },
    { setting: 'list[1].a', goes: 'none', words: 'it is the second' },
    { setting: 'wole', goes: 'none', words: expect.stringContaining('(wole?)'), closes: true },
    { setting: 'lost', goes: 'none', words: 'nowhere' },
  ])
  expect(ledger.closed()).toEqual(['wole'])
})

it('a closing outcome is never taken back', () => {
  const ledger = ledgerOf({ whole: 1 })
  ledger.close('whole', 'it restricts')
  ledger.say('whole', 'it is fine')
  expect(ledger.closed()).toEqual(['whole'])
})

describe('a setting that decides who gets in', () => {
  const table = tableOf({ manifest: { groups: 'here', open: 'there', name: 'name' } })
  const ledgerWith = (...settings: readonly (readonly [string, unknown])[]) =>
    createLedger(
      table,
      settings.map(([name, value], index) => ({ name, written: `${name} ${index}`, value })),
      {
        product: 'X',
        meant: () => '',
        restricting: new Set(['groups']),
        opening: new Set(['open']),
      },
    )

  test.each([
    [{ configMapKeyRef: { name: 'a', key: 'b' } }],
    [[['admins']]],
    [['staff', { a: 1 }]],
    [['']],
    [{}],
  ])('closes where it is %j, whatever is said of it later', (value) => {
    const ledger = ledgerWith(['groups', value])
    ledger.texts('groups')
    ledger.say('groups', 'it is fine')
    expect(ledger.closed()).toEqual(['groups 0'])
    expect(ledger.told()).toMatchObject([
      { goes: 'none', words: expect.stringContaining('not read') },
    ])
  })

  it('closes where a text is wanted and a list is there', () => {
    const ledger = ledgerWith(['groups', ['a', 'b']])
    expect(ledger.closed()).toEqual([])
    expect(ledger.text('groups')).toBe(undefined)
    expect(ledger.closed()).toEqual(['groups 0'])
  })

  it('closes where another value goes before, and not where it is the same', () => {
    expect(ledgerWith(['groups', 'admins'], ['groups', 'staff']).closed()).toEqual(['groups 0'])
    expect(ledgerWith(['groups', 'staff'], ['groups', 'staff']).closed()).toEqual([])
  })

  it('lets nothing more in where its values contradict each other', () => {
    const ledger = ledgerWith(['open', ['^/a']], ['open', ['^/b']])
    expect(ledger.value('open')).toBe(undefined)
    expect(ledger.told().map(({ goes }) => goes)).toEqual(['none', 'none'])
    expect(ledger.closed()).toEqual([])
  })

  it('is told as not carried over where its value is not read, or not the last', () => {
    const ledger = ledgerWith(['name', 'a'], ['name', { secretKeyRef: {} }])
    ledger.text('name')
    expect(ledger.told().map(({ goes }) => goes)).toEqual(['none', 'none'])
  })
})

it('clauses hold together if, and only if, all of one alternative do', () => {
  const clause = fc.constantFrom('a', 'b', 'c', 'd')
  const alternatives = fc.array(fc.array(clause, { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 3,
  })
  fc.assert(
    fc.property(alternatives, fc.subarray(['a', 'b', 'c', 'd']), (written, holding) => {
      const holds = (one: unknown): boolean => holding.includes((one as { claim: string }).claim)
      const clauses = allOfOneOf(written.map((one) => one.map((claim) => ({ claim }))))
      fc.pre(clauses !== undefined)
      const isLet = clauses?.every((one) =>
        Array.isArray(one.any) ? one.any.some(holds) : holds(one),
      )
      expect(isLet).toBe(written.some((one) => one.every((claim) => holding.includes(claim))))
    }),
  )
  const many = Array.from({ length: 9 }, (_, index) => [{ claim: `${index}` }])
  expect(allOfOneOf(many)).toBe(undefined)
})

it('a proxy is written without what it is signed in to by', () => {
  expect(proxyUrl('http://a:b@p.example.com:3128/x')).toBe('http://p.example.com:3128')
  expect(proxyUrl('p.example.com')).toBe('INVALID')
})
