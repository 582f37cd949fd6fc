import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { startChildProcess, waitUntilReady } from '../parts/child-process.ts'
import type { HttpBrowser, Page } from '../parts/http-browser.ts'
import { installed } from '../parts/installed.ts'
import { type AddPart, startAll } from '../parts/part-list.ts'
import { temporaryFolder } from '../parts/temporary-folder.ts'
import { administerGlewlwyd, GLEWLWYD_RESOURCE } from './glewlwyd-administration.ts'
import { installedVersion } from './installed-version.ts'
import type { ProviderStart, ProviderUnderTest, RunningProvider } from './provider-under-test.ts'

const alice = { username: 'alice', password: 'wonderland', email: 'alice@example.com' }

const configurationOf = (root: string, folder: string, { port, publicUrl }: ProviderStart) =>
  [
    `port=${port}`,
    'bind_address="127.0.0.1"',
    `external_url="${publicUrl}"`,
    'login_url="login.html"',
    'api_prefix="api"',
    `static_files_path="${root}/usr/share/glewlwyd/webapp/"`,
    'log_mode="console"',
    'log_level="INFO"',
    'cookie_secure=1',
    'session_key="GLEWLWYD2_SESSION_ID"',
    'session_expiration=2419200',
    'admin_scope="g_admin"',
    'profile_scope="g_profile"',
    `user_module_path="${root}/usr/lib/glewlwyd/user"`,
    `user_middleware_module_path="${folder}/user_middleware"`,
    `client_module_path="${root}/usr/lib/glewlwyd/client"`,
    `user_auth_scheme_module_path="${root}/usr/lib/glewlwyd/scheme"`,
    `plugin_module_path="${root}/usr/lib/glewlwyd/plugin"`,
    'hash_algorithm="SHA512"',
    `database={ type="sqlite3" path="${folder}/glewlwyd.db" };`,
  ].join('\n')

const prepare = async (root: string, folder: string, options: ProviderStart): Promise<string> => {
  const tables = `${root}/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3`
  const database = new DatabaseSync(`${folder}/glewlwyd.db`)
  database.exec(await readFile(tables, 'utf8'))
  database.close()
  await mkdir(`${folder}/user_middleware`)
  const file = `${folder}/glewlwyd.conf`
  await writeFile(file, configurationOf(root, folder, options))
  return file
}

/** What its page does, which is a script. */
const createPages = (publicUrl: string) => {
  const api = `${publicUrl}/api`
  const call = async (
    browser: HttpBrowser,
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: object,
  ) => {
    const { status } = await browser.fetch(`${api}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    if (status !== 200) throw new Error(`Glewlwyd answered ${status} to its page at ${path}`)
  }
  const isOurs = (page: Page) => page.url.startsWith(`${publicUrl}/login.html`)
  return {
    signIn: async (browser: HttpBrowser, page: Page): Promise<Page> => {
      if (!isOurs(page)) return page
      const { searchParams: asked } = new URL(page.url)
      const { username, password } = alice
      await call(browser, 'POST', '/auth/', { username, password })
      const client = encodeURIComponent(asked.get('client_id') ?? '')
      await call(browser, 'PUT', `/auth/grant/${client}`, { scope: asked.get('scope') ?? '' })
      return browser.open(`${asked.get('callback_url')}&g_continue`)
    },
    signOut: async (browser: HttpBrowser, page: Page): Promise<Page> => {
      if (!isOurs(page)) return page
      const { searchParams: asked } = new URL(page.url)
      await call(browser, 'DELETE', `/${asked.get('plugin')}/session/${asked.get('sid')}`)
      await call(browser, 'DELETE', '/auth/')
      return browser.open(asked.get('callback_url') ?? asked.get('post_redirect_to') ?? publicUrl)
    },
  }
}

const start = async (
  options: ProviderStart,
  add: AddPart,
): Promise<Omit<RunningProvider, 'stop'>> => {
  const { port, publicUrl, clients, accessTokenLifetimeSeconds } = options
  const root = installed('providers/glewlwyd/root', 'provider-glewlwyd')
  const folder = await temporaryFolder('glewlwyd')
  await add(Promise.resolve({ stop: folder.remove }))
  const file = await prepare(root, folder.path, options)
  const server = await add(
    startChildProcess({
      name: 'Glewlwyd',
      command: installed('providers/glewlwyd/glewlwyd', 'provider-glewlwyd'),
      args: [`--config-file=${file}`],
    }),
  )
  const base = `http://127.0.0.1:${port}/api`
  const isReady = async () => (await fetch(`http://127.0.0.1:${port}/config`)).status === 200
  await waitUntilReady('Glewlwyd', server, isReady)
  const issuer = `${publicUrl}/api/oidc`
  const administration = await administerGlewlwyd(base, issuer, accessTokenLifetimeSeconds, alice)
  await administration.setUp([clients.web, clients.odd])
  return {
    issuer,
    person: { email: alice.email },
    bearerAudiences: [GLEWLWYD_RESOURCE],
    ...createPages(publicUrl),
    killRefreshTokens: async () => {
      const database = new DatabaseSync(`${folder.path}/glewlwyd.db`)
      database.exec('UPDATE gpo_refresh_token SET gpor_enabled = 0')
      database.close()
    },
    rotateKeys: administration.rotateKeys,
    output: server.output,
  }
}

/** Glewlwyd, as Debian has it. */
export const glewlwyd: ProviderUnderTest = {
  name: 'glewlwyd',
  title: 'Glewlwyd',
  version: installedVersion('glewlwyd'),
  source: 'Debian package `glewlwyd`',
  clientSettings: { resources: [GLEWLWYD_RESOURCE] },
  settings: [
    {
      field: 'resources',
      why: 'Without a resource, the audience of its access tokens is the list of their scopes as one text.',
    },
  ],
  cannot: {},
  traps: [
    'The client backend drops `post_logout_redirect_uris` of a client until its data format names that property.',
    'Sign-out and back-channel logout need “Allow session management endpoints” in the plugin.',
    'Its logout tokens have no `exp`; Sallyport bounds them by `iat`.',
    'It answers a refused refresh token with a plain 400; once the access token has expired, Sallyport ends the session.',
  ],
  start: (options) => startAll((add) => start(options, add)),
}
