import { freePort } from '../parts/free-port.ts'
import { installed } from '../parts/installed.ts'
import { startControlledProcess } from './controlled-process.ts'
import { npmVersion } from './npm-versions.ts'
import type { ProviderUnderTest } from './provider-under-test.ts'

const AUDIENCE = 'https://api.example.test'

/** better-auth in the application of `tools/providers/npm/better-auth.mjs`. */
export const betterAuth: ProviderUnderTest = {
  name: 'better-auth',
  title: 'better-auth',
  version: npmVersion('better-auth'),
  source: 'npm packages `better-auth` and `@better-auth/oauth-provider`',
  clientSettings: {
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    resources: [AUDIENCE],
  },
  settings: [
    { field: 'scopes', why: 'Without `offline_access` it issues no refresh token.' },
    {
      field: 'resources',
      why: 'An access token is a JWT only for one of the `resources` of the plugin; without, it is opaque.',
    },
  ],
  cannot: {},
  traps: [
    'It signs with EdDSA alone; leave `EdDSA` in `signingAlgorithms`, where it is by default.',
    'The issuer is the `baseURL` with `/api/auth`.',
    'An ID token has the e-mail address only with `customIdTokenClaims`; otherwise set `claims.userinfo: AtLogin`.',
    'Its sign-out asks the person to confirm.',
    'It registers a back-channel logout URI only with `https` and at a public address.',
    'Sign-out at the provider needs `enableEndSession` of the client.',
  ],
  start: async ({ port, publicUrl, clients, accessTokenLifetimeSeconds }) => {
    const controlPort = await freePort()
    const settings = {
      publicUrl,
      clients: Object.values(clients),
      lifetimeSeconds: accessTokenLifetimeSeconds,
      audience: AUDIENCE,
    }
    const child = await startControlledProcess(
      {
        name: 'better-auth',
        command: process.execPath,
        args: [
          installed('providers/npm/better-auth.mjs', 'provider-npm'),
          ...[port, controlPort, JSON.stringify(settings)].map(String),
        ],
      },
      {
        controlPort,
        readyUrl: `http://127.0.0.1:${port}/api/auth/.well-known/openid-configuration`,
      },
    )
    return {
      issuer: `${publicUrl}/api/auth`,
      person: { email: 'alice@example.test' },
      bearerAudiences: [AUDIENCE],
      signIn: async (browser, page) =>
        page.url.startsWith(`${publicUrl}/login`)
          ? browser.submit(page, { email: 'alice@example.test', password: 'alice-password' })
          : page,
      signOut: async (browser, page) =>
        page.text.includes('data-oidc-logout-confirmation')
          ? browser.submit(page, { action: 'confirm' })
          : page,
      killRefreshTokens: () => child.control('kill-refresh-tokens'),
      rotateKeys: () => child.control('rotate-keys'),
      output: child.output,
      stop: child.stop,
    }
  },
}
