import { describe, expect, it } from 'vitest'
import { finish } from '../../../../src/core/time/steps.ts'
import { createSnapshot } from '../../../../src/policy/applying/snapshot.ts'
import {
  createHostTable,
  type HostEntry,
  type HostTable,
} from '../../../../src/policy/matching/host-table.ts'
import { nearestHost } from '../../../../src/policy/matching/nearest-host.ts'

const tableOf = (entries: readonly HostEntry[]): HostTable => finish(createHostTable(entries))

const HOSTS = ['shop.example.com', 'api.example.com', '*.apps.example.com', 'x.io']

describe('E5: the nearest host', () => {
  it.each([
    ['a letter too many', 'shopp.example.com', 'shop.example.com'],
    ['two letters swapped', 'shop.exmaple.com', 'shop.example.com'],
    ['another top level', 'shop.example.co', 'shop.example.com'],
    ['www before it', 'www.shop.example.com', 'shop.example.com'],
    ['a part left out', 'example.com', 'shop.example.com'],
    ['the name of a wildcard itself', 'apps.example.com', '*.apps.example.com'],
    ['a slip in the name of a wildcard', 'a.b.aps.example.com', '*.apps.example.com'],
    ['the nearest of two', 'apo.example.com', 'api.example.com'],
  ])('E5: of %s', (_, host, expected) => {
    expect(nearestHost(host, HOSTS)).toBe(expected)
  })

  it.each([
    ['another word', 'cart.example.com'],
    ['another domain', 'shop.example.org.evil.net'],
    ['an address', '10.0.0.1'],
    ['one label', 'com'],
    ['a short name with another letter', 'y.io'],
    ['nothing', ''],
  ])('E5: there is none for %s', (_, host) => {
    expect(nearestHost(host, HOSTS)).toBeUndefined()
  })

  it('E5: looks at five thousand hosts and no more', () => {
    let seen = 0
    const endless = function* (): Generator<string> {
      for (;;) {
        seen += 1
        yield `host-${seen}.example.com`
      }
    }
    nearestHost('shop.example.net', endless())
    expect(seen).toBeLessThanOrEqual(5_001)
  })

  it('E5: is one of the hosts in force', () => {
    const snapshot = createSnapshot()
    expect(snapshot.nearest('shpo.example.com')).toBeUndefined()
    const answer = { kind: 'broken', policy: 'shop/shop', detail: 'x' } as const
    snapshot.swap(tableOf(HOSTS.map((host) => ({ host, answer }))))
    expect(snapshot.nearest('shpo.example.com')).toBe('shop.example.com')
    expect(snapshot.nearest('apps.example.com')).toBe('*.apps.example.com')
    expect(snapshot.nearest('shop.example.com')).toBeUndefined()
    expect(snapshot.nearest('a.apps.example.com')).toBeUndefined()
  })
})
