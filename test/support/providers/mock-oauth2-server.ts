import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type ChildProcess, startChildProcess, waitUntilReady } from '../parts/child-process.ts'
import { installed } from '../parts/installed.ts'
import type { ProviderUnderTest, Spec } from './provider-under-test.ts'

const FOLDER = 'providers/mock-oauth2-server'
const TARGET = 'provider-mock-oauth2-server'
const ALICE = { sub: 'alice', email: 'alice@example.test' } as const

const version = /<artifactId>mock-oauth2-server<\/artifactId>\s*<version>([\d.]+)</.exec(
  readFileSync(
    new URL('../../../tools/providers/mock-oauth2-server/pom.xml', import.meta.url),
    'utf8',
  ).replace(/^[\s\S]*<dependencies>/, ''),
)?.[1]

const newKey = (): string =>
  JSON.stringify({
    ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
    kid: 'initial',
    use: 'sig',
    alg: 'RS256',
  })

const configurationOf = (key: string, tokenExpiry: number): Spec => ({
  interactiveLogin: true,
  tokenProvider: { keyProvider: { initialKeys: key, algorithm: 'RS256' } },
  tokenCallbacks: [
    {
      issuerId: 'shop',
      tokenExpiry,
      requestMappings: [
        {
          requestParam: 'grant_type',
          match: '*',
          claims: ALICE,
        },
      ],
    },
  ],
})

/** A provider for the tests of applications on the Java virtual machine. */
export const mockOauth2Server: ProviderUnderTest = {
  name: 'mock-oauth2-server',
  title: 'mock-oauth2-server',
  version: version ?? '',
  source: 'Maven artifact `no.nav.security:mock-oauth2-server`',
  settings: [],
  cannot: {
    backChannelLogout: 'It knows no sessions and tells nobody of a logout.',
    bearer:
      'With `requestMappings` its access tokens have a `nonce` and no audience, so that they cannot be told from ID tokens; an `aud` among the claims of a mapping is put into the ID tokens too, and then nobody can sign in.',
  },
  bearerRefusedFor: 'token_type_invalid',
  traps: [
    'It takes every client id and every secret, and whatever name is typed in: for tests alone.',
    'The issuer is the address that it was asked at, with the issuer id as its path: `/shop` here.',
    'The `kid` of its key is the issuer id, and stays when the key changes with a restart; a login then takes one more read of the keys.',
  ],
  start: async ({ port, publicUrl, accessTokenLifetimeSeconds }) => {
    const command = `${installed(`${FOLDER}/java`, TARGET)}/bin/java`
    const lib = installed(`${FOLDER}/lib`, TARGET)
    const launch = async (key: string): Promise<ChildProcess> => {
      const started = await startChildProcess({
        name: 'mock-oauth2-server',
        command,
        args: [
          '-XX:TieredStopAtLevel=1',
          '-cp',
          `${lib}/*`,
          'no.nav.security.mock.oauth2.StandaloneMockOAuth2ServerKt',
        ],
        env: {
          ...process.env,
          SERVER_HOSTNAME: '127.0.0.1',
          SERVER_PORT: String(port),
          JSON_CONFIG: JSON.stringify(configurationOf(key, accessTokenLifetimeSeconds)),
        },
      })
      const isReady = async () => (await fetch(`http://127.0.0.1:${port}/isalive`)).status === 200
      await waitUntilReady('mock-oauth2-server', started, isReady, 60_000)
      return started
    }
    let key = newKey()
    let child = await launch(key)
    const restart = async (): Promise<void> => {
      await child.stop()
      child = await launch(key)
    }
    return {
      issuer: `${publicUrl}/shop`,
      person: { subject: ALICE.sub, email: ALICE.email },
      signIn: async (browser, page) =>
        page.url.startsWith(`${publicUrl}/shop/authorize`)
          ? browser.submit(page, { username: ALICE.sub })
          : page,
      // It keeps them in memory.
      killRefreshTokens: restart,
      rotateKeys: async () => {
        key = newKey()
        await restart()
      },
      output: () => child.output(),
      stop: () => child.stop(),
    }
  },
}
