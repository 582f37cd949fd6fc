import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { finish } from '../../../../../src/core/time/steps.ts'
import {
  type HostClaim,
  type HostStanding,
  type Standings,
  settleHosts,
} from '../../../../../src/policy/compile/host/ownership.ts'
import { createHostTable } from '../../../../../src/policy/matching/host-table.ts'

const settled = (claims: readonly HostClaim[]): Standings => finish(settleHosts(claims))

const claim = (route: string, createdAt: number | undefined, ...hosts: string[]): HostClaim => ({
  namespace: route.split('/')[0] ?? '',
  route,
  ...(createdAt === undefined ? {} : { creationTimestampMs: createdAt }),
  hosts,
})

const ownedBy = (claims: readonly HostClaim[], route: string): string[] =>
  (settled(claims).get(route) ?? [])
    .filter((standing) => standing.kind === 'owned')
    .map((standing) => standing.host)

const lostBy = (claims: readonly HostClaim[], route: string): HostStanding[] =>
  (settled(claims).get(route) ?? []).filter((standing) => standing.kind === 'conflicted')

describe('settleHosts', () => {
  test('R28: the oldest route owns a host; the later one loses that host and keeps its others', () => {
    const claims = [claim('b/new', 2, 'x.example', 'y.example'), claim('a/old', 1, 'x.example')]
    expect(ownedBy(claims, 'a/old')).toEqual(['x.example'])
    expect(ownedBy(claims, 'b/new')).toEqual(['y.example'])
    expect(lostBy(claims, 'b/new')).toEqual([
      { kind: 'conflicted', host: 'x.example', conflictingWith: 'a/old', through: 'x.example' },
    ])
  })

  test('R28: of two routes of one age the first by namespace, then by name, owns the host', () => {
    expect(ownedBy([claim('b/a', 1, 'x'), claim('a/z', 1, 'x')], 'a/z')).toEqual(['x'])
    expect(ownedBy([claim('a/z', 1, 'x'), claim('a/b', 1, 'x')], 'a/b')).toEqual(['x'])
    expect(ownedBy([claim('a-b/a', 1, 'x'), claim('a/a', 1, 'x')], 'a/a')).toEqual(['x'])
  })

  test('R28: a route without a timestamp is younger than every route with one', () => {
    expect(ownedBy([claim('a/a', undefined, 'x'), claim('b/b', 9, 'x')], 'b/b')).toEqual(['x'])
  })

  test('R28: a more specific host under the older wildcard of another namespace is a conflict', () => {
    const claims = [claim('a/wild', 1, '*.example'), claim('b/new', 2, 'x.example', '*.y.example')]
    expect(lostBy(claims, 'b/new')).toEqual([
      { kind: 'conflicted', host: 'x.example', conflictingWith: 'a/wild', through: '*.example' },
      { kind: 'conflicted', host: '*.y.example', conflictingWith: 'a/wild', through: '*.example' },
    ])
  })

  test('R28: a more specific host that is older than the wildcard of another namespace stays', () => {
    const claims = [claim('b/old', 1, 'x.example'), claim('a/wild', 2, '*.example')]
    expect(ownedBy(claims, 'b/old')).toEqual(['x.example'])
    expect(ownedBy(claims, 'a/wild')).toEqual(['*.example'])
  })

  test('the apex of a wildcard is nobody’s because of the wildcard', () => {
    const claims = [claim('a/wild', 1, '*.example'), claim('b/apex', 2, 'example')]
    expect(ownedBy(claims, 'b/apex')).toEqual(['example'])
  })

  test('within one namespace a more specific host beats the older wildcard', () => {
    const claims = [claim('a/wild', 1, '*.example'), claim('a/new', 2, 'x.example', '*.y.example')]
    expect(ownedBy(claims, 'a/new')).toEqual(['x.example', '*.y.example'])
  })

  test('the closest wildcard decides, not a wider one further up', () => {
    const claims = [
      claim('a/close', 1, '*.y.example'),
      claim('b/wide', 2, '*.example'),
      claim('a/host', 3, 'x.y.example'),
      claim('b/host', 4, 'z.y.example'),
    ]
    expect(ownedBy(claims, 'a/host')).toEqual(['x.y.example'])
    expect(lostBy(claims, 'b/host')).toMatchObject([{ conflictingWith: 'a/close' }])
  })

  const host = fc.constantFrom('e', '*.e', 'a.e', '*.a.e', 'b.a.e', '*.b.a.e', 'c.b.a.e', 'b.e')
  const claims = fc.uniqueArray(
    fc.record({
      namespace: fc.constantFrom('n1', 'n2', 'n3'),
      name: fc.constantFrom('r', 's', 't', 'u'),
      createdAt: fc.nat(6),
      hosts: fc.uniqueArray(host, { minLength: 1, maxLength: 4 }),
    }),
    { selector: ({ namespace, name }) => `${namespace}/${name}`, maxLength: 8 },
  )
  const built = claims.map((all) =>
    all.map((c) => claim(`${c.namespace}/${c.name}`, c.createdAt, ...c.hosts)),
  )

  const tableOf = (all: readonly HostClaim[]) =>
    finish(
      createHostTable(
        [...settled(all)].flatMap(([route, standings]) =>
          standings
            .filter((standing) => standing.kind === 'owned')
            .map(({ host: owned }) => ({
              host: owned,
              answer: { kind: 'broken', policy: route, detail: '' } as const,
            })),
        ),
      ),
    )

  test('R28: no younger route of another namespace ever changes who answers for a host', () => {
    const asked = ['e', 'a.e', 'b.e', 'b.a.e', 'c.b.a.e', 'd.c.b.a.e', 'z.e', 'z.a.e']
    fc.assert(
      fc.property(built, fc.uniqueArray(host, { minLength: 1 }), (before, hosts) => {
        const after = [...before, claim('intruder/new', 99, ...hosts)]
        for (const name of asked) {
          const former = tableOf(before).find({ host: name, contextExtensions: {} })
          if (former.kind === 'none') continue
          expect(tableOf(after).find({ host: name, contextExtensions: {} })).toEqual(former)
        }
      }),
    )
  })

  test('R28: the order in which routes are listed decides nothing', () => {
    fc.assert(
      fc.property(built, fc.nat(), (all, seed) => {
        const turned = all.map((_, index) => all[(index + seed) % all.length] ?? all[0])
        const shuffled = turned.flatMap((entry) => (entry === undefined ? [] : [entry]))
        expect(new Map([...settled(shuffled)].sort())).toEqual(new Map([...settled(all)].sort()))
      }),
    )
  })

  test('every host has at most one owner, and whoever lost it is told who that is', () => {
    fc.assert(
      fc.property(built, (all) => {
        const standings = [...settled(all)]
        const owned = standings.flatMap(([, list]) => list.filter((s) => s.kind === 'owned'))
        expect(new Set(owned.map((s) => s.host)).size).toBe(owned.length)
        for (const [route, list] of standings) {
          for (const standing of list) {
            if (standing.kind === 'conflicted') expect(standing.conflictingWith).not.toBe(route)
          }
        }
      }),
    )
  })
})
