import { expect, it } from 'vitest'
import type { HostCounts } from '../../../../src/app/console/decision-counts.ts'
import { type CompiledRoutes, createRouteRows } from '../../../../src/app/console/route-rows.ts'
import { finish } from '../../../../src/core/time/steps.ts'
import { compiled, recompiled } from '../../../support/compiled.ts'
import { aProtectedRoute, aShop } from '../../../support/resources.ts'

const PAGE = { at: 0, size: 50 } as const

const rowsOf = (routes: CompiledRoutes) => finish(createRouteRows(routes))

const rate = (changes: Partial<HostCounts['rates'][number]> = {}) => ({
  decision: 'allow',
  reason: 'allowed',
  lastMinute: 1,
  perMinute: 2,
  lastHour: 10,
  sinceMs: 1_000,
  lastMs: 2_000,
  ...changes,
})

it('every host is told with its route, state, owner and clients, and with why it is broken', () => {
  const { shop } = aShop()
  const { page } = rowsOf(
    compiled([
      ...shop,
      aProtectedRoute('shop/thief', { hosts: ['shop.example.com'] }),
      aProtectedRoute('odd/odd', { hosts: ['odd.example.com'], clientRef: { name: 'gone' } }),
    ]),
  )
  expect(page('', PAGE, []).items).toEqual([
    {
      host: 'odd.example.com',
      route: 'odd/odd',
      state: 'broken',
      detail: expect.stringContaining('odd/odd cannot be used'),
      clients: [],
      rates: [],
    },
    {
      host: 'shop.example.com',
      route: 'shop/shop',
      state: 'programmed',
      clients: ['shop/shop'],
      rates: [],
    },
    {
      host: 'shop.example.com',
      route: 'shop/thief',
      state: 'conflicted',
      owner: 'shop/shop',
      clients: [],
      rates: [],
    },
  ])
})

it('a route whose last good version serves says so', () => {
  const { shop, route } = aShop()
  const { metadata } = route
  const after = recompiled(compiled(shop), shop.slice(0, 2).concat(shop.slice(3)), [
    { kind: 'ProtectedRoute', namespace: metadata.namespace, name: metadata.name },
  ])
  const rows = rowsOf(after)
  expect(rows.page('', PAGE, []).items).toMatchObject([
    { host: 'shop.example.com', state: 'last_good', clients: ['shop/shop'] },
  ])
  expect(rows.view('shop/shop', [], [])).toMatchObject({
    inForce: 'last_good',
    rules: [{ title: expect.any(String) }],
  })
})

it('a search finds hosts, routes, clients and states in any case, and counts all that fit', () => {
  const { shop } = aShop()
  const many = Array.from({ length: 30 }, (_, nth) =>
    aProtectedRoute(`team/r${nth}`, { hosts: [`h${nth}.example.com`], clientRef: { name: 'no' } }),
  )
  const { page } = rowsOf(compiled([...shop, ...many]))
  expect(page('TEAM/R1', PAGE, []).total).toBe(11)
  expect(page('shop/shop', PAGE, []).total).toBe(1)
  expect(page('broken', PAGE, []).total).toBe(30)
  expect(page('nothing', PAGE, [])).toEqual({ items: [], total: 0 })
  const second = page('broken', { at: 1, size: 20 }, [])
  expect([second.items.length, second.total]).toEqual([10, 30])
})

it('what was counted is told of its host, and below a wildcard of the nearest', () => {
  const { shop } = aShop()
  const { page } = rowsOf(
    compiled([
      ...shop,
      aProtectedRoute('shop/wide', { hosts: ['*.example.com', '*.a.example.com'] }),
    ]),
  )
  const counts: readonly HostCounts[] = [
    { host: 'shop.example.com', route: 'shop/shop', rates: [rate()] },
    { host: 'x.example.com', route: 'shop/wide', rates: [rate({ lastHour: 2, sinceMs: 500 })] },
    { host: 'y.example.com', route: 'shop/wide', rates: [rate({ lastHour: 3, lastMs: 9_000 })] },
    { host: 'z.a.example.com', route: 'shop/wide', rates: [rate({ lastHour: 4 })] },
    { host: '(no route)', rates: [rate({ lastHour: 99 })] },
    { host: 'shop.example.com.', route: 'gone/gone', rates: [rate()] },
  ]
  const told = page('', PAGE, counts).items.map(({ host, lastCheckMs, rates }) => [
    host,
    lastCheckMs,
    rates.map(({ lastHour, sinceMs }) => [lastHour, sinceMs]),
  ])
  expect(told).toEqual([
    ['*.a.example.com', 2_000, [[4, 1_000]]],
    ['*.example.com', 9_000, [[5, 500]]],
    ['shop.example.com', 2_000, [[10, 1_000]]],
  ])
})

it('a route is told with its rules in their order, in words, and with its own problems', () => {
  const { provider, client, secret } = aShop()
  const route = aProtectedRoute('shop/shop', {
    rules: [
      { name: 'assets', match: [{ path: { prefix: '/assets' } }], public: true },
      {
        name: 'api',
        match: [{ path: { prefix: '/api' }, methods: ['GET'] }],
        authorize: [{ claim: 'groups', anyOf: ['buyers'] }],
      },
    ],
  } as Parameters<typeof aProtectedRoute>[1])
  const { view } = rowsOf(compiled([provider, client, secret, route]))
  const problem = { severity: 'problem', sentence: 'It is odd.', servesLastGood: false } as const
  const told = view(
    'shop/shop',
    [],
    [
      { ...problem, kind: 'ProtectedRoute', object: 'shop/shop' },
      { ...problem, kind: 'OIDCClient', object: 'shop/shop' },
    ],
  )
  expect(told?.problems).toHaveLength(1)
  expect(told?.rules.map(({ title, rows }) => [title, rows.slice(0, 3)])).toMatchObject([
    [
      'assets',
      [
        { label: 'Matches', lines: ['a path of /assets and below'] },
        { label: 'Accepts', lines: ['anybody, without an identity'] },
      ],
    ],
    [
      'api',
      [
        { label: 'Matches', lines: ['a path of /api and below and the method GET'] },
        { label: 'Accepts', lines: [expect.stringContaining('a session of OIDCClient shop/shop')] },
        { label: 'Requires', lines: ['claim groups has one of: buyers'] },
      ],
    ],
    [
      expect.any(String),
      [{ label: 'Matches', lines: ['whatever no rule before it matches'] }, {}, {}],
    ],
  ])
  expect(view('shop/none', [], [])).toBeUndefined()
})

it('many routes are read in many steps, between which checks are answered', () => {
  const routes = Array.from({ length: 1_000 }, (_, nth) => ({
    name: `team/r${nth}`,
    inForce: 'current' as const,
    hosts: [{ state: 'Programmed' as const, host: `h${nth}.example.com` }],
  }))
  const reading = createRouteRows({ ...compiled([]), routes })
  let steps = 0
  while (reading.next().done !== true) steps += 1
  expect(steps).toBeGreaterThan(100)
})
