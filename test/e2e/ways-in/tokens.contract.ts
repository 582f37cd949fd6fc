import { expect, it } from 'vitest'
import { bearing, readToken } from '../../support/e2e/access-tokens.ts'
import { tokensOfAlice } from '../../support/e2e/keycloak-tokens.ts'
import { API, APP } from '../../support/e2e/manifests.ts'
import { lastSeen } from '../../support/e2e/seen.ts'
import { newHttpBrowser } from '../../support/e2e/sign-in.ts'
import { endUsers } from '../../support/parts/oidc-provider-settings.ts'
import type { Stack } from '../../support/parts/stack.ts'

/** What a real Keycloak has signed, or has signed in, and who shows nothing. */
export const describeTokens = (stack: () => Stack): void => {
  it('`session`: who signs in has a session, whose access token the upstream gets', async () => {
    const browser = newHttpBrowser(stack())
    const { name: username, password, email } = endUsers.alice
    const form = await browser.open(stack().url(APP, '/orders'))
    const landed = await browser.submit(form, { username, password })
    expect([landed.url, landed.status]).toEqual([stack().url(APP, '/orders'), 200])
    const { headers } = lastSeen(stack(), '/orders')
    const { claims } = readToken(headers.authorization?.replace('Bearer ', '') ?? '')
    expect(claims).toMatchObject({ iss: stack().issuer, preferred_username: username })
    expect(headers).toMatchObject({ 'x-auth-subject': claims.sub, 'x-auth-email': email })
  })

  it('`bearer`: a JWT is read here, and goes on as it came', async () => {
    const { access_token: token } = await tokensOfAlice(stack())
    const url = stack().url(API, '/bearer')
    const response = await newHttpBrowser(stack()).send(url, { headers: bearing(token) })
    expect(response.status).toBe(200)
    expect(lastSeen(stack(), '/bearer').headers).toMatchObject({
      ...bearing(token),
      'x-auth-subject': readToken(token).claims.sub,
      'x-auth-email': endUsers.alice.email,
    })
  })

  it('`anonymous`: who shows nothing passes as nobody, and a bad token does not', async () => {
    const url = stack().url(APP, '/hello')
    const browser = newHttpBrowser(stack())
    expect((await browser.send(url)).status).toBe(200)
    expect(lastSeen(stack(), '/hello').headers).not.toHaveProperty('x-auth-subject')
    const { refresh_token: other } = await tokensOfAlice(stack())
    const response = await browser.send(url, { headers: bearing(other) })
    expect(response.json()).toMatchObject({ status: 401, reason: 'token_algorithm_not_allowed' })
  })
}
