import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compatibilityHeaders } from '../../../../src/core/decision/compatibility-headers.ts'
import type { Identity } from '../../../../src/core/identity/identity.ts'
import {
  COMPATIBILITY_HEADERS,
  type Compatibility,
  isSetFor,
} from '../../../../src/core/policy/compatibility.ts'
import type { AuthorizationKind } from '../../../../src/core/policy/upstream.ts'
import { isWellKnownHeader } from '../../../../src/core/policy/well-known-headers.ts'
import { normalizeHeaderName } from '../../../../src/core/request/request.ts'
import { anIdentity } from '../../../support/builders.ts'

const ID_CLAIMS = { sub: 'alice', name: 'Zoë?>' }
const ID_TOKEN = `e30.${Buffer.from(JSON.stringify(ID_CLAIMS)).toString('base64url')}.c2ln`

const alice = (claims: Identity['claims'], changes: Partial<Identity> = {}): Identity => ({
  ...anIdentity({ claims }),
  accessToken: 'access-1',
  accessTokenExpiresAtMs: 1_790_000_000_900,
  idToken: ID_TOKEN,
  ...changes,
})

const headersOf = (
  compatibility: Compatibility,
  identity: Identity,
  authorization: AuthorizationKind = 'AccessToken',
) =>
  Object.fromEntries(compatibilityHeaders(identity, { authorization, headers: [], compatibility }))

const decoded = (value = ''): unknown => JSON.parse(Buffer.from(value, 'base64').toString())

const PRESETS = Object.keys(COMPATIBILITY_HEADERS) as Compatibility[]

const CLAIMS = {
  sub: 'alice',
  email: 'alice@example.com',
  preferred_username: 'alice.l',
  groups: ['staff', 'a,b', 'é'],
  email_verified: true,
  level: 3,
  address: { country: 'DE' },
  roles: ['x', true, 4],
  nothing: null,
  'https://example.com/team': 'blue',
}

describe('the headers of the product that was here before', () => {
  it('OAuth2Proxy: user, e-mail, preferred name, groups and access token, by both families', () => {
    const values = {
      user: 'alice',
      email: 'alice@example.com',
      'preferred-username': 'alice.l',
      groups: 'staff,a%2Cb,é',
      'access-token': 'access-1',
    }
    expect(headersOf('OAuth2Proxy', alice(CLAIMS))).toEqual(
      Object.fromEntries(
        ['x-forwarded', 'x-auth-request'].flatMap((family) =>
          Object.entries(values).map(([name, value]) => [`${family}-${name}`, value]),
        ),
      ),
    )
  })

  it('Kong: base64 of JSON, the claims of the ID token apart', () => {
    const headers = headersOf('Kong', alice(CLAIMS))
    expect(decoded(headers['x-userinfo'])).toEqual({
      ...CLAIMS,
      id: 'alice',
      username: 'alice.l',
    })
    expect(headers['x-id-token']).toBe(Buffer.from(JSON.stringify(ID_CLAIMS)).toString('base64'))
    expect(headers['x-access-token']).toBe('access-1')
    expect(headers['x-credential-identifier']).toBe('alice')
  })

  it('Kong: somebody without a preferred name has no username, and an encrypted token no claims', () => {
    const headers = headersOf('Kong', alice({ sub: 'alice' }, { idToken: 'a.b.c.d.e' }))
    expect(decoded(headers['x-userinfo'])).toEqual({ sub: 'alice', id: 'alice' })
    expect(headers).not.toHaveProperty('x-id-token')
  })

  it('ModAuthOpenIDC: one header for each claim, in the forms of the module', () => {
    expect(headersOf('ModAuthOpenIDC', alice(CLAIMS))).toEqual({
      oidc_claim_sub: 'alice',
      oidc_claim_email: 'alice@example.com',
      oidc_claim_preferred_username: 'alice.l',
      oidc_claim_groups: 'staff,a%2Cb,é',
      oidc_claim_email_verified: '1',
      oidc_claim_level: '3',
      oidc_claim_address: '{"country":"DE"}',
      oidc_claim_roles: 'x,1',
      'oidc_claim_https---example.com-team': 'blue',
      oidc_access_token: 'access-1',
      oidc_access_token_expires: '1790000000',
    })
  })

  it('ModAuthOpenIDC: a claim that would stand in the place of another does not', () => {
    const claims = { Sub: 'root', sub: 'alice', 'E/mail': 'x', 'e@mail': 'y', e: false, '': 'z' }
    expect(headersOf('ModAuthOpenIDC', alice(claims), 'Remove')).toMatchObject({
      oidc_claim_sub: 'alice',
      oidc_claim_e: '0',
    })
    expect(headersOf('ModAuthOpenIDC', alice({ ['a'.repeat(200)]: 'b' }), 'Remove')).toEqual({})
  })

  it('AuthService: nothing but the ID token, which `authorization` sends', () => {
    expect(headersOf('AuthService', alice(CLAIMS), 'IDToken')).toEqual({})
  })

  it.each(['IDToken', 'Keep', 'Remove'] as const)(
    'R10: no preset sends the access token beside `authorization: %s`',
    (authorization) => {
      for (const preset of PRESETS) {
        const values = Object.values(headersOf(preset, alice(CLAIMS), authorization))
        expect(values).not.toContain('access-1')
        expect(values.join()).not.toContain(ID_TOKEN)
      }
    },
  )

  it('R10: the token of a bearer is in no header of a preset', () => {
    const bearer: Identity = {
      ...anIdentity({ claims: CLAIMS }),
      via: 'bearer',
      bearer: 'id_token',
    }
    for (const preset of PRESETS) {
      expect(Object.keys(headersOf(preset, bearer)).filter((name) => /token/.test(name))).toEqual(
        [],
      )
    }
  })

  it('R8: whatever a preset sets is removed from requests that do not have it set', () => {
    for (const preset of PRESETS) {
      const names = [
        ...COMPATIBILITY_HEADERS[preset],
        ...Object.keys(headersOf(preset, alice(CLAIMS))),
      ]
      expect(names.filter((name) => !isWellKnownHeader(normalizeHeaderName(name)))).toEqual([])
      expect(names.filter((name) => !isSetFor(preset, name))).toEqual([])
    }
  })

  it('R9: any claims are names and values that can be sent', () => {
    const claims = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue())
    fc.assert(
      fc.property(fc.constantFrom(...PRESETS), claims, (preset, some) => {
        const identity = alice(some as Identity['claims'])
        for (const [name, value] of Object.entries(headersOf(preset, identity))) {
          expect(name).toMatch(/^[!#$%&'*+.^_`|~0-9a-z-]+$/)
          expect(value).not.toMatch(/[\u0000-\u001f\u007f]/)
          expect(value).not.toBe('')
        }
      }),
    )
  })
})
