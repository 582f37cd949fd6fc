import { readFileSync } from 'node:fs'
import { startOidcProvider } from '../parts/oidc-provider.ts'
import { API_AUDIENCE, endUsers } from '../parts/oidc-provider-settings.ts'
import type { ProviderUnderTest, Registration } from './provider-under-test.ts'

const { version } = JSON.parse(
  readFileSync(
    new URL('../../../node_modules/oidc-provider/package.json', import.meta.url),
    'utf8',
  ),
) as { version: string }

const metadataOf = (client: Registration) => ({
  client_id: client.clientId,
  client_secret: client.clientSecret,
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: [...client.redirectUris],
  post_logout_redirect_uris: [...client.postLogoutRedirectUris],
  scope: 'openid offline_access profile email orders:read orders:write',
  backchannel_logout_uri: client.backChannelLogoutUri,
  backchannel_logout_session_required: true,
})

/** The certified provider that the other suites use too. */
export const oidcProvider: ProviderUnderTest = {
  name: 'oidc-provider',
  title: 'oidc-provider',
  version,
  source: 'npm package `oidc-provider`',
  clientSettings: { resources: [API_AUDIENCE] },
  settings: [
    {
      field: 'resources',
      why: 'An access token is a JWT only for a resource that `getResourceServerInfo` knows; without, it is opaque.',
    },
  ],
  cannot: {},
  traps: [
    'Claims of the scopes `profile` and `email` are in the ID token only with `conformIdTokenClaims: false`; otherwise set `claims.userinfo: AtLogin`.',
    'Its refresh tokens need the scope `offline_access` unless `issueRefreshToken` says otherwise.',
    'Behind a gateway it needs `provider.proxy = true`, or its metadata say `http`.',
  ],
  start: async ({ port, publicUrl, clients, accessTokenLifetimeSeconds }) => {
    const provider = await startOidcProvider({
      port,
      issuer: publicUrl,
      extraClients: [metadataOf(clients.web), metadataOf(clients.odd)],
      accessTokenLifetimeSeconds,
    })
    const { name: login, password, email } = endUsers.alice
    return {
      issuer: provider.issuer,
      person: { subject: login, email },
      bearerAudiences: [API_AUDIENCE],
      signIn: async (browser, page) =>
        new URL(page.url).pathname.startsWith('/interaction/')
          ? browser.submit(page, { login, password, action: 'sign-in' })
          : page,
      signOut: async (browser, page) =>
        page.url.startsWith(`${publicUrl}/session/end`)
          ? browser.submit(page, { logout: 'yes' })
          : page,
      killRefreshTokens: async () => provider.forgetRefreshTokens(),
      rotateKeys: async () => provider.rotateKeys({ keepOld: true }),
      output: () => '',
      stop: provider.stop,
    }
  },
}
