import { randomBytes } from 'node:crypto'
import { expect, it, onTestFinished } from 'vitest'
import { sessionClaims } from '../../src/core/identity/session-claims.ts'
import { createFollowSources } from '../../src/oidc/claims/claim-sources.ts'
import { followingSources } from '../../src/oidc/claims/session-sources.ts'
import { createRelyingParty } from '../../src/oidc/client/relying-party.ts'
import { createUserinfo } from '../../src/oidc/client/userinfo.ts'
import { askingUserinfo } from '../../src/oidc/client/userinfo-claims.ts'
import { aClient, aProvider } from '../support/builders.ts'
import { unlimited } from '../support/check-ports.ts'
import { aClaimSource, jwt } from '../support/claim-sources.ts'
import { handSetClock } from '../support/hand-set-clock.ts'
import { localProviders } from '../support/local-providers.ts'
import { aLogin } from '../support/logins.ts'
import { createHttpBrowser } from '../support/parts/http-browser.ts'
import { startHttpListener } from '../support/parts/http-listener.ts'
import { startOidcProvider, WEB_CLIENT } from '../support/parts/oidc-provider.ts'

it.each(['Never', 'AtRefresh'] as const)(
  'the certified provider sends to a claims provider for groups, which are had at login and refresh (userinfo: %s)',
  async (userinfo) => {
    const { hostile, source, endpoint, says } = await aClaimSource()
    const application = await startHttpListener((_, response) => response.end('Back.'))
    onTestFinished(() => application.takeDown())
    const redirectUri = `http://127.0.0.1:${application.port}/callback`
    const certified = await startOidcProvider({
      redirectUris: [redirectUri],
      elsewhere: { names: ['groups'], endpoint, accessToken: 'for-the-source' },
    })
    onTestFinished(() => certified.stop())
    const clock = handSetClock(Date.now())
    const providers = localProviders(clock)
    const relyingParty = followingSources(
      askingUserinfo(
        createRelyingParty({ providers, clock }),
        createUserinfo({ providers, clock }),
      ),
      {
        follow: createFollowSources({ providers, clock, observe: () => undefined }),
        tell: () => undefined,
      },
    )
    const client = aClient({
      provider: aProvider({ issuer: certified.issuer, claimSources: [source] }),
      clientId: WEB_CLIENT.clientId,
      authentication: { method: 'client_secret_basic', secret: WEB_CLIENT.clientSecret },
      scopes: ['openid', 'profile', 'email', 'offline_access'],
      userinfo,
    })
    const login = aLogin({
      state: randomBytes(16).toString('base64url'),
      nonce: randomBytes(16).toString('base64url'),
      codeVerifier: randomBytes(32).toString('base64url'),
      redirectUri,
    })
    const browser = createHttpBrowser()
    onTestFinished(() => browser.close())
    const url = await relyingParty.authorizationUrl(
      client,
      login,
      { login_hint: 'alice' },
      unlimited,
    )
    const back = await browser.submit(await browser.open(url), { password: 'alice-password' })
    const query = new URL(back.hops.at(-1) ?? '').searchParams
    const outcome = await relyingParty.exchange(client, login, query, unlimited)
    if (outcome.kind !== 'tokens') throw new Error(JSON.stringify(outcome))
    expect(sessionClaims(outcome.tokens)).toMatchObject({ sub: 'alice', groups: ['buyers'] })
    expect(hostile.claimsRequests[0]?.authorization).toBe('Bearer for-the-source')
    hostile.answer('claims', jwt(says({ groups: ['sellers'] })))
    const renewed = await relyingParty.refresh(client, outcome.tokens, unlimited)
    if (renewed.kind !== 'tokens') throw new Error(JSON.stringify(renewed))
    expect(sessionClaims(renewed.tokens)).toMatchObject({ sub: 'alice', groups: ['sellers'] })
  },
)
