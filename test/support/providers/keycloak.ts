import { readFileSync } from 'node:fs'
import { startKeycloak } from '../parts/keycloak.ts'
import { KEYCLOAK_ADMIN, keycloakAdmin } from '../parts/keycloak-admin.ts'
import { endUsers } from '../parts/oidc-provider-settings.ts'
import type { ProviderUnderTest, Registration, Spec } from './provider-under-test.ts'

const AUDIENCE = 'https://api.example.test'

const version = /^KEYCLOAK_VERSION := (.*)$/m.exec(
  readFileSync(new URL('../../../tools/parts.mk', import.meta.url), 'utf8'),
)?.[1]

const clientOf = (client: Registration): Spec => ({
  clientId: client.clientId,
  secret: client.clientSecret,
  publicClient: false,
  standardFlowEnabled: true,
  redirectUris: client.redirectUris,
  defaultClientScopes: ['basic', 'profile', 'email', 'api'],
  attributes: {
    'pkce.code.challenge.method': 'S256',
    'post.logout.redirect.uris': client.postLogoutRedirectUris.join('##'),
    'backchannel.logout.url': client.backChannelLogoutUri,
    'backchannel.logout.session.required': 'true',
  },
})

const NEW_KEY: Spec = {
  name: 'newer',
  providerId: 'rsa-generated',
  providerType: 'org.keycloak.keys.KeyProvider',
  config: { priority: ['200'], enabled: ['true'], active: ['true'], algorithm: ['RS256'] },
}

/** Keycloak, with two more clients in the realm of the tests. */
export const keycloak: ProviderUnderTest = {
  name: 'keycloak',
  title: 'Keycloak',
  version: version ?? '',
  source: 'Maven artifact `org.keycloak:keycloak-quarkus-dist`',
  settings: [],
  cannot: {},
  traps: [
    'An access token is for an API only with an *Audience* mapper in a client scope of the client: without, `aud` is `account` for users with roles of that client, and absent for others.',
    'Roles are in the access token alone, below `realm_access.roles` and `resource_access.<client>.roles`: `claims.accessToken: Merge`, or a mapper with *Add to ID token*.',
    'It takes client assertions for its issuer only, not for a list of audiences.',
    'A signing algorithm is set for each realm and each client: a realm with `ES256` needs nothing here, one with `RS512` needs `signingAlgorithms`.',
  ],
  start: async ({ port, publicUrl, clients, accessTokenLifetimeSeconds }) => {
    const running = await startKeycloak({ port, publicUrl, admin: KEYCLOAK_ADMIN })
    const { call } = keycloakAdmin(running)
    await call('PUT', '', { accessTokenLifespan: accessTokenLifetimeSeconds })
    for (const client of Object.values(clients)) await call('POST', '/clients', clientOf(client))
    const { name: username, password, email } = endUsers.alice
    return {
      issuer: running.issuer,
      person: { email },
      bearerAudiences: [AUDIENCE],
      signIn: async (browser, page) =>
        page.text.includes('id="kc-form-login"')
          ? browser.submit(page, { username, password })
          : page,
      // Tokens from before a time are stale; the session itself goes on, and nobody is told.
      killRefreshTokens: async () =>
        void (await call('PUT', '', { notBefore: Math.floor(Date.now() / 1000) + 1 })),
      rotateKeys: async () => void (await call('POST', '/components', NEW_KEY)),
      output: running.output,
      stop: running.stop,
    }
  },
}
