import { writeFile } from 'node:fs/promises'
import { freePort } from '../parts/free-port.ts'
import { installed } from '../parts/installed.ts'
import { temporaryFolder } from '../parts/temporary-folder.ts'
import { startControlledProcess } from './controlled-process.ts'
import { goVersion } from './go-version.ts'
import type { ProviderStart, ProviderUnderTest } from './provider-under-test.ts'

const alice = {
  ID: 'id-of-alice',
  Username: 'alice',
  Password: 'wonderland',
  FirstName: 'Alice',
  LastName: 'Liddell',
  Email: 'alice@example.com',
  EmailVerified: true,
}

const prepare = async ({ port, publicUrl, clients, accessTokenLifetimeSeconds }: ProviderStart) => {
  const folder = await temporaryFolder('zitadel-oidc')
  const controlPort = await freePort()
  const usersFile = `${folder.path}/users.json`
  const file = `${folder.path}/configuration.json`
  const configuration = {
    listen: `127.0.0.1:${port}`,
    controlListen: `127.0.0.1:${controlPort}`,
    issuer: publicUrl,
    accessTokenLifetimeSeconds,
    usersFile,
    clients: [clients.web, clients.odd],
  }
  await writeFile(usersFile, JSON.stringify({ [alice.ID]: alice }))
  await writeFile(file, JSON.stringify(configuration))
  return { folder, controlPort, file }
}

/** The provider that others build their own with, in the form of its example. */
export const zitadelOidc: ProviderUnderTest = {
  name: 'zitadel-oidc',
  title: 'zitadel/oidc (its example provider)',
  version: goVersion('zitadel-oidc', 'github.com/zitadel/oidc/v3'),
  source: 'Go module `github.com/zitadel/oidc/v3`, `example/server`',
  clientSettings: {
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    claims: { userinfo: 'AtLogin' },
  },
  settings: [
    {
      field: 'scopes',
      why: 'It issues a refresh token for the scope `offline_access` alone.',
    },
    {
      field: 'claims.userinfo',
      why: 'Unless `IDTokenUserinfoClaimsAssertion` of the client says so, ID tokens hold no claims of the person.',
    },
  ],
  cannot: {
    backChannelLogout: 'The library sends no logout tokens.',
  },
  traps: [
    'Whether access tokens are JWTs is `AccessTokenType` of the client; its example makes opaque ones.',
    'The `PostLogoutRedirectURIs` of the example are empty, so that its sign-out refuses to lead back.',
  ],
  start: async (options) => {
    const { folder, controlPort, file } = await prepare(options)
    const provider = await startControlledProcess(
      {
        name: 'zitadel/oidc',
        command: installed('providers/zitadel-oidc/zitadel-oidc', 'provider-zitadel-oidc'),
        args: [file],
      },
      {
        controlPort,
        readyUrl: `http://127.0.0.1:${options.port}/.well-known/openid-configuration`,
      },
    )
    return {
      issuer: options.publicUrl,
      person: { subject: alice.ID, email: alice.Email },
      bearerAudiences: [options.clients.web.clientId],
      signIn: async (browser, page) =>
        page.url.startsWith(`${options.publicUrl}/login/`)
          ? browser.submit(page, { username: alice.Username, password: alice.Password })
          : page,
      killRefreshTokens: () => provider.control('kill-refresh-tokens'),
      rotateKeys: () => provider.control('rotate-keys'),
      output: provider.output,
      stop: async () => {
        await provider.stop()
        await folder.remove()
      },
    }
  },
}
