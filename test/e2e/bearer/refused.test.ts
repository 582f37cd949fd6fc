import { beforeAll, describe, expect, it } from 'vitest'
import {
  bearing,
  type Claims,
  confusedToken,
  fetchMachineToken,
  readToken,
  signedToken,
  strangerKey,
  unsignedToken,
} from '../../support/e2e/access-tokens.ts'
import { API, APP, shop } from '../../support/e2e/manifests.ts'
import { seenDuring } from '../../support/e2e/seen.ts'
import { newHttpBrowser, signedIn } from '../../support/e2e/sign-in.ts'
import { providerOf, useStack } from '../../support/e2e/use-stack.ts'
import { createHttpBrowser } from '../../support/parts/http-browser.ts'

const HOUR_SECONDS = 3_600

describe('a token', () => {
  const stack = useStack({ resources: shop() })
  const stranger = strangerKey()
  let good: { readonly header: Claims; readonly claims: Claims }

  beforeAll(async () => {
    const browser = createHttpBrowser({ caPem: stack().caPem })
    good = readToken(await fetchMachineToken(stack(), browser))
    await browser.close()
  })

  const providerKey = () => providerOf(stack()).signingKey().privateKey

  /**
   * Exactly what the provider would sign, but for these differences; `undefined` takes a claim out.
   */
  const like = (claims: Claims, header: Claims = {}, key = providerKey()): string =>
    signedToken({ ...good.header, ...header }, { ...good.claims, ...claims }, key)

  const inAnHour = (): number => Math.floor(Date.now() / 1000) + HOUR_SECONDS
  const anHourAgo = (): number => Math.floor(Date.now() / 1000) - HOUR_SECONDS

  const send = (token: string) =>
    newHttpBrowser(stack()).send(stack().url(API, '/orders'), { headers: bearing(token) })

  it('that the provider signed gets through', async () => {
    expect((await send(like({}))).status).toBe(200)
  })

  it('of 12 KiB gets through', async () => {
    const token = like({ padding: 'x'.repeat(9_000) })
    expect(token.length).toBeGreaterThan(12 * 1024)
    expect((await send(token)).status).toBe(200)
  })

  const rows: readonly (readonly [name: string, reason: string, make: () => string])[] = [
    [
      'R22: without a signature (alg none)',
      'token_algorithm_not_allowed',
      () => unsignedToken(good.header, good.claims),
    ],
    [
      'R22: signed by HS256 with the public key as secret',
      'token_algorithm_not_allowed',
      () => confusedToken(good.header, good.claims, providerKey()),
    ],
    ['R23: that has expired', 'token_expired', () => like({ exp: anHourAgo() })],
    ['R23: without exp', 'token_claims_invalid', () => like({ exp: undefined })],
    ['R23: that is valid in an hour', 'token_not_yet_valid', () => like({ nbf: inAnHour() })],
    [
      'R23: for another audience',
      'token_audience_mismatch',
      () => like({ aud: 'https://other.test' }),
    ],
    ['R23: without audience', 'token_claims_invalid', () => like({ aud: undefined })],
    ['R23: of another issuer', 'token_issuer_mismatch', () => like({ iss: 'https://evil.test' })],
    [
      'R23: of an issuer that differs by a slash',
      'token_issuer_mismatch',
      () => like({ iss: `${stack().issuer}/` }),
    ],
    ['R23: without subject', 'token_claims_invalid', () => like({ sub: undefined })],
    [
      'R22: with the id of a key that nobody published',
      'token_key_unknown',
      () => like({}, { kid: 'unknown' }, stranger),
    ],
    [
      'R22: with the right key id, signed by another key',
      'token_signature_invalid',
      () => like({}, {}, stranger),
    ],
    [
      'R22: that names an unknown crit header',
      'token_claims_invalid',
      () => like({}, { crit: ['unknown'], unknown: true }),
    ],
    [
      'R22: that brings its own key',
      'token_signature_invalid',
      () => like({}, { jwk: stranger.export({ format: 'jwk' }) }, stranger),
    ],
    ['R23: of another type', 'token_type_invalid', () => like({}, { typ: 'logout+jwt' })],
    ['that is no JWT', 'token_malformed', () => 'opaque'],
    ['C20: over 64 KiB', 'token_too_large', () => like({ padding: 'x'.repeat(52_000) })],
  ]

  it.each(rows)('%s is answered 401 %s', async (_name, reason, make) => {
    const seen = await seenDuring(stack(), async () => {
      const response = await send(make())
      expect([response.status, response.headers['x-sallyport-reason']]).toEqual([401, reason])
      expect(response.headers['www-authenticate']).toMatch(
        new RegExp(
          `^Bearer realm="${API}", error="invalid_token", error_description="[\\w :,./-]+"$`,
        ),
      )
      expect(response.headers['cache-control']).toBe('no-store')
      expect(response.headers['content-type']).toBe('application/problem+json')
      expect(response.json()).toMatchObject({ status: 401, reason })
      expect(response.setCookie).toEqual([])
    })
    expect(seen).toEqual([])
  })

  it('R23: that is an ID token is no access token', async () => {
    const { landed, browser } = await signedIn(stack(), stack().url(APP, '/'))
    expect(landed.status).toBe(200)
    const toProvider = await browser.fetch(stack().url(APP, '/oauth2/logout'))
    const hint = new URL(toProvider.headers.location ?? '').searchParams.get('id_token_hint')
    const response = await send(hint ?? '')
    expect([response.status, response.headers['x-sallyport-reason']]).toEqual([
      401,
      'token_type_invalid',
    ])
  })

  it.each([
    ['two tokens in one header', 'Bearer a.b.c, Bearer d.e.f'],
    ['a scheme without a token', 'Bearer'],
    ['a token and more', 'Bearer a.b.c d'],
  ])('%s is malformed', async (_name, authorization) => {
    const browser = newHttpBrowser(stack())
    const response = await browser.send(stack().url(API, '/orders'), { headers: { authorization } })
    expect([response.status, response.headers['x-sallyport-reason']]).toEqual([
      401,
      'token_malformed',
    ])
  })

  it('of another scheme is none', async () => {
    const headers = { authorization: 'Basic YWxpY2U6cGFzc3dvcmQ=' }
    const response = await newHttpBrowser(stack()).send(stack().url(API, '/orders'), { headers })
    expect([response.status, response.headers['www-authenticate']]).toEqual([
      401,
      `Bearer realm="${API}"`,
    ])
  })
})
