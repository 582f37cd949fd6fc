import { describe, expect, it } from 'vitest'
import {
  aServerWorld,
  authorizePath,
  CHALLENGE,
  FROM_PAGE,
  forCode,
  ISSUER,
  LOOPBACK,
  locationOf,
  RESOURCE,
  VERIFIER,
} from '../../../support/authorization-server.ts'
import { headerOf } from '../../../support/verdicts.ts'

describe('a client that registers itself', () => {
  it('has a person agree and sign in, and gets tokens of the provider', async () => {
    const world = aServerWorld()
    const clientId = await world.registered({ redirect_uris: [LOOPBACK], client_name: 'Desk' })
    const browser = world.browser()
    const page = await browser.open(authorizePath(clientId))
    expect(page).toMatchObject({ reason: 'authorization_consent_asked', status: 200 })
    expect(page.consent).toMatchObject({ name: 'Desk', resource: 'Orders', scopes: ['mcp'] })
    expect(page.consent?.goesTo).toBeUndefined()
    expect(headerOf(page, 'x-frame-options')).toBe('DENY')

    const sent = await browser.open(page.consent?.allow ?? '', {
      method: 'POST',
      headers: FROM_PAGE,
    })
    expect(sent).toMatchObject({ reason: 'authorization_passed_on', status: 200 })
    expect(world.ports.calls.relay).toMatchObject([
      {
        redirectUri: `${ISSUER}/oauth2/return`,
        codeChallenge: CHALLENGE,
        scopes: ['mcp'],
        resource: RESOURCE,
      },
    ])

    const state = locationOf(sent).searchParams.get('state') ?? ''
    const back = await browser.open(`/oauth2/return?code=provider-code&state=${state}`)
    expect(back).toMatchObject({ reason: 'authorization_returned', status: 302 })
    const location = locationOf(back)
    expect(location.href).toMatch(LOOPBACK)
    expect(location.searchParams.get('state')).toBe('state of the client')
    expect(location.searchParams.get('iss')).toBe(ISSUER)
    expect(browser.cookies.size).toBe(0)

    const code = location.searchParams.get('code') ?? ''
    expect(code).not.toContain('provider-code')
    const tokens = await world.token(forCode(clientId, code))
    expect(tokens).toMatchObject({ reason: 'client_tokens_granted', status: 200, content: 'json' })
    expect(headerOf(tokens, 'cache-control')).toBe('no-store')
    expect(world.ports.calls.relayedCodes).toMatchObject([
      {
        code: 'provider-code',
        redirectUri: `${ISSUER}/oauth2/return`,
        codeChallenge: CHALLENGE,
        codeVerifier: VERIFIER,
        resource: RESOURCE,
      },
    ])
    const { refresh_token: refresh, ...others } = tokens.members ?? {}
    expect(others).toEqual({
      access_token: 'access-1',
      token_type: 'Bearer',
      expires_in: 300,
      scope: 'mcp',
    })
    expect(refresh).not.toBe('provider-refresh')

    const again = await world.token({
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: String(refresh),
    })
    expect(again.reason).toBe('client_tokens_granted')
    expect(world.ports.calls.relayedRefreshes).toEqual([
      { refreshToken: 'provider-refresh', resource: RESOURCE, use: expect.stringMatching(/:0$/) },
    ])
  })
})
