import { execFile } from 'node:child_process'
import { cp } from 'node:fs/promises'
import { promisify } from 'node:util'
import { type ChildProcess, startChildProcess, waitUntilReady } from './child-process.ts'
import { freePort } from './free-port.ts'
import { installed } from './installed.ts'
import { KEYCLOAK_REALM } from './keycloak-admin.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** What a test may ask of its Keycloak. */
export interface KeycloakOptions {
  /** Of the plain HTTP listener on 127.0.0.1; absent: a free one. */
  readonly port?: number
  /**
   * Where browsers find it, such as `https://idp.localhost:8443` behind Envoy; absent: the listener
   * itself.
   */
  readonly publicUrl?: string
  /** Whether each realm may have a public URL of its own, in place of this one. */
  readonly anyHost?: boolean
  /** Makes an administrator of all realms; absent: there is none. */
  readonly admin?: { readonly name: string; readonly password: string }
  /** A listener for TLS on 127.0.0.1 besides; absent: there is none. */
  readonly tls?: KeycloakTlsOptions
}

/** What Keycloak shows callers by TLS, and whom it knows there. */
export interface KeycloakTlsOptions {
  readonly port: number
  readonly certFile: string
  readonly keyFile: string
  /** The authority of the certificates that callers may show. */
  readonly clientCaFile: string
}

/** Where callers find the listener for TLS, and a certificate that they may show there. */
export interface KeycloakTls {
  readonly port: number
  /** Of the listener: for `MUTUAL_TLS_HOST`. */
  readonly caPem: string
  /** Of a client: by an authority that Keycloak trusts. */
  readonly certPem: string
  readonly keyPem: string
}

/** The host of the listener for TLS. */
export const MUTUAL_TLS_HOST = 'mtls.localhost'

/**
 * A real Keycloak with the realm of `keycloak-realm.json`: the same end-users and clients as
 * `oidc-provider.ts`.
 */
export interface RunningKeycloak {
  readonly issuer: string
  readonly port: number
  readonly publicUrl: string
  /** Set where it is shared by several files. */
  readonly tls?: KeycloakTls
  readonly output: () => string
  readonly stop: () => Promise<void>
}

/** Starts quickly rather than to run fast for long. */
const JAVA = {
  JAVA_OPTS_KC_HEAP: '-Xms128m -Xmx512m',
  JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1 -XX:-UseG1GC -XX:+UseSerialGC',
} as const

const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  ...JAVA,
  JAVA_HOME: installed('java/home', 'java'),
})

const command = (): string => installed('keycloak/server/bin/kc.sh', 'keycloak')

const databaseOption = (folder: string): string =>
  `--db-url=jdbc:h2:file:${folder}/keycloakdb;NON_KEYWORDS=VALUE`

const tlsArguments = (tls: KeycloakTlsOptions | undefined): readonly string[] =>
  tls === undefined
    ? []
    : [
        `--https-port=${tls.port}`,
        `--https-certificate-file=${tls.certFile}`,
        `--https-certificate-key-file=${tls.keyFile}`,
        `--truststore-paths=${tls.clientCaFile}`,
      ]

const launch = (
  port: number,
  { hostOption, tls }: { hostOption: string; tls: KeycloakTlsOptions | undefined },
  databaseFolder: string,
): Promise<ChildProcess> =>
  startChildProcess({
    name: 'Keycloak',
    command: command(),
    args: [
      'start',
      '--optimized',
      '--cache=local',
      '--http-enabled=true',
      '--http-host=127.0.0.1',
      `--http-port=${port}`,
      hostOption,
      '--proxy-headers=xforwarded',
      databaseOption(databaseFolder),
      ...tlsArguments(tls),
    ],
    isLauncher: true,
    env: environment(),
  })

/** The database was made by an import, after which a start makes no administrator any more. */
const makeAdmin = async (
  { name, password }: { readonly name: string; readonly password: string },
  databaseFolder: string,
): Promise<void> => {
  const user = ['--username', name, '--password:env', 'ADMIN_PASSWORD', '--no-prompt']
  await promisify(execFile)(
    command(),
    ['bootstrap-admin', 'user', '--optimized', databaseOption(databaseFolder), ...user],
    { env: { ...environment(), ADMIN_PASSWORD: password } },
  )
}

/**
 * Starts Keycloak on 127.0.0.1, with a copy of the imported realm: what a test changes is gone
 * afterwards.
 * @throws Error if it is not installed or does not start within a minute and a half
 */
export const startKeycloak = async (options: KeycloakOptions = {}): Promise<RunningKeycloak> => {
  const port = options.port ?? (await freePort())
  const publicUrl = options.publicUrl ?? `http://127.0.0.1:${port}`
  const folder = await temporaryFolder('keycloak')
  await cp(installed('keycloak/database', 'keycloak'), folder.path, { recursive: true })
  if (options.admin !== undefined) await makeAdmin(options.admin, folder.path)

  const hostOption =
    options.anyHost === true ? '--hostname-strict=false' : `--hostname=${publicUrl}`
  const child = await launch(port, { hostOption, tls: options.tls }, folder.path)
  const discovery = `http://127.0.0.1:${port}/realms/${KEYCLOAK_REALM}/.well-known/openid-configuration`
  // The port answers some seconds before the realm does.
  const isReady = async () => (await fetch(discovery)).status === 200
  await waitUntilReady('Keycloak', child, isReady, 90_000)
  return {
    issuer: `${publicUrl}/realms/${KEYCLOAK_REALM}`,
    port,
    publicUrl,
    output: () => child.output(),
    stop: async () => {
      await child.stop(10_000)
      await folder.remove()
    },
  }
}
