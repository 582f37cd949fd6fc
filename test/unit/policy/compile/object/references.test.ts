import { describe, expect, test } from 'vitest'
import { clientOf, compiled, find, messages, recompiled } from '../../../../support/compiled.ts'
import {
  aConfigMap,
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aSecret,
  aShop,
} from '../../../../support/resources.ts'

const { provider, client, route, secret, shop } = aShop()

describe('references', () => {
  test.each([
    ['provider', [client, secret, route], 'ProviderNotFound', 'OIDCClient'],
    ['client', [provider, secret, route], 'ClientNotFound', 'ProtectedRoute'],
    ['Secret', [provider, client, route], 'SecretNotFound', 'OIDCClient'],
  ] as const)(
    'R29: without its %s the host answers 503 at once, whatever was good before',
    (_, rest, reason, kind) => {
      const compilation = recompiled(compiled(shop), rest)
      expect(find(compilation).kind).toBe('broken')
      expect(compilation.problems).toMatchObject([{ reason, object: { kind } }])
    },
  )

  test.each([
    ['without the key', {}, 'SecretNotFound'],
    ['with an empty value', { 'client-secret': '' }, 'SecretInvalid'],
    ['with a line end and nothing else', { 'client-secret': '\n' }, 'SecretInvalid'],
    ['with several lines', { 'client-secret': 'hunter2\nhunter2' }, 'SecretInvalid'],
    ['with bytes that are no text', { 'client-secret': 'hunter2\u0000' }, 'SecretInvalid'],
  ] as const)('R29: a Secret %s closes the host and is not repeated', (_, data, reason) => {
    const broken = aSecret('shop/shop-oidc', data)
    const compilation = recompiled(compiled(shop), [provider, client, route, broken])
    expect(find(compilation).kind).toBe('broken')
    expect(compilation.problems).toMatchObject([{ reason }])
    expect(JSON.stringify([compilation.problems, find(compilation)])).not.toContain('hunter2')
  })

  test('an empty Secret is called empty', () => {
    const empty = aSecret('shop/shop-oidc', { 'client-secret': '' })
    expect(messages(compiled([provider, client, route, empty]))[0]).toContain('is empty')
  })

  test('R29: a Secret that its reader refused closes the host', () => {
    const invalid = [{ kind: 'Secret', namespace: 'shop', name: 'shop-oidc' } as const]
    const compilation = recompiled(compiled(shop), [provider, client, route], invalid)
    expect(find(compilation).kind).toBe('broken')
    expect(compilation.problems).toMatchObject([{ reason: 'SecretInvalid' }])
  })

  test('R29: one broken Secret leaves the hosts of every other client alone', () => {
    const other = anOidcClient('shop/other', {
      authentication: { method: 'none' },
    })
    const elsewhere = aProtectedRoute('shop/other', {
      hosts: ['other.example.com'],
      clientRef: { name: 'other' },
    })
    const compilation = compiled([provider, client, route, other, elsewhere])
    expect(find(compilation).kind).toBe('broken')
    expect(find(compilation, 'other.example.com').kind).toBe('found')
  })

  test('one cause is told once, at the object that must be mended', () => {
    const second = aProtectedRoute('shop/second', { hosts: ['second.example.com'] })
    const compilation = compiled([provider, client, route, second])
    expect(compilation.problems).toMatchObject([{ object: { kind: 'OIDCClient' } }])
    expect(find(compilation, 'second.example.com')).toMatchObject({
      kind: 'broken',
      detail: expect.stringContaining('Secret shop/shop-oidc was not found'),
    })
  })

  test('a line end after a secret is no part of it', () => {
    const withEnd = aSecret('shop/shop-oidc', { 'client-secret': 'correct horse\r\n' })
    expect(clientOf(compiled([provider, client, route, withEnd]))).toEqual(clientOf(compiled(shop)))
  })

  test('one missing provider of one rule closes the whole route', () => {
    const rules = [
      {
        name: 'api',
        match: [{ path: { prefix: '/api' } }],
        public: false,
        authenticate: [
          { bearer: { providerRef: { name: 'gone' }, audiences: ['a'], maxBytes: 65_536 } },
        ],
      },
    ]
    const compilation = compiled([
      provider,
      client,
      secret,
      aProtectedRoute('shop/shop', { rules }),
    ])
    expect(find(compilation).kind).toBe('broken')
    expect(compilation.problems).toMatchObject([
      {
        reason: 'ProviderNotFound',
        field: ['spec', 'rules', 0, 'authenticate', 0, 'bearer', 'providerRef'],
      },
    ])
  })

  const PEM = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
  const withCa = anIdentityProvider('shop/keycloak', {
    tls: { caRef: { kind: 'ConfigMap', name: 'ca', key: 'ca.crt' } },
  })

  test('a private CA is read from its ConfigMap', () => {
    const map = aConfigMap('shop/ca', { 'ca.crt': PEM + PEM })
    const compilation = compiled([withCa, client, secret, route, map])
    expect(compilation.problems).toEqual([])
    expect(clientOf(compilation).provider.caPem).toBe((PEM + PEM).trimEnd())
  })

  test.each([
    ['missing', {}, 'ConfigMapNotFound'],
    ['no certificate', { 'ca.crt': 'hello' }, 'ConfigMapInvalid'],
    ['cut off', { 'ca.crt': `${PEM}-----BEGIN CERTIFICATE-----\nAAAA` }, 'ConfigMapInvalid'],
    ['a key', { 'ca.crt': PEM.replaceAll('CERTIFICATE', 'PRIVATE KEY') }, 'ConfigMapInvalid'],
  ] as const)('a private CA that is %s closes the hosts of its provider', (_, data, reason) => {
    const map = aConfigMap('shop/ca', data)
    const compilation = compiled([withCa, client, secret, route, map])
    expect(compilation.problems).toMatchObject([{ reason, field: ['spec', 'tls', 'caRef'] }])
    expect(find(compilation).kind).toBe('broken')
    expect(compilation.providers).toEqual([])
    expect(compilation.clients).toEqual([])
  })

  const KEY = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'
  const withKey = anOidcClient('shop/shop', {
    authentication: {
      method: 'private_key_jwt',
      privateKeyRef: { name: 'shop-oidc', key: 'tls.key' },
      keyId: 'k1',
    },
  })

  test('a private key is read from its Secret, for RS256 unless it says otherwise', () => {
    const holder = aSecret('shop/shop-oidc', { 'tls.key': `${KEY}\n` })
    expect(clientOf(compiled([provider, withKey, holder, route])).authentication).toEqual({
      method: 'private_key_jwt',
      assertionAudience: 'Issuer',
      keyId: 'k1',
      algorithm: 'RS256',
      privateKeyPem: KEY,
    })
  })

  test.each(['hello', KEY.replaceAll('PRIVATE', 'RSA PRIVATE'), KEY + KEY])(
    'a private key that is no PKCS#8 PEM closes the hosts of its client',
    (pem) => {
      const holder = aSecret('shop/shop-oidc', { 'tls.key': pem })
      const compilation = compiled([provider, withKey, holder, route])
      expect(compilation.problems).toMatchObject([{ reason: 'SecretInvalid' }])
      expect(find(compilation).kind).toBe('broken')
    },
  )

  const opening = anOidcClient('shop/shop', {
    idToken: { decryptionKeyRef: { name: 'opening', key: 'tls.key' } },
  })
  const opened = aProtectedRoute('shop/shop', {
    rules: [
      {
        name: 'api',
        match: [{ path: { prefix: '/api' } }],
        public: false,
        authenticate: [
          {
            bearer: {
              providerRef: { name: 'keycloak' },
              audiences: ['api'],
              maxBytes: 65536,
              decryptionKeyRef: { name: 'opening', key: 'tls.key' },
            },
          },
        ],
      },
    ],
  })

  test('a key that opens tokens is read from its Secret, for clients and for bearers', () => {
    const holder = aSecret('shop/opening', { 'tls.key': `${KEY}\n` })
    const all = [provider, opening, secret, opened, holder]
    const compilation = compiled(all)
    expect(compilation.problems).toEqual([])
    expect(clientOf(compilation).decryptionKeys).toEqual([{ privateKeyPem: KEY }])
    const found = find(compilation)
    const bearer = found.kind === 'found' ? found.policy.rules[0]?.authenticate[0] : undefined
    expect(bearer).toMatchObject({ kind: 'bearer', decryptionKeys: [{ privateKeyPem: KEY }] })
    // Another key makes another client and another policy.
    const next = KEY.replace('AAAA', 'BBBB')
    const rotated = compiled([...all.slice(0, -1), aSecret('shop/opening', { 'tls.key': next })])
    expect(clientOf(rotated).generation).not.toBe(clientOf(compilation).generation)
  })

  const next = KEY.replace('AAAA', 'BBBB')
  const listing = (...keys: readonly string[]) => ({
    decryptionKeyRefs: keys.map((key) => ({ name: 'opening', key, keyId: `id of ${key}` })),
  })
  const listed = anOidcClient('shop/shop', { idToken: listing('old.key', 'new.key') })
  const listedByRoute = aProtectedRoute('shop/shop', {
    rules: [
      {
        ...{ name: 'api', match: [{ path: { prefix: '/api' } }], public: false },
        authenticate: [
          {
            bearer: {
              providerRef: { name: 'keycloak' },
              ...{ audiences: ['api'], maxBytes: 65536 },
              ...listing('old.key', 'new.key'),
            },
          },
        ],
      },
    ],
  })
  const bearerOf = (compilation: ReturnType<typeof compiled>) => {
    const found = find(compilation)
    return found.kind === 'found' ? found.policy.rules[0]?.authenticate[0] : undefined
  }

  test('keys of a list are read in its order, with their names', () => {
    const holder = aSecret('shop/opening', { 'old.key': KEY, 'new.key': next })
    const keys = [
      { privateKeyPem: KEY, keyId: 'id of old.key' },
      { privateKeyPem: next, keyId: 'id of new.key' },
    ]
    const compilation = compiled([provider, listed, secret, listedByRoute, holder])
    expect(compilation.problems).toEqual([])
    expect(clientOf(compilation).decryptionKeys).toEqual(keys)
    expect(bearerOf(compilation)).toMatchObject({ decryptionKeys: keys })
  })

  test.each([
    ['missing', { 'new.key': next }, 'SecretNotFound'],
    ['malformed', { 'old.key': 'hello', 'new.key': next }, 'SecretInvalid'],
  ] as const)(
    'a key of a list that is %s is told by its place, and the rest serve',
    (_, data, reason) => {
      const all = [provider, listed, secret, listedByRoute, aSecret('shop/opening', data)]
      const compilation = compiled(all)
      const message = expect.stringMatching(
        /; what is encrypted to it stays closed, and the other keys go on\.$/,
      )
      const bearer = ['spec', 'rules', 0, 'authenticate', 0, 'bearer']
      expect(compilation.problems).toMatchObject([
        { reason, field: ['spec', 'idToken', 'decryptionKeyRefs', 0], message },
        { reason, field: [...bearer, 'decryptionKeyRefs', 0], message },
      ])
      const keys = [{ privateKeyPem: next, keyId: 'id of new.key' }]
      expect(clientOf(compilation).decryptionKeys).toEqual(keys)
      expect(bearerOf(compilation)).toMatchObject({ decryptionKeys: keys })
    },
  )

  test('a list without a single usable key closes the hosts', () => {
    const holder = aSecret('shop/opening', { 'old.key': 'hello' })
    const ofClient = compiled([provider, listed, secret, route, holder])
    expect(ofClient.problems).toHaveLength(2)
    expect(find(ofClient).kind).toBe('broken')
    const ofRoute = compiled([provider, client, secret, listedByRoute, holder])
    expect(ofRoute.problems).toHaveLength(2)
    expect(find(ofRoute).kind).toBe('broken')
  })

  test.each([
    ['missing', {}, 'SecretNotFound'],
    ['no key', { 'tls.key': 'hello' }, 'SecretInvalid'],
    ['two keys', { 'tls.key': `${KEY}\n${KEY}` }, 'SecretInvalid'],
  ] as const)('a key that opens tokens and is %s closes the hosts', (_, data, reason) => {
    const holder = aSecret('shop/opening', data)
    const ofClient = compiled([provider, opening, secret, route, holder])
    expect(ofClient.problems).toMatchObject([
      { reason, field: ['spec', 'idToken', 'decryptionKeyRef'] },
    ])
    expect(find(ofClient).kind).toBe('broken')
    const ofRoute = compiled([provider, client, secret, opened, holder])
    expect(ofRoute.problems).toMatchObject([
      {
        reason,
        field: ['spec', 'rules', 0, 'authenticate', 0, 'bearer', 'decryptionKeyRef'],
      },
    ])
    expect(find(ofRoute).kind).toBe('broken')
  })
})
