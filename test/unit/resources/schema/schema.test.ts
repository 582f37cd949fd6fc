import { describe, expect, it } from 'vitest'
import { formatField } from '../../../../src/resources/schema/field-path.ts'
import { createResourceSchema, type Decoded } from '../../../../src/resources/schema/schema.ts'

const schema = createResourceSchema()

const manifest = (kind: string, spec: unknown, metadata: unknown = { name: 'a' }) => ({
  apiVersion: 'sallyport.dev/v1alpha1',
  kind,
  metadata,
  spec,
})

const provider = (spec: object) =>
  manifest('IdentityProvider', { issuer: 'https://sso.example.com', ...spec })

const client = (spec: object) =>
  manifest('OIDCClient', {
    providerRef: { name: 'keycloak' },
    clientId: 'shop',
    authentication: { method: 'none' },
    ...spec,
  })

const route = (spec: object) =>
  manifest('ProtectedRoute', {
    hosts: ['shop.example.com'],
    clientRef: { name: 'shop' },
    ...spec,
  })

const secret = (fields: object) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'shop-oidc' },
  ...fields,
})

const problemsOf = (decoded: Decoded): readonly string[] =>
  decoded.kind === 'refused'
    ? decoded.problems.map(({ field, message }) => `${formatField(field)}: ${message}`)
    : []

const fieldsOf = (decoded: Decoded): readonly string[] =>
  decoded.kind === 'refused' ? decoded.problems.map(({ field }) => formatField(field)) : []

const resourceOf = (decoded: Decoded) =>
  decoded.kind === 'resource' ? decoded.resource : problemsOf(decoded)

describe('decoding a manifest', () => {
  it('puts it into the namespace default and fills in every default', () => {
    expect(resourceOf(schema.decode(provider({})))).toEqual({
      kind: 'IdentityProvider',
      metadata: { name: 'a', namespace: 'default', labels: {}, annotations: {} },
      spec: {
        issuer: 'https://sso.example.com',
        discovery: 'Automatic',
        signingAlgorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
        clockSkew: '30s',
        requestTimeout: '5s',
        refreshInterval: { metadata: '1h', keys: '10m' },
        allowedNamespaces: { from: 'Same' },
      },
    })
  })

  it('fills in what is missing beside what is set', () => {
    const decoded = schema.decode(client({ session: { idleTimeout: '5m' } }))
    expect(resourceOf(decoded)).toMatchObject({
      spec: {
        session: {
          idleTimeout: '5m',
          absoluteTimeout: '12h',
          refresh: { before: '60s', disabled: false },
          cookie: { sameSite: 'Lax' },
        },
      },
    })
  })

  it('leaves the fields of a rule unset, so that they can be inherited', () => {
    const rule = { name: 'api', match: [{ path: { prefix: '/api' } }], upstream: {} }
    const decoded = schema.decode(route({ rules: [rule] }))
    expect(resourceOf(decoded)).toMatchObject({ spec: { rules: [{ ...rule, public: false }] } })
    expect(Object.keys(Object(Object(resourceOf(decoded)).spec.rules[0].upstream))).toEqual([])
  })

  it('does not change the manifest that it is given', () => {
    const given = provider({ discovery: null })
    const before = structuredClone(given)
    schema.decode(given)
    expect(given).toEqual(before)
  })

  it('keeps the time of creation, by which hosts are owned', () => {
    const metadata = { name: 'a', creationTimestamp: '2026-01-31T12:00:00Z' }
    const decoded = schema.decode({ ...provider({}), metadata })
    expect(resourceOf(decoded)).toMatchObject({
      metadata: { creationTimestampMs: Date.UTC(2026, 0, 31, 12) },
    })
  })

  it('passes over status, as the API server does', () => {
    const decoded = schema.decode({ ...provider({}), status: { anything: ['goes'] } })
    expect(decoded.kind).toBe('resource')
  })

  it('names all problems at once and the object, so that its last good version can stay in force', () => {
    const decoded = schema.decode(
      manifest(
        'ProtectedRoute',
        { hosts: ['Shop.example.com'], onUnauthenticated: 'auto', rulez: [] },
        { name: 'shop', namespace: 'shop' },
      ),
    )
    expect(decoded).toMatchObject({
      ref: { kind: 'ProtectedRoute', namespace: 'shop', name: 'shop' },
    })
    expect(problemsOf(decoded)).toEqual([
      'spec.rulez: is not a field here; did you mean `rules`?',
      'spec.hosts[0]: "Shop.example.com" is not a lower-case DNS name; write "shop.example.com"',
      'spec.onUnauthenticated: "auto" is not known here; did you mean `Auto`?',
    ])
  })

  it('knows the object even if its apiVersion is wrong', () => {
    const decoded = schema.decode({ ...provider({}), apiVersion: 'sallyport.dev/v2' })
    expect(decoded).toMatchObject({ ref: { kind: 'IdentityProvider', name: 'a' } })
    expect(fieldsOf(decoded)).toEqual(['apiVersion'])
  })

  it.each([
    ['null', null],
    ['a number', 3],
    ['a string', 'x'],
    ['a list', []],
    ['an empty object', {}],
    ['a kind that is a number', { kind: 7 }],
    ['a kind of the prototype', { kind: 'constructor' }],
    ['metadata that is a list', { ...provider({}), metadata: [] }],
    ['a name that is an object', { ...provider({}), metadata: { name: {} } }],
  ])('refuses %s without throwing', (_, value) => {
    const decoded = schema.decode(value)
    expect(decoded.kind).toBe('refused')
    expect(decoded).not.toHaveProperty('ref')
  })

  it('refuses claim values that are no scalars, which a cluster could not', () => {
    for (const value of [{}, [], null]) {
      const decoded = schema.decode(route({ authorize: [{ claim: 'groups', noneOf: [value] }] }))
      expect(fieldsOf(decoded)).toEqual(['spec.authorize[0].noneOf[0]'])
    }
  })

  it('reports a broken rule only where the values that it compares are right', () => {
    const decoded = schema.decode(client({ session: { idleTimeout: 'long' } }))
    expect(fieldsOf(decoded)).toEqual(['spec.session.idleTimeout'])
  })
})

describe('rules of the definitions that keep a host safe', () => {
  it('R11: a session cookie is called __Host- something, or __Secure-sallyport with a domain', () => {
    const refused = [
      { name: 'sid' },
      { name: '__Secure-sallyport' },
      { name: '__Host-shop', domain: 'example.com' },
      { name: '__Secure-shop', domain: 'example.com' },
      { domain: 'localhost' },
      { secure: false },
    ]
    for (const cookie of refused) {
      expect(schema.decode(client({ session: { cookie } })).kind).toBe('refused')
    }
  })

  it('R22: neither a symmetric algorithm nor none can be allowed', () => {
    for (const algorithm of ['HS256', 'HS384', 'HS512', 'none', 'None', '']) {
      const decoded = schema.decode(provider({ signingAlgorithms: ['RS256', algorithm] }))
      expect(fieldsOf(decoded)).toContain('spec.signingAlgorithms[1]')
    }
  })

  it('R23: a bearer method names at least one audience, and clocks differ by 60s at most', () => {
    const bearer = { providerRef: { name: 'keycloak' } }
    for (const audiences of [null, [], ['']]) {
      const authenticate = [{ bearer: { ...bearer, audiences } }]
      expect(schema.decode(route({ authenticate })).kind).toBe('refused')
    }
    expect(fieldsOf(schema.decode(provider({ clockSkew: '61s' })))).toEqual(['spec.clockSkew'])
  })

  it('R5: a path that no canonical request has cannot be made public', () => {
    for (const exact of ['/a?b', '/a#b', '/a;b', '/a%2fb', '/a\\b', '/a//b', '/a/../b', '/a/.']) {
      const rules = [{ name: 'a', match: [{ path: { exact } }], public: true }]
      expect(fieldsOf(schema.decode(route({ rules })))).toEqual([
        'spec.rules[0].match[0].path.exact',
      ])
    }
  })

  it('R16: parameters that the flow sets itself can neither be set nor forwarded', () => {
    const names = ['state', 'nonce', 'redirect_uri', 'response_type', 'response_mode', 'scope']
    const more = ['code_challenge', 'code_challenge_method', 'client_id', 'request', 'request_uri']
    for (const name of [...names, ...more, 'resource']) {
      const set = client({ authorizationRequest: { parameters: { [name]: 'x' } } })
      const forwarded = client({ authorizationRequest: { forwardParameters: [name] } })
      expect(schema.decode(set).kind).toBe('refused')
      expect(schema.decode(forwarded).kind).toBe('refused')
    }
  })

  it('R18: after sign-out nobody is sent to another scheme or past a second slash', () => {
    const urls = ['//evil.example', '/\\evil.example', 'http://a.example', 'javascript:x', 'x']
    for (const redirectURL of urls) {
      expect(fieldsOf(schema.decode(client({ logout: { redirectURL } })))).toEqual([
        'spec.logout.redirectURL',
      ])
    }
  })
})

describe('Secrets and ConfigMaps', () => {
  it('are decoded; stringData goes before data, and what is not text is left out', () => {
    const data = { a: Buffer.from('ä').toString('base64'), b: 'b2xk', binary: '/w==' }
    const decoded = schema.decode(secret({ data, stringData: { b: 'new' } }))
    expect(resourceOf(decoded)).toMatchObject({ kind: 'Secret', data: { a: 'ä', b: 'new' } })
    expect(Object(resourceOf(decoded)).data).not.toHaveProperty('binary')
  })

  it('may have base64 over several lines', () => {
    const decoded = schema.decode(secret({ data: { a: 'aGFs\nbG8=\n' } }))
    expect(resourceOf(decoded)).toMatchObject({ data: { a: 'hallo' } })
  })

  it('R31: no sentence about a Secret holds any of its values', () => {
    const planted = 'hunter2'
    const broken = [
      { data: { a: `${planted}!` } },
      { data: { a: [planted] } },
      { data: planted },
      { stringData: { a: { b: planted } } },
      { stringData: [planted] },
      { type: planted.repeat(100) },
      { immutable: planted },
      { metadata: { name: `${planted}!` } },
      { metadata: { name: 'a', labels: { a: `${planted} x` } } },
    ]
    for (const fields of broken) {
      const sentences = problemsOf(schema.decode(secret(fields)))
      expect(sentences).not.toEqual([])
      expect(sentences.join('\n')).not.toContain(planted)
    }
  })

  it('R31: the password of a URL is not repeated', () => {
    const issuer = 'https://admin:hunter2@sso.example.com/'
    const sentences = problemsOf(schema.decode(provider({ issuer })))
    expect(sentences.join('\n')).toContain('sso.example.com')
    expect(sentences.join('\n')).not.toContain('hunter2')
  })
})
