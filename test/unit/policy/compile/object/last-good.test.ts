import { describe, expect, test } from 'vitest'
import {
  clientOf,
  compiled,
  find,
  messages,
  policyOf,
  recompiled,
} from '../../../../support/compiled.ts'
import {
  anIdentityProvider,
  anOidcClient,
  aProtectedRoute,
  aShop,
} from '../../../../support/resources.ts'

const { provider, client, route, secret, shop } = aShop()

describe('R29: last known good', () => {
  const bad = aProtectedRoute('shop/shop', {
    rules: [{ name: 'r', match: [{ path: { pattern: '(' } }], public: true }],
  })
  const before = compiled(shop)

  test('R29: an invalid edit of a route keeps its last good policy and says so', () => {
    const compilation = recompiled(before, [provider, client, secret, bad])
    expect(policyOf(compilation)).toEqual(policyOf(before))
    expect(messages(compilation)[0]).toMatch(/; the last good version stays in force\.$/)
    expect(compilation.routes[0]?.inForce).toBe('last_good')
  })

  test('R29: an object that its schema refuses keeps its last good version and says so', () => {
    const ref = { kind: 'ProtectedRoute', namespace: 'shop', name: 'shop' } as const
    const compilation = recompiled(before, [provider, client, secret], [ref])
    expect(policyOf(compilation)).toEqual(policyOf(before))
    expect(compilation.problems).toEqual([
      {
        object: ref,
        field: [],
        reason: 'Invalid',
        message:
          'The object cannot be used as it is written; the last good version stays in force.',
      },
    ])
  })

  test('R29: an invalid provider and an invalid client each keep their last good version', () => {
    const compilation = recompiled(before, [
      anIdentityProvider('shop/keycloak', { issuer: 'http://sso.example.com' }),
      anOidcClient('shop/shop', { callback: { path: '/%' } }),
      secret,
      route,
    ])
    expect(clientOf(compilation)).toEqual(clientOf(before))
    expect(messages(compilation)).toHaveLength(2)
    for (const message of messages(compilation)) expect(message).toContain('last good version')
  })

  test('R29: the last good version survives any number of invalid edits', () => {
    const once = recompiled(before, [provider, client, secret, bad])
    const twice = recompiled(once, [provider, client, secret, bad])
    expect(policyOf(twice)).toEqual(policyOf(before))
    expect(recompiled(twice, shop).problems).toEqual([])
  })

  test('R29: a deleted object is gone, and does not come back as its last good version', () => {
    const deleted = recompiled(before, [provider, client, secret])
    expect(find(deleted)).toEqual({ kind: 'none' })
    expect(find(recompiled(deleted, [provider, client, secret, bad])).kind).toBe('broken')
  })

  test('R29: an object made anew under the name of a deleted one has no last good version', () => {
    const first = compiled([provider, client, secret, aProtectedRoute('shop/shop', {}, 1)])
    const anew = aProtectedRoute('shop/shop', bad.spec, 2)
    expect(find(recompiled(first, [provider, client, secret, anew])).kind).toBe('broken')
    const edited = aProtectedRoute('shop/shop', bad.spec, 1)
    expect(find(recompiled(first, [provider, client, secret, edited])).kind).toBe('found')
  })

  test('R29: that holds even if the deletion was met between two versions that cannot be read', () => {
    const ref = { kind: 'ProtectedRoute', namespace: 'shop', name: 'shop' } as const
    const first = compiled([provider, client, secret, aProtectedRoute('shop/shop', {}, 1)])
    const unreadable = recompiled(first, [provider, client, secret], [ref])
    expect(find(unreadable).kind).toBe('found')
    const anew = aProtectedRoute('shop/shop', bad.spec, 2)
    expect(find(recompiled(unreadable, [provider, client, secret, anew])).kind).toBe('broken')
  })

  test('R29: a last good version grants what it granted, and no more', () => {
    const ref = { kind: 'OIDCClient', namespace: 'shop', name: 'shop' } as const
    const guest = aProtectedRoute('guest/web', {
      hosts: ['guest.example.com'],
      clientRef: { namespace: 'shop', name: 'shop' },
    })
    const compilation = recompiled(before, [provider, secret, route, guest], [ref])
    expect(find(compilation).kind).toBe('found')
    expect(find(compilation, 'guest.example.com').kind).toBe('broken')
    expect(compilation.problems.map(({ reason }) => reason)).toEqual(['Invalid', 'RefNotPermitted'])
  })

  test('R29: whom a last good version let in may stay', () => {
    const ref = { kind: 'OIDCClient', namespace: 'shop', name: 'shop' } as const
    const generous = anOidcClient('shop/shop', { allowedNamespaces: { from: 'All' } })
    const guest = aProtectedRoute('guest/web', { clientRef: { namespace: 'shop', name: 'shop' } })
    const open = compiled([provider, generous, secret, guest])
    expect(find(recompiled(open, [provider, secret, guest], [ref])).kind).toBe('found')
  })

  test('a reference to an object that never was valid is no problem of the one that refers', () => {
    const invalid = [{ kind: 'OIDCClient', namespace: 'shop', name: 'shop' } as const]
    const guest = aProtectedRoute('guest/web', { clientRef: { namespace: 'shop', name: 'shop' } })
    const compilation = compiled([guest], { invalid })
    expect(find(compilation).kind).toBe('broken')
    expect(compilation.problems).toMatchObject([{ object: { kind: 'OIDCClient' } }])
  })

  test('R29: a route that never was valid answers 503, not 404 and not open', () => {
    const compilation = compiled([provider, client, secret, bad])
    expect(find(compilation)).toMatchObject({
      kind: 'broken',
      policy: 'shop/shop',
      detail: expect.stringContaining('no valid version of it is known'),
    })
  })

  test('R29: hosts of a route that its schema refuses are held for it', () => {
    const invalid = [
      {
        kind: 'ProtectedRoute',
        namespace: 'a',
        name: 'old',
        creationTimestampMs: 1,
        hosts: ['shop.example.com', 'not a host'],
      } as const,
    ]
    const claimant = aProtectedRoute('shop/shop', {}, 2)
    const compilation = compiled([provider, client, secret, claimant], { invalid })
    expect(find(compilation)).toMatchObject({ kind: 'broken', policy: 'a/old' })
    expect(compilation.problems.map(({ reason }) => reason)).toEqual(['Invalid', 'HostConflict'])
  })

  test('R29: a grant that is taken back holds no longer, though the same edit is invalid', () => {
    const shared = anOidcClient('shop/shop', { allowedNamespaces: { from: 'All' } })
    const guest = aProtectedRoute('guest/web', { clientRef: { namespace: 'shop', name: 'shop' } })
    const open = compiled([provider, shared, secret, guest])
    expect(find(open).kind).toBe('found')
    const closed = anOidcClient('shop/shop', { callback: { path: '/%' } })
    const compilation = recompiled(open, [provider, closed, secret, guest])
    expect(find(compilation).kind).toBe('broken')
    expect(compilation.problems.map(({ reason }) => reason)).toEqual(['Invalid', 'RefNotPermitted'])
  })
})

describe('sallyport.dev/revoke-before', () => {
  const REVOKE_BEFORE = 'sallyport.dev/revoke-before'
  const clientWith = (written: string, spec: Parameters<typeof anOidcClient>[1] = {}) => {
    const made = anOidcClient('shop/shop', spec)
    return { ...made, metadata: { ...made.metadata, annotations: { [REVOKE_BEFORE]: written } } }
  }
  const shopWith = (client: ReturnType<typeof anOidcClient>) => [provider, client, secret, route]
  const revokedOf = (compilation: ReturnType<typeof compiled>) =>
    clientOf(compilation)?.session.revokeBeforeMs

  test.each([
    ['2026-11-24T18:00:00Z', Date.UTC(2026, 10, 24, 18)],
    ['2026-11-24T18:00:00.5Z', Date.UTC(2026, 10, 24, 18) + 500],
    ['2026-11-24T18:00:00+01:00', Date.UTC(2026, 10, 24, 17)],
    ['2028-02-29T23:59:59-00:30', Date.UTC(2028, 2, 1, 0, 29, 59)],
  ])('%s is a time', (written, timeMs) => {
    const compilation = compiled(shopWith(clientWith(written)))
    expect(compilation.problems).toEqual([])
    expect(revokedOf(compilation)).toBe(timeMs)
  })

  test.each([
    '',
    'now',
    '2026-11-24',
    '2026-11-24T18:00:00',
    '2026-11-24 18:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-11-24T24:00:00Z',
    '2026-11-24T18:00:00+24:00',
    '1795543200',
  ])('%j is none: a sentence names the annotation, and the last good version stays', (written) => {
    const before = compiled(shopWith(clientWith('2026-01-01T00:00:00Z')))
    const compilation = recompiled(before, shopWith(clientWith(written)))
    expect(revokedOf(compilation)).toBe(Date.UTC(2026, 0, 1))
    expect(compilation.problems).toEqual([
      {
        object: { kind: 'OIDCClient', namespace: 'shop', name: 'shop' },
        field: ['metadata', 'annotations', REVOKE_BEFORE],
        reason: 'Invalid',
        message: `The time ${JSON.stringify(written)} is not one of RFC 3339, as in \`2026-11-24T18:00:00Z\`; the last good version stays in force.`,
      },
    ])
  })

  test('R29: holds even if the same edit made the object invalid', () => {
    const before = compiled(shop)
    const edit = clientWith('2026-11-24T18:00:00Z', { callback: { path: '/%' } })
    const compilation = recompiled(before, shopWith(edit))
    expect(clientOf(compilation)?.callbackPath).toBe('/oauth2/callback')
    expect(revokedOf(compilation)).toBe(Date.UTC(2026, 10, 24, 18))
    const worse = anOidcClient('shop/shop', { callback: { path: '/%' } })
    expect(revokedOf(recompiled(compilation, shopWith(worse)))).toBe(Date.UTC(2026, 10, 24, 18))
  })

  test('is gone when the annotation is', () => {
    const before = compiled(shopWith(clientWith('2026-11-24T18:00:00Z')))
    expect(revokedOf(recompiled(before, shop))).toBeUndefined()
  })
})
