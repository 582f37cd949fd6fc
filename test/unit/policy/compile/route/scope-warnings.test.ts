import { describe, expect, it } from 'vitest'
import type { ProtectedRouteSpec } from '../../../../../src/policy/resource/resource-specs.generated.ts'
import { compiled } from '../../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../../support/resources.ts'

const warnings = (...authorize: ProtectedRouteSpec['authorize'][number][]) =>
  compiled([
    anIdentityProvider(),
    anOidcClient('shop/shop', { scopes: ['openid', 'email'] }),
    aSecret(),
    aProtectedRoute('shop/shop', { authorize }),
  ]).warnings.map(({ field, message }) => [field.slice(1).join('.'), message])

describe('scopes that no client asks for', () => {
  it('are warned of where a rule asks for them', () => {
    expect(warnings({ scopes: ['email'] }, { scopes: ['openid', 'admin'] })).toEqual([
      ['authorize.1.scopes', expect.stringContaining('asks for the scope "admin"')],
    ])
  })

  it('are warned of among alternatives where none of them would do without', () => {
    expect(
      warnings(
        { any: [{ scopes: ['admin'] }, { scopes: ['email'] }] },
        { any: [{ scopes: ['admin'] }, { claim: 'groups', anyOf: ['staff'] }] },
        { any: [{ scopes: ['admin'] }, { scopes: ['root', 'email'] }] },
      ),
    ).toEqual([['authorize.2.any', expect.stringContaining('asks for the scope "admin", "root"')]])
  })
})
