import { writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { stringify } from 'yaml'
import { type ChildProcess, startChildProcess, waitUntilReady } from '../parts/child-process.ts'
import { installed } from '../parts/installed.ts'
import { type AddPart, startAll } from '../parts/part-list.ts'
import { temporaryFolder } from '../parts/temporary-folder.ts'
import { goVersion } from './go-version.ts'
import type {
  ProviderStart,
  ProviderUnderTest,
  Registration,
  RunningProvider,
  Spec,
} from './provider-under-test.ts'

const alice = { email: 'alice@example.com', password: 'password' }

/** What bcrypt makes of her password. */
const HASH = '$2a$10$2b2cU8CPhOTaGrs1HRQuAueS7JTT5ZHsHSzYiFPm1leZck7Mc8T4W'

const clientOf = (name: string, { clientId, clientSecret, redirectUris }: Registration): Spec => ({
  id: clientId,
  secret: clientSecret,
  name,
  redirectURIs: redirectUris,
})

const configurationOf = (
  { port, publicUrl, clients, accessTokenLifetimeSeconds }: ProviderStart,
  database: string,
): Spec => ({
  issuer: publicUrl,
  storage: { type: 'sqlite3', config: { file: database } },
  web: { http: `127.0.0.1:${port}` },
  expiry: { idTokens: `${accessTokenLifetimeSeconds}s` },
  enablePasswordDB: true,
  staticPasswords: [
    { email: alice.email, hash: HASH, username: 'alice', userID: '08a8684b-db88-4b73-90a9' },
  ],
  staticClients: [clientOf('web', clients.web), clientOf('odd', clients.odd)],
})

const start = async (
  options: ProviderStart,
  add: AddPart,
): Promise<Omit<RunningProvider, 'stop'>> => {
  const { port, publicUrl, clients } = options
  const folder = await temporaryFolder('dex')
  await add(Promise.resolve({ stop: folder.remove }))
  const [file, database] = [`${folder.path}/dex.yaml`, `${folder.path}/dex.db`]
  await writeFile(file, stringify(configurationOf(options, database)))
  const change = (statement: string): void => {
    const opened = new DatabaseSync(database)
    opened.exec(statement)
    opened.close()
  }
  const serve = async (): Promise<ChildProcess> => {
    const child = await startChildProcess({
      name: 'Dex',
      command: installed('providers/dex/dex', 'provider-dex'),
      args: ['serve', file],
    })
    const metadata = `http://127.0.0.1:${port}/.well-known/openid-configuration`
    await waitUntilReady('Dex', child, async () => (await fetch(metadata)).ok, 60_000)
    return child
  }
  let server = await serve()
  await add(Promise.resolve({ stop: () => server.stop() }))
  return {
    issuer: publicUrl,
    person: { email: alice.email },
    bearerAudiences: [clients.web.clientId],
    signIn: async (browser, page) => {
      const isLogin = page.url.startsWith(`${publicUrl}/auth/local`)
      const fields = { login: alice.email, password: alice.password }
      const next = isLogin ? await browser.submit(page, fields) : page
      const isConsent = next.url.startsWith(`${publicUrl}/approval`)
      return isConsent ? browser.submit(next, { approval: 'approve' }) : next
    },
    killRefreshTokens: async () => change('DELETE FROM refresh_token'),
    rotateKeys: async () => {
      // It looks at the time of the next rotation when it starts.
      await server.stop()
      change("UPDATE keys SET next_rotation = '2000-01-01 00:00:00+00:00'")
      server = await serve()
    },
    output: () => server.output(),
  }
}

/** Dex, with passwords of its own rather than another provider behind it. */
export const dex: ProviderUnderTest = {
  name: 'dex',
  title: 'Dex',
  version: goVersion('dex', 'github.com/dexidp/dex'),
  source:
    'Go module `github.com/dexidp/dex`, a commit of September 2021, as the proxy of modules serves no release since',
  clientSettings: { scopes: ['openid', 'profile', 'email', 'offline_access'] },
  settings: [
    { field: 'scopes', why: 'It issues a refresh token for the scope `offline_access` alone.' },
  ],
  cannot: {
    signOut: 'It has no end-session endpoint: a sign-out ends the session at the gateway alone.',
    backChannelLogout: 'It sends no logout tokens.',
    bearer: 'Its access tokens cannot be told from ID tokens, and are refused.',
  },
  bearerRefusedFor: 'token_type_invalid',
  traps: [
    'A refused refresh token is answered with `invalid_request`; once the access token has expired, Sallyport ends the session.',
    'Access tokens live as long as ID tokens: `expiry.idTokens`.',
  ],
  start: (options) => startAll((add) => start(options, add)),
}
