import { freePort } from '../parts/free-port.ts'
import { installed } from '../parts/installed.ts'
import { startControlledProcess } from './controlled-process.ts'
import { npmVersion } from './npm-versions.ts'
import type { ProviderUnderTest } from './provider-under-test.ts'

/** A provider for the tests of applications: it signs everybody in as `johndoe`. */
export const oauth2MockServer: ProviderUnderTest = {
  name: 'oauth2-mock-server',
  title: 'oauth2-mock-server',
  version: npmVersion('oauth2-mock-server'),
  source: 'npm package `oauth2-mock-server`',
  settings: [],
  cannot: {
    claims:
      'It tells the subject `johndoe` and no e-mail address, unless a hook of `beforeTokenSigning` adds one.',
    backChannelLogout: 'It knows no sessions and tells nobody of a logout.',
    bearer:
      'Its access tokens name no audience, so no API could tell which are for it; a hook of `beforeTokenSigning` can add `aud`.',
  },
  bearerRefusedFor: 'token_claims_invalid',
  asksNobody: true,
  traps: [
    'It checks neither the client id nor the secret, and asks nobody for a password: for tests alone.',
    'Its metadata list `none` as the only method of authentication, and it takes `client_secret_basic` all the same.',
    'Every refresh token is good for it, one that it never issued too.',
  ],
  start: async ({ port, publicUrl, accessTokenLifetimeSeconds }) => {
    const controlPort = await freePort()
    const child = await startControlledProcess(
      {
        name: 'oauth2-mock-server',
        command: process.execPath,
        args: [
          installed('providers/npm/oauth2-mock-server.mjs', 'provider-npm'),
          ...[port, controlPort, publicUrl, accessTokenLifetimeSeconds].map(String),
        ],
      },
      { controlPort, readyUrl: `http://127.0.0.1:${port}/.well-known/openid-configuration` },
    )
    return {
      issuer: publicUrl,
      person: { subject: 'johndoe', email: '' },
      signIn: async (_browser, page) => page,
      killRefreshTokens: () => child.control('kill-refresh-tokens'),
      rotateKeys: () => child.control('rotate-keys'),
      output: child.output,
      stop: child.stop,
    }
  },
}
