import type { JWK } from 'oidc-provider'
import { describe, expect, it } from 'vitest'
import { bearing } from '../../support/e2e/access-tokens.ts'
import { API, APP, OPS, ours, shop } from '../../support/e2e/manifests.ts'
import { addressOf, newHttpBrowser, signedIn, signInAt } from '../../support/e2e/sign-in.ts'
import { useChromium } from '../../support/e2e/use-chromium.ts'
import { providerOf, useStack } from '../../support/e2e/use-stack.ts'
import { anOpeningKey, encryptedTo } from '../../support/encrypted-tokens.ts'
import { PROVIDER_HOST } from '../../support/parts/stack.ts'

const AUDIENCE = 'https://encrypted.example.test'

describe('a provider that encrypts ID tokens', () => {
  const key = anOpeningKey()
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'opening', namespace: 'shop' },
    stringData: { 'tls.key': key.privateKeyPem },
  }
  const bearer = { providerRef: { name: 'idp' }, audiences: [AUDIENCE] }
  const route = ours('ProtectedRoute', 'encrypted', {
    hosts: ['other.localhost'],
    authenticate: [{ bearer: { ...bearer, decryptionKeyRef: { name: 'opening' } } }],
    onUnauthenticated: 'Challenge',
    rules: [
      { name: 'no-key', match: [{ path: { prefix: '/no-key' } }], authenticate: [{ bearer }] },
    ],
  })
  const stack = useStack({
    resources: shop({
      client: { idToken: { decryptionKeyRef: { name: 'opening' } } },
      more: [secret, route],
    }),
    backChannel: { client: 'shop/web', withSid: true },
    oidcProvider: {
      encryptsTo: {
        jwk: { ...key.publicJwk, alg: 'RSA-OAEP-256' } as unknown as JWK,
        algorithm: 'RSA-OAEP-256',
      },
    },
  })
  const { newProfile } = useChromium(stack)

  it('signs a person in and out, in a browser', async () => {
    const tab = await (await newProfile()).newPage()
    await tab.goto(stack().url(APP, '/orders?id=7'))
    await signInAt(tab, 'alice')
    expect(addressOf(tab)).toBe(stack().url(APP, '/orders?id=7'))
    expect(await tab.textContent('body')).toContain('alice@example.test')
    const response = await tab.goto(stack().url(APP, '/oauth2/logout'))
    expect(response?.status()).toBeLessThan(500)
  })

  it('ends the session when the person signs out there, by an encrypted logout token', async () => {
    const { browser } = await signedIn(stack(), stack().url(OPS, '/orders'))
    const statusNow = async () => (await browser.fetch(stack().url(OPS, '/data'))).status
    expect(await statusNow()).toBe(200)
    const form = await browser.open(`https://${PROVIDER_HOST}:${stack().port}/session/end`)
    await browser.submit(form, { logout: 'yes' })
    await expect.poll(statusNow, { timeout: 10_000, interval: 50 }).toBe(401)
  })

  it('may encrypt access tokens, which a rule with the key takes, and no other', async () => {
    const { keyId, privateKey } = providerOf(stack()).signingKey()
    const { SignJWT } = await import('jose')
    const signed = await new SignJWT({ scope: 'orders:read' })
      .setProtectedHeader({ alg: 'RS256', kid: keyId, typ: 'at+jwt' })
      .setIssuer(stack().issuer)
      .setSubject('alice')
      .setAudience(AUDIENCE)
      .setExpirationTime('5m')
      .sign(privateKey)
    const token = await encryptedTo(key, signed)
    const browser = newHttpBrowser(stack())
    const send = (path: string, headers: Readonly<Record<string, string>>) =>
      browser.send(stack().url('other.localhost', path), { headers })
    expect((await send('/orders', bearing(token))).status).toBe(200)
    const refused = await send('/no-key', bearing(token))
    expect(refused.status).toBe(401)
    expect(refused.text).toContain('encrypted')
    expect((await send('/orders', bearing(await encryptedTo(anOpeningKey(), signed)))).status).toBe(
      401,
    )
    expect((await send('/orders', bearing(signed))).status).toBe(200)
    // The API of the shop, whose rule names no key.
    expect(
      (await browser.send(stack().url(API, '/orders'), { headers: bearing(token) })).status,
    ).toBe(401)
  })
})
