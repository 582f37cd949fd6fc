import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import type { Document } from 'yaml'
import { addCluster, addFilters, typeOf } from '../../support/e2e/envoy-filters.ts'
import { ours, shop } from '../../support/e2e/manifests.ts'
import { lastSeen, seenDuring } from '../../support/e2e/seen.ts'
import { newHttpBrowser, signedIn } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'

const HOST = 'other.localhost'
const ISSUER = 'https://sallyport.example.com'
const HEADER = 'x-sallyport-assertion'

const route = ours('ProtectedRoute', 'asserted', {
  hosts: [HOST],
  clientRef: { name: 'web' },
  upstream: { accessToken: 'None', assertion: { audience: 'orders', claims: ['email'] } },
  rules: [
    {
      name: 'reports',
      match: [{ path: { prefix: '/reports' } }],
      upstream: { assertion: { audience: 'reports', lifetime: '10s' } },
    },
    { name: 'open', match: [{ path: { prefix: '/open' } }], public: true },
  ],
})

const provider = (httpPort: number) => ({
  issuer: ISSUER,
  audiences: ['orders'],
  forward: true,
  from_headers: [{ name: HEADER }],
  claim_to_headers: [
    { header_name: 'x-verified-subject', claim_name: 'sub' },
    { header_name: 'x-verified-provider', claim_name: 'sub_id.iss' },
  ],
  remote_jwks: {
    http_uri: {
      uri: `http://127.0.0.1:${httpPort}/.well-known/jwks.json`,
      cluster: 'sallyport-http',
      timeout: '5s',
    },
    cache_duration: '600s',
  },
})

const verifying = (configuration: Document, httpPort: number): void => {
  addCluster(configuration, 'sallyport-http', httpPort)
  addFilters(configuration, [
    {
      name: 'envoy.filters.http.jwt_authn',
      typed_config: {
        '@type': typeOf('jwt_authn.v3.JwtAuthentication'),
        providers: { sallyport: provider(httpPort) },
        rules: ['/orders', '/reports', '/open'].map((prefix) => ({
          match: { prefix },
          requires: { provider_name: 'sallyport' },
        })),
      },
    },
  ])
}

describe('a real Envoy that verifies assertions', () => {
  const stack = useStack({
    resources: shop({ more: [route] }),
    sallyport: { configuration: { assertions: { issuer: ISSUER } } },
    envoy: { change: verifying },
  })
  const url = (path: string): string => stack().url(HOST, path)
  const assertionAt = (path: string): string => lastSeen(stack(), path).headers[HEADER] ?? ''

  it('takes one for its audience, and tells the upstream whom it names', async () => {
    await signedIn(stack(), url('/orders/1'))
    const { headers } = lastSeen(stack(), '/orders/1')
    expect(headers).toMatchObject({
      'x-verified-subject': 'alice',
      'x-verified-provider': stack().issuer,
      'x-auth-subject': 'alice',
    })
    expect(headers.authorization).toBeUndefined()
    expect(decodeJwt(assertionAt('/orders/1'))).toMatchObject({
      iss: ISSUER,
      aud: 'orders',
      sub: 'alice',
      sub_id: { format: 'iss_sub', iss: stack().issuer, sub: 'alice' },
      email: 'alice@example.test',
    })
  })

  it('R23: refuses one that is for another upstream', async () => {
    const { browser } = await signedIn(stack(), url('/'))
    const seen = await seenDuring(stack(), async () => {
      const response = await browser.fetch(url('/reports/1'))
      expect(response.status).toBe(403)
      expect(response.text).toBe('Audiences in Jwt are not allowed')
    })
    expect(seen).toEqual([])
  })

  it('R8: never sees one that a caller sends, on a public path either', async () => {
    await signedIn(stack(), url('/orders/stolen'))
    const stolen = { [HEADER]: assertionAt('/orders/stolen') }
    const nobody = newHttpBrowser(stack())
    const open = await nobody.send(url('/open/1'), { headers: stolen })
    expect(open.status).toBe(401)
    expect(open.text).toBe('Jwt is missing')
    expect((await nobody.send(url('/orders/2'), { headers: stolen })).status).toBe(401)
    const bob = await signedIn(stack(), url('/'), 'bob')
    const answered = await bob.browser.fetch(url('/orders/bob'), { headers: stolen })
    expect(answered.status).toBe(200)
    expect(lastSeen(stack(), '/orders/bob').headers['x-verified-subject']).toBe('bob')
  })

  it('R31: publishes public keys alone, by which jose verifies as well', async () => {
    const jwks = new URL(`${stack().sallyport.httpUrl}/.well-known/jwks.json`)
    const response = await fetch(jwks)
    expect(response.headers.get('cache-control')).toBe('public, max-age=300')
    const { keys } = (await response.json()) as { keys: readonly object[] }
    expect(keys).toHaveLength(2)
    for (const key of keys) {
      expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    }
    await signedIn(stack(), url('/orders/jose'))
    const expected = { issuer: ISSUER, audience: 'orders', typ: 'JWT' }
    const verified = await jwtVerify(
      assertionAt('/orders/jose'),
      createRemoteJWKSet(jwks),
      expected,
    )
    expect(verified.payload.sub).toBe('alice')
  })

  it('goes on by the keys that it has, when Sallyport is another process: Redis shares them', async () => {
    const { browser } = await signedIn(stack(), url('/orders/before'))
    await stack().sallyport.restart()
    expect((await browser.fetch(url('/orders/after'))).status).toBe(200)
    const kidOf = (path: string): unknown =>
      JSON.parse(Buffer.from(assertionAt(path).split('.')[0] ?? '', 'base64url').toString()).kid
    expect(kidOf('/orders/after')).toBe(kidOf('/orders/before'))
  })
})
