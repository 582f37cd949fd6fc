import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PolicyLookup } from '../../../../src/core/policy-source.ts'
import { finish } from '../../../../src/core/time/steps.ts'
import { createSnapshot } from '../../../../src/policy/applying/snapshot.ts'
import {
  createHostTable,
  emptyTable,
  type HostEntry,
  type HostTable,
  ROUTE_EXTENSION,
} from '../../../../src/policy/matching/host-table.ts'

const tableOf = (entries: readonly HostEntry[]): HostTable => finish(createHostTable(entries))

const entry = (host: string, policy = host): HostEntry => ({
  host,
  answer: { kind: 'broken', policy, detail: 'stands for any answer' },
})

const ask = (
  table: HostTable,
  host: string,
  contextExtensions: Readonly<Record<string, string>> = {},
): PolicyLookup => table.find({ host, contextExtensions })

const ownerAt = (table: HostTable, host: string): string | undefined => {
  const found = ask(table, host)
  return found.kind === 'broken' ? found.policy : undefined
}

/** The slow and obvious table: every entry is looked at, the longest that covers the host wins. */
const scan = (entries: readonly HostEntry[], host: string): string | undefined => {
  const covers = (pattern: string): boolean =>
    pattern.startsWith('*.')
      ? host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1
      : host === pattern
  const specific = (pattern: string): number =>
    pattern.startsWith('*.') ? pattern.length - 2 : Number.POSITIVE_INFINITY
  const [best] = entries
    .filter((candidate) => covers(candidate.host))
    .sort((a, b) => specific(b.host) - specific(a.host))
  return best?.host
}

const label = fc.constantFrom('a', 'b', 'c', 'www', 'x-1')
const name = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'))
const pattern = fc.tuple(fc.boolean(), name).map(([wild, text]) => (wild ? `*.${text}` : text))

describe('the host table', () => {
  test('agrees with a linear scan on random hosts', () => {
    fc.assert(
      fc.property(fc.uniqueArray(pattern, { maxLength: 30 }), name, (hosts, host) => {
        const entries = hosts.map((text) => entry(text))
        expect(ownerAt(tableOf(entries), host)).toBe(scan(entries, host))
      }),
      { numRuns: 500 },
    )
  })

  const table = tableOf([
    entry('shop.example.com'),
    entry('*.shop.example.com'),
    entry('*.example.com'),
    entry('deep.a.shop.example.com'),
  ])

  test.each([
    ['shop.example.com', 'shop.example.com'],
    ['a.shop.example.com', '*.shop.example.com'],
    ['b.a.shop.example.com', '*.shop.example.com'],
    ['deep.a.shop.example.com', 'deep.a.shop.example.com'],
    ['other.example.com', '*.example.com'],
  ])('%s is answered by %s', (host, owner) => {
    expect(ownerAt(table, host)).toBe(owner)
  })

  test.each(['example.com', 'com', 'evilshop.example.org', 'xshop.example.comx', '', '*'])(
    'R3: the host %j, which nobody owns, has no policy',
    (host) => {
      expect(ask(table, host)).toEqual({ kind: 'none' })
    },
  )

  test('R3: a wildcard never answers for its apex', () => {
    expect(ask(tableOf([entry('*.example.com')]), 'example.com')).toEqual({ kind: 'none' })
  })

  test('R3: a gateway route that names the owner is answered', () => {
    const owned = tableOf([entry('a.example', 'shop/web')])
    expect(ask(owned, 'a.example', { [ROUTE_EXTENSION]: 'shop/web' }).kind).toBe('broken')
  })

  test.each(['shop/other', 'SHOP/web', '', 'web'])(
    'R3: a gateway route that names %j instead of the owner is a conflict',
    (named) => {
      const owned = tableOf([entry('a.example', 'shop/web')])
      expect(ask(owned, 'a.example', { [ROUTE_EXTENSION]: named })).toEqual({
        kind: 'conflict',
        policy: 'shop/web',
      })
    },
  )

  test('R3: other context extensions decide nothing', () => {
    const owned = tableOf([entry('a.example', 'shop/web')])
    expect(ask(owned, 'a.example', { 'another.dev/route': 'x/y' }).kind).toBe('broken')
  })

  test('names that every object has are plain host names', () => {
    expect(ask(table, 'constructor')).toEqual({ kind: 'none' })
    expect(ask(table, '__proto__')).toEqual({ kind: 'none' })
  })
})

describe('the snapshot', () => {
  test('R30: before the first table every host answers not_synced', () => {
    const snapshot = createSnapshot()
    expect(snapshot.synced()).toBe(false)
    expect(ask(snapshot, 'a.example')).toEqual({ kind: 'not_synced' })
    expect(ask(emptyTable, 'a.example')).toEqual({ kind: 'not_synced' })
  })

  test('R30: a swap replaces the whole table at once', () => {
    const snapshot = createSnapshot()
    snapshot.swap(tableOf([entry('a.example')]))
    expect(ownerAt(snapshot, 'a.example')).toBe('a.example')
    snapshot.swap(tableOf([entry('b.example')]))
    expect(ask(snapshot, 'a.example')).toEqual({ kind: 'none' })
    expect(ownerAt(snapshot, 'b.example')).toBe('b.example')
    expect(snapshot.synced()).toBe(true)
  })

  test('an empty table is a synced one: it knows that there are no hosts', () => {
    const snapshot = createSnapshot()
    snapshot.swap(tableOf([]))
    expect(ask(snapshot, 'a.example')).toEqual({ kind: 'none' })
  })
})
