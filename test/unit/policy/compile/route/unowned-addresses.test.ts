import { describe, expect, it } from 'vitest'
import type { ProtectedRouteSpec } from '../../../../../src/policy/resource/resource-specs.generated.ts'
import { readPlatform } from '../../../../../src/resources/platform-requirements.ts'
import { compiled } from '../../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
} from '../../../../support/resources.ts'

const ISSUER = 'https://login.example.com/{tenantid}/v2.0'
const OURS = '8a4c1111-0000-4000-8000-000000000001'

const fieldsOf = (tenants: readonly string[], spec: Partial<ProtectedRouteSpec>) =>
  compiled([
    anIdentityProvider('shop/keycloak', { issuer: ISSUER, tenants }),
    anIdentityProvider('shop/other'),
    anOidcClient(),
    aSecret(),
    aProtectedRoute('shop/shop', spec),
  ]).problems.map(({ field, message }) => {
    expect(message).toMatch(/IdentityProvider shop\/keycloak takes people of all tenants/)
    return field.slice(1).join('.')
  })

const waived = { emailDomains: ['example.com'], allowUnverified: true }

describe('R23: an address that nobody has verified, of people of all tenants', () => {
  it('proves nothing: the clause is refused, within alternatives too', () => {
    const authorize = [waived, { any: [{ scopes: ['openid'] }, waived] }]
    expect(fieldsOf(['*'], { authorize })).toEqual(['authorize.0', 'authorize.1'])
  })

  it('is refused for tokens alike, and once where a rule has it from the route', () => {
    const bearer = { providerRef: { name: 'keycloak' }, audiences: ['shop'], maxBytes: 4096 }
    const other = { ...bearer, providerRef: { name: 'other' } }
    const match = [{ path: { prefix: '/a' } }]
    expect(
      fieldsOf(['*'], {
        authenticate: [{ bearer: other }],
        authorize: [waived],
        rules: [
          { name: 'inherits', match, public: false },
          { name: 'tokens', match, public: false, authenticate: [{ bearer }] },
          { name: 'open', match, public: true },
        ],
      }),
    ).toEqual(['rules.1.authorize.0'])
    expect(
      fieldsOf(['*'], {
        authorize: [waived],
        rules: [{ name: 'inherits', match, public: false }],
      }),
    ).toEqual(['authorize.0'])
  })

  it('is refused where the platform asks for it, unless it or the route says whose people', () => {
    const problems = (tenants: readonly string[], clauses: object[], authorize: object[] = []) => {
      const read = readPlatform([{ name: 'staff', authorize: clauses }])
      if (read.kind === 'problems') throw new Error(read.problems.join())
      return compiled(
        [
          anIdentityProvider('shop/keycloak', { issuer: ISSUER, tenants }),
          anOidcClient(),
          aSecret(),
          aProtectedRoute('shop/shop', { authorize }),
        ],
        { options: { allowInsecureIssuers: false, platform: read.terms } },
      ).problems.map(({ field, message }) => `${field.join('.')}: ${message}`)
    }
    const tid = { claim: 'tid', anyOf: [OURS] }
    expect(problems(['*'], [waived])).toEqual([
      expect.stringMatching(
        /^spec\.authorize: The platform \(staff\) requires .* IdentityProvider shop\/keycloak takes/,
      ),
    ])
    expect(problems(['*'], [{ any: [{ scopes: ['a'] }, waived] }])).toHaveLength(1)
    expect(problems([OURS], [waived])).toEqual([])
    expect(problems(['*'], [waived, tid])).toEqual([])
    expect(problems(['*'], [waived], [tid])).toEqual([])
    expect(problems(['*'], [tid], [waived])).toEqual([])
  })

  it('does where the tenants are listed, or a clause names them, or it is verified', () => {
    expect(fieldsOf([OURS], { authorize: [waived] })).toEqual([])
    expect(fieldsOf(['*'], { authorize: [{ emailDomains: ['example.com'] }] })).toEqual([])
    expect(fieldsOf(['*'], { authorize: [waived, { claim: 'tid', anyOf: [OURS] }] })).toEqual([])
    expect(fieldsOf(['*'], { authorize: [waived, { claim: 'tid', exists: true }] })).toEqual([
      'authorize.0',
    ])
  })
})
