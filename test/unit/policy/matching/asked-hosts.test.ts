import { expect, it } from 'vitest'
import { finish } from '../../../../src/core/time/steps.ts'
import { createHostChecks } from '../../../../src/kubernetes/status/host-checks.ts'
import { createSnapshot } from '../../../../src/policy/applying/snapshot.ts'
import {
  createHostTable,
  type HostEntry,
  type HostTable,
  ROUTE_EXTENSION,
} from '../../../../src/policy/matching/host-table.ts'

const tableOf = (entries: readonly HostEntry[]): HostTable => finish(createHostTable(entries))

const broken = (policy: string) => ({ kind: 'broken', policy, detail: '' }) as const

const table = () =>
  tableOf([
    { host: 'shop.example.com', answer: broken('shop/shop') },
    { host: '*.shop.example.com', answer: broken('shop/shop') },
    { host: 'silent.example.com', answer: broken('shop/shop') },
  ])

const ask = (host: string, contextExtensions = {}) => ({ host, contextExtensions })

it('hosts that are looked up are known by their entry, each once, however many names ask', () => {
  const hosts = table()
  for (const label of ['a', 'b', 'c', 'a.b']) hosts.find(ask(`${label}.shop.example.com`))
  hosts.find(ask('shop.example.com', { [ROUTE_EXTENSION]: 'other/route' }))
  hosts.find(ask('nowhere.example.com'))
  expect(hosts.takeAsked()).toEqual([
    { owner: 'shop/shop', host: '*.shop.example.com' },
    { owner: 'shop/shop', host: 'shop.example.com' },
  ])
  expect(hosts.takeAsked()).toEqual([])
  hosts.find(ask('shop.example.com'))
  expect(hosts.takeAsked()).toEqual([{ owner: 'shop/shop', host: 'shop.example.com' }])
})

it('a swap of the table loses none of them', () => {
  const snapshot = createSnapshot()
  snapshot.find(ask('shop.example.com'))
  expect(snapshot.takeAsked()).toEqual([])
  snapshot.swap(table())
  snapshot.find(ask('shop.example.com'))
  snapshot.swap(table())
  snapshot.find(ask('silent.example.com'))
  expect(snapshot.takeAsked().map(({ host }) => host)).toEqual([
    'shop.example.com',
    'silent.example.com',
  ])
  expect(snapshot.takeAsked()).toEqual([])
})

it('when a host was asked about is remembered for its owner, as long as it has that owner', () => {
  const checks = createHostChecks()
  const ref = { kind: 'ProtectedRoute', namespace: 'shop', name: 'shop' } as const
  checks.note([{ owner: 'shop/shop', host: 'shop.example.com' }], 7)
  expect(checks.of(ref)('shop.example.com')).toBe(7)
  expect(checks.of(ref)('other.example.com')).toBeUndefined()
  expect(checks.of({ ...ref, name: 'other' })('shop.example.com')).toBeUndefined()
  finish(checks.retain([{ owner: 'shop/other', host: 'shop.example.com' }]))
  expect(checks.of(ref)('shop.example.com')).toBeUndefined()
})

it('whoever only looks gets the same answer, and nobody counts as having asked', () => {
  const snapshot = createSnapshot()
  expect(snapshot.look(ask('shop.example.com'))).toEqual({ kind: 'not_synced' })
  snapshot.swap(table())
  const named = { [ROUTE_EXTENSION]: 'other/route' }
  for (const [host, extensions] of [
    ['shop.example.com', {}],
    ['a.shop.example.com', {}],
    ['shop.example.com', named],
    ['nowhere.example.com', {}],
  ] as const) {
    expect(snapshot.look(ask(host, extensions))).toEqual(table().find(ask(host, extensions)))
  }
  expect(snapshot.takeAsked()).toEqual([])
})
