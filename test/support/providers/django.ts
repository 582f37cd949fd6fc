import { readFileSync } from 'node:fs'
import { freePort } from '../parts/free-port.ts'
import { installed } from '../parts/installed.ts'
import { startControlledProcess } from './controlled-process.ts'
import type { ProviderStart, ProviderUnderTest, RunningProvider } from './provider-under-test.ts'

const ALICE = { username: 'alice', password: 'alice-password' } as const

const versionOf = (requirement: string): string => {
  const text = readFileSync(
    new URL('../../../tools/providers/django/requirements.txt', import.meta.url),
    'utf8',
  )
  const version = new RegExp(`^${requirement}==(.*)$`, 'mi').exec(text)?.[1]
  if (version === undefined) throw new Error(`tools/providers/django does not pin ${requirement}`)
  return version
}

/** Either of the two, whose endpoints are all below one path. */
const startDjango = async (
  kind: 'oidc-provider' | 'oauth-toolkit',
  path: string,
  { port, publicUrl, clients, accessTokenLifetimeSeconds }: ProviderStart,
): Promise<RunningProvider> => {
  const controlPort = await freePort()
  const settings = {
    issuer: publicUrl,
    clients: Object.values(clients),
    lifetimeSeconds: accessTokenLifetimeSeconds,
  }
  const child = await startControlledProcess(
    {
      name: kind,
      command: 'python3',
      args: [
        installed('providers/django/server.py', 'provider-django'),
        ...[kind, port, controlPort].map(String),
        JSON.stringify(settings),
      ],
    },
    { controlPort, readyUrl: `http://127.0.0.1:${port}${path}/.well-known/openid-configuration` },
  )
  return {
    issuer: `${publicUrl}${path}`,
    person: { subject: '1', email: 'alice@example.test' },
    signIn: async (browser, page) =>
      page.url.startsWith(`${publicUrl}/login/`) ? browser.submit(page, ALICE) : page,
    killRefreshTokens: () => child.control('kill-refresh-tokens'),
    rotateKeys: () => child.control('rotate-keys'),
    output: child.output,
    stop: child.stop,
  }
}

/** django-oidc-provider, with what its documentation calls for. */
export const djangoOidcProvider: ProviderUnderTest = {
  name: 'django-oidc-provider',
  title: 'django-oidc-provider',
  version: versionOf('django-oidc-provider'),
  source: 'PyPI package `django-oidc-provider`',
  clientSettings: { claims: { userinfo: 'AtLogin' } },
  settings: [
    {
      field: 'claims.userinfo',
      why: 'Its ID tokens have no claim of the scopes `profile` and `email` (unless `OIDC_IDTOKEN_INCLUDE_CLAIMS`); the userinfo endpoint has.',
    },
  ],
  cannot: {
    backChannelLogout: 'It has no back-channel logout.',
    bearer: 'Its access tokens are opaque.',
  },
  bearerRefusedFor: 'token_malformed',
  traps: [
    '`OIDC_USERINFO` names the function that fills in claims; without one there are none.',
    'It does not decode the client id and the secret of `client_secret_basic`; ids and secrets of letters, digits and `-._~` are sent as they are.',
    'Behind a gateway it needs `SECURE_PROXY_SSL_HEADER` or `SITE_URL`, or its metadata say `http`.',
  ],
  start: (options) => startDjango('oidc-provider', '/openid', options),
}

/** django-oauth-toolkit, with OpenID Connect turned on. */
export const djangoOauthToolkit: ProviderUnderTest = {
  name: 'django-oauth-toolkit',
  title: 'django-oauth-toolkit',
  version: versionOf('django-oauth-toolkit'),
  source: 'PyPI package `django-oauth-toolkit`',
  settings: [],
  cannot: {
    backChannelLogout: 'It has no back-channel logout.',
    bearer: 'Its access tokens are opaque.',
  },
  bearerRefusedFor: 'token_malformed',
  traps: [
    'It speaks OpenID Connect only with `OIDC_ENABLED` and `OIDC_RSA_PRIVATE_KEY`, and only for applications with `algorithm` RS256.',
    'An ID token has `sub` alone until a class in `OAUTH2_VALIDATOR_CLASS` adds claims; `oidc_claim_scope = None` in it keeps them from being filtered by scope.',
    'Sign-out at the provider needs `OIDC_RP_INITIATED_LOGOUT_ENABLED`.',
  ],
  start: (options) => startDjango('oauth-toolkit', '/o', options),
}
