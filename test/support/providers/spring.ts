import { readFileSync } from 'node:fs'
import { freePort } from '../parts/free-port.ts'
import { installed } from '../parts/installed.ts'
import { startControlledProcess } from './controlled-process.ts'
import type { ProviderUnderTest, Registration } from './provider-under-test.ts'

const FOLDER = 'providers/spring'
const TARGET = 'provider-spring'

/** What that Spring Boot brings; another one does not start here. */
const VERSION = '7.1.2'

/** Spring Boot, which decides the version of the server. */
const bootVersion = /<version>([\d.]+)<\/version>\s*<\/parent>/.exec(
  readFileSync(new URL('../../../tools/providers/spring/pom.xml', import.meta.url), 'utf8'),
)?.[1]

const line = (client: Registration): string =>
  [
    client.clientId,
    client.clientSecret,
    client.redirectUris.join(','),
    client.postLogoutRedirectUris.join(','),
  ].join(' ')

/** Spring Authorization Server in the application of `tools/providers/spring`. */
export const springAuthorizationServer: ProviderUnderTest = {
  name: 'spring-authorization-server',
  title: 'Spring Authorization Server',
  version: VERSION,
  source: `Maven artifact \`org.springframework.boot:spring-boot-starter-security-oauth2-authorization-server\` ${bootVersion}`,
  settings: [],
  cannot: {
    backChannelLogout: 'It has no back-channel logout.',
  },
  traps: [
    'An ID token has `sub` and nothing of the person, until an `OAuth2TokenCustomizer` adds claims.',
    'The audience of an access token is the client id, until an `OAuth2TokenCustomizer` sets the API; the client id in `audiences` accepts it as well.',
    'A redirect URI on the host name `localhost` is refused; names below it are not.',
    'Behind a gateway on another port than 443, `server.forward-headers-strategy` needs `x-forwarded-port` too, which Envoy does not send by itself.',
    'With two keys in the `JWKSource` it refuses to sign until the customizer names one by `keyId`.',
  ],
  start: async ({ port, publicUrl, clients, accessTokenLifetimeSeconds }) => {
    installed(`${FOLDER}/lib/spring-security-oauth2-authorization-server-${VERSION}.jar`, TARGET)
    const controlPort = await freePort()
    const command = `${installed(`${FOLDER}/java`, TARGET)}/bin/java`
    const classPath = ['classes', 'lib'].map((name) => installed(`${FOLDER}/${name}`, TARGET))
    const properties = {
      issuer: publicUrl,
      lifetime: accessTokenLifetimeSeconds,
      'control.port': controlPort,
      clients: Object.values(clients).map(line).join('|'),
      'server.port': port,
      'server.address': '127.0.0.1',
    }
    const child = await startControlledProcess(
      {
        name: 'Spring Authorization Server',
        command,
        args: [
          '-XX:TieredStopAtLevel=1',
          ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
          '-cp',
          `${classPath[0]}:${classPath[1]}/*`,
          'sallyport.AuthorizationServer',
        ],
      },
      { controlPort, readyUrl: `http://127.0.0.1:${port}/.well-known/openid-configuration` },
    )
    return {
      issuer: publicUrl,
      person: { subject: 'alice', email: 'alice@example.test' },
      bearerAudiences: ['https://api.example.test'],
      signIn: async (browser, page) =>
        page.url.startsWith(`${publicUrl}/login`)
          ? browser.submit(page, { username: 'alice', password: 'alice-password' })
          : page,
      killRefreshTokens: () => child.control('kill-refresh-tokens'),
      rotateKeys: () => child.control('rotate-keys'),
      output: child.output,
      stop: child.stop,
    }
  },
}
