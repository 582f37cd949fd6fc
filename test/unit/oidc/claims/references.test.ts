import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withoutPlaces } from '../../../../src/core/identity/elsewhere.ts'
import type { Claims, Json } from '../../../../src/core/identity/identity.ts'
import { referencesIn } from '../../../../src/oidc/claims/references.ts'

const document = (names: Json, sources: Json, own: Claims = {}): Claims => ({
  sub: 'alice',
  _claim_names: names,
  _claim_sources: sources,
  ...own,
})

const ENDPOINT = { endpoint: 'https://claims.example.com/people', access_token: 'ksj3n283dke' }

describe('what a document says is elsewhere', () => {
  it('is told by place, each place once', () => {
    const names = { groups: 'a', address: 'b', phone_number: 'b' }
    expect(referencesIn(document(names, { a: ENDPOINT, b: { JWT: 'x.y.z' } }))).toEqual([
      {
        names: ['groups'],
        place: {
          kind: 'endpoint',
          endpoint: 'https://claims.example.com/people',
          accessToken: 'ksj3n283dke',
        },
      },
      { names: ['address', 'phone_number'], place: { kind: 'jwt', jwt: 'x.y.z' } },
    ])
  })

  it('may be had without a token', () => {
    const { endpoint } = ENDPOINT
    expect(referencesIn(document({ groups: 'a' }, { a: { endpoint } }))).toMatchObject([
      { place: { kind: 'endpoint', endpoint } },
    ])
  })

  it.each([
    'iss',
    'sub',
    'aud',
    'exp',
    'iat',
    'nbf',
    'jti',
    'azp',
    'sid',
    'acr',
    'amr',
    'auth_time',
    'nonce',
    'cnf',
    'act',
    'may_act',
    'scope',
    'scp',
    'client_id',
    '_claim_names',
    '_claim_sources',
  ])('R23: is never %s, which is about the token or the login', (name) => {
    const named = { [name]: 'a', groups: 'a' }
    expect(referencesIn({ ...document({}, { a: ENDPOINT }), _claim_names: named })).toMatchObject([
      { names: ['groups'] },
    ])
  })

  it('R23: is nothing that the document has itself, unless it is null', () => {
    const own = { groups: ['buyers'], roles: null }
    expect(referencesIn(document({ groups: 'a', roles: 'a' }, { a: ENDPOINT }, own))).toMatchObject(
      [{ names: ['roles'] }],
    )
    expect(referencesIn(document({ groups: 'a' }, { a: ENDPOINT }, own))).toEqual([])
  })

  it.each<[string, Json, Json]>([
    ['names that are no object', ['groups'], { a: ENDPOINT }],
    ['a name of a source that is none', { groups: 1 }, { a: ENDPOINT }],
    ['a source that is not there', { groups: 'b' }, { a: ENDPOINT }],
    ['a source that every object has', { groups: 'constructor' }, {}],
    ['sources that are no object', { groups: 'a' }, 'a'],
    ['a source that is no object', { groups: 'a' }, { a: ENDPOINT.endpoint }],
    ['a source of neither kind', { groups: 'a' }, { a: {} }],
    ['a source of both kinds', { groups: 'a' }, { a: { ...ENDPOINT, JWT: 'x.y.z' } }],
    ['an endpoint that is no text', { groups: 'a' }, { a: { endpoint: [ENDPOINT.endpoint] } }],
    ['a JWT that is no text', { groups: 'a' }, { a: { JWT: {} } }],
    ['a token that is no text', { groups: 'a' }, { a: { ...ENDPOINT, access_token: 7 } }],
    ['an empty token', { groups: 'a' }, { a: { ...ENDPOINT, access_token: '' } }],
    ['a token that ends a header', { groups: 'a' }, { a: { ...ENDPOINT, access_token: 'x\r\ny' } }],
  ])('is not followed where it is malformed: %s', (_, names, sources) => {
    expect(referencesIn(document(names, sources))).toEqual([])
  })

  it('R34: whatever a document holds, only claims about people are looked for, in a place', () => {
    const source = fc.oneof(
      fc.record(
        { endpoint: fc.anything(), access_token: fc.anything(), JWT: fc.anything() },
        { requiredKeys: [] },
      ),
      fc.jsonValue({ maxDepth: 2 }),
    )
    const names = fc.dictionary(
      fc.oneof(fc.constantFrom('sub', 'groups', '__proto__', 'acr', 'roles'), fc.string()),
      fc.oneof(
        fc.constantFrom('a', 'b', '__proto__', 'constructor'),
        fc.jsonValue({ maxDepth: 1 }),
      ),
    )
    const sources = fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), source)
    const anything = fc.jsonValue({ maxDepth: 3 })
    fc.assert(
      fc.property(fc.oneof(names, anything), fc.oneof(sources, anything), (named, at) => {
        const own: Claims = { sub: 'alice', roles: ['buyer'] }
        const claims = { ...own, _claim_names: named as Json, _claim_sources: at as Json }
        for (const { names: found, place } of referencesIn(claims)) {
          expect(found.length).toBeGreaterThan(0)
          for (const name of found) {
            expect(['sub', 'acr', 'roles']).not.toContain(name)
            expect(Object.hasOwn(named as object, name)).toBe(true)
          }
          expect(typeof (place.kind === 'jwt' ? place.jwt : place.endpoint)).toBe('string')
        }
      }),
    )
  })
})

describe('a document without its places', () => {
  it('says what is elsewhere, and no longer where: tokens for there stand in it', () => {
    const { _claim_sources: _, ...rest } = document({ groups: 'a' }, { a: ENDPOINT })
    expect(withoutPlaces(document({ groups: 'a' }, { a: ENDPOINT }))).toEqual(rest)
  })

  it('is the same object where there are none', () => {
    const plain = { sub: 'alice' }
    expect(withoutPlaces(plain)).toBe(plain)
  })
})
