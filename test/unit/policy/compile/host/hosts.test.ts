import { describe, expect, test } from 'vitest'
import { compiled, find, policyOf, recompiled } from '../../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../../support/resources.ts'

const provider = anIdentityProvider()
const client = anOidcClient()
const secret = aSecret()

describe('R28: host ownership', () => {
  const pair = [
    provider,
    client,
    secret,
    aProtectedRoute('shop/new', { hosts: ['a.example', 'b.example'] }, 2),
    aProtectedRoute('shop/old', { hosts: ['a.example'] }, 1),
  ]

  test('R28: the later route loses the one host, keeps the other, and is told', () => {
    const compilation = compiled(pair)
    expect(policyOf(compilation, 'a.example').name).toBe('shop/old')
    expect(policyOf(compilation, 'b.example').name).toBe('shop/new')
    expect(compilation.problems).toMatchObject([
      {
        object: { name: 'new' },
        field: ['spec', 'hosts', 0],
        reason: 'HostConflict',
        message: expect.stringContaining('belongs to ProtectedRoute shop/old'),
      },
    ])
    expect(compilation.routes).toMatchObject([
      {
        name: 'shop/new',
        hosts: [
          { state: 'Conflicted', host: 'a.example', conflictingWith: 'shop/old' },
          { state: 'Programmed', host: 'b.example' },
        ],
      },
      { name: 'shop/old', hosts: [{ state: 'Programmed', host: 'a.example' }] },
    ])
  })

  test('R28: a host whose owner is broken answers 503 and is not passed on', () => {
    const broken = aProtectedRoute(
      'shop/old',
      { hosts: ['a.example'], clientRef: { name: 'x' } },
      1,
    )
    const compilation = compiled([...pair.slice(0, 4), broken])
    expect(find(compilation, 'a.example')).toMatchObject({ kind: 'broken', policy: 'shop/old' })
    expect(policyOf(compilation, 'b.example').name).toBe('shop/new')
  })

  test('R28: a route with no host left serves nothing, and harms nobody', () => {
    const compilation = compiled([
      ...pair,
      aProtectedRoute('other/late', { hosts: ['a.example', 'b.example'] }, 3),
    ])
    expect(compilation.problems.filter(({ object }) => object.name === 'late')).toMatchObject(
      [{ reason: 'HostConflict' }, { reason: 'HostConflict' }, { reason: 'ClientNotFound' }].sort(
        (a, b) => (a.reason < b.reason ? -1 : 1),
      ),
    )
    expect(policyOf(compilation, 'b.example').name).toBe('shop/new')
  })

  test('R28: when the owner goes, the next in line has the host', () => {
    const compilation = recompiled(compiled(pair), pair.slice(0, 4))
    expect(policyOf(compilation, 'a.example').name).toBe('shop/new')
    expect(compilation.problems).toEqual([])
  })
})
