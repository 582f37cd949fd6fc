import { rm, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { DatabaseSync } from 'node:sqlite'
import { type ChildProcess, startChildProcess, waitUntilReady } from '../parts/child-process.ts'
import { installed } from '../parts/installed.ts'
import { type AddPart, startAll } from '../parts/part-list.ts'
import { temporaryFolder } from '../parts/temporary-folder.ts'
import { goVersion } from './go-version.ts'
import type {
  Credentials,
  ProviderStart,
  ProviderUnderTest,
  Registration,
  RunningProvider,
} from './provider-under-test.ts'

const alice = { name: 'alice', password: 'wonderland', email: 'alice@example.com' }

const settingsOf = (folder: string, options: ProviderStart): string => `
APP_NAME = Gitea
RUN_USER = ${userInfo().username}
WORK_PATH = ${folder}
[server]
PROTOCOL = http
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${options.port}
ROOT_URL = ${options.publicUrl}/
STATIC_ROOT_PATH = ${installed('providers/gitea/static', 'provider-gitea')}
DISABLE_SSH = true
OFFLINE_MODE = true
[database]
DB_TYPE = sqlite3
PATH = ${folder}/gitea.db
[security]
INSTALL_LOCK = true
SECRET_KEY = not-a-secret-at-all
[oauth2]
ACCESS_TOKEN_EXPIRATION_TIME = ${options.accessTokenLifetimeSeconds}
JWT_SIGNING_PRIVATE_KEY_FILE = ${folder}/private.pem
[log]
MODE = console
[mailer]
ENABLED = false
`

const createProgram = (folder: string, settings: string) => {
  const run = (...args: readonly string[]): Promise<ChildProcess> =>
    startChildProcess({
      name: 'Gitea',
      command: installed('providers/gitea/gitea', 'provider-gitea'),
      args: ['--config', settings, '--work-path', folder, ...args],
      // It refuses to run as root otherwise, which is who runs tests in a container.
      env: { ...process.env, HOME: folder, GITEA_I_AM_BEING_UNSAFE_RUNNING_AS_ROOT: 'true' },
    })
  const finish = async (...args: readonly string[]): Promise<void> => {
    const child = await run(...args)
    const { code } = await child.exited
    if (code !== 0) throw new Error(`Gitea could not ${args.join(' ')}:\n${child.output()}`)
  }
  return { run, finish }
}

const register = async (port: number, name: string, client: Registration): Promise<Credentials> => {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/user/applications/oauth2`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${btoa(`${alice.name}:${alice.password}`)}`,
    },
    body: JSON.stringify({
      name,
      redirect_uris: client.redirectUris,
      confidential_client: true,
    }),
  })
  if (response.status !== 201) throw new Error(`Gitea answered ${response.status} to ${name}`)
  const made = (await response.json()) as { client_id: string; client_secret: string }
  return { clientId: made.client_id, clientSecret: made.client_secret }
}

const start = async (
  options: ProviderStart,
  add: AddPart,
): Promise<Omit<RunningProvider, 'stop'>> => {
  const { port, publicUrl, clients } = options
  const folder = await temporaryFolder('gitea')
  await add(Promise.resolve({ stop: folder.remove }))
  const settings = `${folder.path}/app.ini`
  await writeFile(settings, settingsOf(folder.path, options))
  const program = createProgram(folder.path, settings)
  await program.finish('migrate')
  const { name, password, email } = alice
  const person = ['--username', name, '--password', password, '--email', email]
  await program.finish('admin', 'user', 'create', '--must-change-password=false', ...person)

  const serve = async (): Promise<ChildProcess> => {
    const child = await program.run('web')
    const isReady = async () => (await fetch(`http://127.0.0.1:${port}/api/healthz`)).ok
    await waitUntilReady('Gitea', child, isReady, 60_000)
    return child
  }
  let server = await serve()
  await add(Promise.resolve({ stop: () => server.stop() }))
  return {
    issuer: publicUrl,
    person: { email },
    bearerAudiences: [clients.web.clientId],
    credentials: { web: await register(port, 'web', clients.web) },
    signIn: async (browser, page) => {
      const isLogin = page.url.startsWith(`${publicUrl}/user/login`)
      const next = isLogin ? await browser.submit(page, { user_name: name, password }) : page
      // It asks once whether the application may know her.
      const isConsent = next.url.startsWith(`${publicUrl}/login/oauth/authorize`)
      return isConsent ? browser.submit(next, { granted: 'true' }) : next
    },
    killRefreshTokens: async () => {
      const database = new DatabaseSync(`${folder.path}/gitea.db`)
      database.exec('DELETE FROM oauth2_grant')
      database.close()
    },
    rotateKeys: async () => {
      await server.stop()
      await rm(`${folder.path}/private.pem`)
      server = await serve()
    },
    output: () => server.output(),
  }
}

/** Gitea, which signs people in at other applications too. */
export const gitea: ProviderUnderTest = {
  name: 'gitea',
  title: 'Gitea',
  version: goVersion('gitea', 'code.gitea.io/gitea'),
  source: 'Go module `code.gitea.io/gitea`',
  settings: [],
  cannot: {
    oddCredentials:
      'Gitea makes ids and secrets itself: with `-` and `_`, which the other tests prove, and never with `.` or `~`.',
    signOut: 'It has no end-session endpoint: a sign-out ends the session at the gateway alone.',
    backChannelLogout: 'It sends no logout tokens.',
    bearer: 'Its access tokens name no issuer and no audience.',
  },
  bearerRefusedFor: 'token_claims_invalid',
  traps: [
    'It makes ids and secrets itself, and takes no others; copy both from “Settings, Applications”.',
    'A refused refresh token is answered with `unauthorized_client`; once the access token has expired, Sallyport ends the session.',
    'It reads its key at its start: a new `JWT_SIGNING_PRIVATE_KEY_FILE` needs a restart, and the old key is gone from its key set.',
  ],
  start: (options) => startAll((add) => start(options, add)),
}
