import { generateKeyPairSync } from 'node:crypto'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { startChildProcess, waitUntilReady } from '../parts/child-process.ts'
import { installed } from '../parts/installed.ts'
import { type AddPart, startAll } from '../parts/part-list.ts'
import { temporaryFolder } from '../parts/temporary-folder.ts'
import { installedVersion } from './installed-version.ts'
import type {
  ProviderStart,
  ProviderUnderTest,
  Registration,
  RunningProvider,
  Spec,
} from './provider-under-test.ts'

/** One of those whom its demonstration backend knows. */
const doctor = { user: 'dwho', password: 'dwho', email: 'dwho@badwolf.org' }

const AUDIENCE = 'https://orders.example.com'

const SESSIONS = ['sessions', 'oidc-sessions', 'persistent-sessions'] as const

const newKey = (kid: string): Spec => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  return {
    oidcServicePrivateKeySig: privateKey,
    oidcServicePublicKeySig: publicKey,
    oidcServiceKeyIdSig: kid,
  }
}

const relyingParty = (client: Registration, accessTokenLifetimeSeconds: number): Spec => ({
  oidcRPMetaDataOptionsClientID: client.clientId,
  oidcRPMetaDataOptionsClientSecret: client.clientSecret,
  oidcRPMetaDataOptionsRedirectUris: client.redirectUris.join(' '),
  oidcRPMetaDataOptionsPostLogoutRedirectUris: client.postLogoutRedirectUris.join(' '),
  oidcRPMetaDataOptionsLogoutUrl: client.backChannelLogoutUri,
  oidcRPMetaDataOptionsLogoutType: 'back',
  oidcRPMetaDataOptionsLogoutSessionRequired: 1,
  oidcRPMetaDataOptionsLogoutBypassConfirm: 1,
  oidcRPMetaDataOptionsBypassConsent: 1,
  oidcRPMetaDataOptionsIDTokenSignAlg: 'RS256',
  oidcRPMetaDataOptionsAccessTokenSignAlg: 'RS256',
  oidcRPMetaDataOptionsAccessTokenJWT: 1,
  oidcRPMetaDataOptionsAccessTokenExpiration: accessTokenLifetimeSeconds,
  oidcRPMetaDataOptionsAdditionalAudiences: AUDIENCE,
  oidcRPMetaDataOptionsRefreshToken: 1,
})

const storage = (folder: string, name: (typeof SESSIONS)[number]): Spec => ({
  Directory: `${folder}/${name}`,
  LockDirectory: `${folder}/${name}-locks`,
  generateModule: 'Lemonldap::NG::Common::Apache::Session::Generate::SHA256',
})

const configurationOf = (options: ProviderStart, folder: string, number: number): Spec => {
  const { publicUrl, clients, accessTokenLifetimeSeconds } = options
  const relyingParties = Object.entries({ web: clients.web, odd: clients.odd })
  const each = (make: (client: Registration) => Spec): Spec =>
    Object.fromEntries(relyingParties.map(([name, client]) => [name, make(client)]))
  return {
    cfgNum: number,
    cfgAuthor: 'nobody',
    cfgDate: 1,
    portal: `${publicUrl}/`,
    domain: 'localhost',
    securedCookie: 1,
    key: 'not-a-secret-at-all',
    authentication: 'Demo',
    userDB: 'Demo',
    passwordDB: 'Demo',
    registerDB: 'Null',
    demoExportedVars: { cn: 'cn', mail: 'mail', uid: 'uid' },
    whatToTrace: '_user',
    globalStorage: 'Apache::Session::File',
    globalStorageOptions: storage(folder, 'sessions'),
    oidcStorage: 'Apache::Session::File',
    oidcStorageOptions: storage(folder, 'oidc-sessions'),
    persistentStorage: 'Apache::Session::File',
    persistentStorageOptions: storage(folder, 'persistent-sessions'),
    issuerDBOpenIDConnectActivation: 1,
    oidcServiceMetaDataIssuer: publicUrl,
    oidcServiceAllowAuthorizationCodeFlow: 1,
    ...newKey(`key-${number}`),
    oidcRPMetaDataOptions: each((client) => relyingParty(client, accessTokenLifetimeSeconds)),
    oidcRPMetaDataExportedVars: each(() => ({ email: 'mail', name: 'cn' })),
    oidcRPMetaDataMacros: each(() => ({})),
    locationRules: {},
    exportedHeaders: {},
  }
}

const settingsOf = (root: string, folder: string): string =>
  [
    '[all]',
    'logLevel = notice',
    'logger = Lemonldap::NG::Common::Logger::Std',
    'userLogger = Lemonldap::NG::Common::Logger::Std',
    'checkTime = 1',
    '[configuration]',
    'type = File',
    `dirName = ${folder}/conf`,
    '[portal]',
    'staticPrefix = /static',
    `templateDir = ${root}/usr/share/lemonldap-ng/portal/templates`,
    'languages = en',
    '',
  ].join('\n')

const prepare = async (root: string, folder: string, options: ProviderStart): Promise<string> => {
  for (const name of SESSIONS)
    for (const each of [name, `${name}-locks`]) await mkdir(`${folder}/${each}`)
  await mkdir(`${folder}/conf`)
  const settings = `${folder}/lemonldap-ng.ini`
  await writeFile(settings, settingsOf(root, folder))
  await writeConfiguration(options, folder, 1)
  return settings
}

const writeConfiguration = (options: ProviderStart, folder: string, number: number) =>
  writeFile(
    `${folder}/conf/lmConf-${number}.json`,
    JSON.stringify(configurationOf(options, folder, number)),
  )

const start = async (
  options: ProviderStart,
  add: AddPart,
): Promise<Omit<RunningProvider, 'stop'>> => {
  const { port, publicUrl } = options
  const root = installed('providers/lemonldap/root', 'provider-lemonldap')
  const folder = await temporaryFolder('lemonldap')
  await add(Promise.resolve({ stop: folder.remove }))
  const settings = await prepare(root, folder.path, options)
  const server = await add(
    startChildProcess({
      name: 'LemonLDAP::NG',
      command: installed('providers/lemonldap/lemonldap-ng', 'provider-lemonldap'),
      args: [String(port), settings],
    }),
  )
  const metadata = `http://127.0.0.1:${port}/.well-known/openid-configuration`
  const keys = async () => (await fetch(`http://127.0.0.1:${port}/oauth2/jwks`)).text()
  const isReady = async () => (await fetch(metadata)).status === 200
  await waitUntilReady('LemonLDAP::NG', server, isReady, 60_000)
  let number = 1
  return {
    issuer: publicUrl,
    person: { subject: doctor.user, email: doctor.email },
    bearerAudiences: [AUDIENCE],
    signIn: async (browser, page) =>
      page.url.startsWith(publicUrl)
        ? browser.submit(page, { user: doctor.user, password: doctor.password })
        : page,
    killRefreshTokens: async () => {
      const sessions = `${folder.path}/oidc-sessions`
      for (const name of await readdir(sessions)) await rm(`${sessions}/${name}`)
    },
    rotateKeys: async () => {
      const before = await keys()
      number += 1
      await writeConfiguration(options, folder.path, number)
      const isRead = async () => (await keys()) !== before
      await waitUntilReady('LemonLDAP::NG with new keys', server, isRead)
    },
    output: server.output,
  }
}

/** LemonLDAP::NG, as Debian has it, with its demonstration backend. */
export const lemonldap: ProviderUnderTest = {
  name: 'lemonldap',
  title: 'LemonLDAP::NG',
  version: installedVersion('lemonldap'),
  source: 'Debian package `liblemonldap-ng-portal-perl`',
  clientSettings: { claims: { userinfo: 'AtLogin' } },
  settings: [
    {
      field: 'claims.userinfo',
      why: 'Its ID tokens hold no claims of the person unless “Force claims to be returned in ID Token” is set for the relying party.',
    },
  ],
  cannot: {
    backChannelLogout:
      'Version 2.16 sends no logout tokens, and its metadata say so; as a sign-out there makes refresh tokens worthless, a session ends when its access token does.',
  },
  traps: [
    'Set the signature algorithm of ID tokens and access tokens of the relying party to `RS256`, and “Use JWT format for Access Token” where it is a bearer.',
    'Refresh tokens are issued where “Use refresh tokens” is set for the relying party.',
    'A login needs the “User attribute” of the relying party, or a `whatToTrace` that everybody has: otherwise the `sub` of its ID tokens is `null`, and the login is refused for `id_token_invalid`.',
    'A refused refresh token is answered with `invalid_request`; once the access token has expired, Sallyport ends the session.',
  ],
  start: (options) => startAll((add) => start(options, add)),
}
