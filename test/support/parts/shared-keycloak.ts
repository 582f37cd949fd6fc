import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { get, type IncomingMessage, type ServerResponse } from 'node:http'
import { freePort } from './free-port.ts'
import { startHttpListener } from './http-listener.ts'
import {
  type KeycloakTls,
  MUTUAL_TLS_HOST,
  type RunningKeycloak,
  startKeycloak,
} from './keycloak.ts'
import { callKeycloak, KEYCLOAK_ADMIN, KEYCLOAK_REALM, makeRealm } from './keycloak-admin.ts'
import { createCertificates } from './tls.ts'

/** A Keycloak for several files of tests, one after the other. */
export interface SharedKeycloak {
  /** Where a file asks for it. */
  readonly url: string
  readonly stop: () => Promise<void>
}

const REALM_FILE = new URL('./keycloak-realm.json', import.meta.url)

/** What whoever asks is told. */
type Lent = Pick<RunningKeycloak, 'port'> & { readonly tls: KeycloakTls }

interface Running extends Lent {
  readonly stop: () => Promise<void>
}

/** Starts it for everybody: with an administrator, and with mutual TLS. */
const start = async (): Promise<Running> => {
  const server = await createCertificates([MUTUAL_TLS_HOST])
  const client = await createCertificates(['shop'])
  const port = await freePort()
  const { certFile, keyFile, caPem, remove } = server
  const tls = { port, certFile, keyFile, clientCaFile: client.caFile }
  const keycloak = await startKeycloak({ admin: KEYCLOAK_ADMIN, anyHost: true, tls })
  return {
    port: keycloak.port,
    tls: { port, caPem, certPem: client.certPem, keyPem: client.keyPem },
    stop: async () => {
      await keycloak.stop()
      await Promise.all([remove(), client.remove()])
    },
  }
}

/**
 * Starts Keycloak when it is asked for the first time. An answer says where it is, and lasts for as
 * long as whoever asked keeps it open; whoever asks meanwhile waits.
 */
export const shareKeycloak = async (): Promise<SharedKeycloak> => {
  let starting: Promise<Running> | undefined
  let others: Promise<unknown> = Promise.resolve()

  const lend = async (response: ServerResponse): Promise<void> => {
    starting ??= start()
    try {
      const { port, tls } = await starting
      response.write(JSON.stringify({ port, tls } satisfies Lent))
      if (!response.closed) await once(response, 'close')
    } catch (error) {
      response.writeHead(500).end(String(error))
    }
  }
  const listener = await startHttpListener((_request, response) => {
    others = others.then(() => lend(response))
  })
  return {
    url: `http://127.0.0.1:${listener.port}`,
    stop: async () => {
      await listener.takeDown()
      await (await starting?.catch(() => undefined))?.stop()
    },
  }
}

/** Asks for it, and waits until nobody else has it. @throws Error if it does not start */
const borrow = async (
  sharedUrl: string,
): Promise<{ readonly lent: Lent; readonly giveBack: () => void }> => {
  const request = get(sharedUrl)
  const [answer]: readonly IncomingMessage[] = await once(request, 'response')
  const [said]: readonly Buffer[] = answer === undefined ? [] : await once(answer, 'data')
  if (answer?.statusCode !== 200) throw new Error(String(said))
  // It ends in the midst of the answer, which is what giving back is.
  answer.on('error', () => undefined)
  return { lent: JSON.parse(String(said)) as Lent, giveBack: () => request.destroy() }
}

/**
 * The Keycloak that `shareKeycloak` has, as if it had just been started: its realm is made anew, and
 * what a file before changed or made is gone. `wanted`: its public URL; absent: that of its own listener for TLS.
 * @throws Error if it does not start
 */
export const joinKeycloak = async (
  sharedUrl: string,
  wanted: string | undefined,
): Promise<RunningKeycloak> => {
  const { lent, giveBack } = await borrow(sharedUrl)
  const { port, tls } = lent
  const publicUrl = wanted ?? `https://${MUTUAL_TLS_HOST}:${tls.port}`
  const call = callKeycloak({ port })
  for (const { realm } of await call('GET', '')) {
    if (realm !== 'master') await call('DELETE', `/${realm}`)
  }
  await makeRealm({ port, publicUrl }, JSON.parse(await readFile(REALM_FILE, 'utf8')))
  return {
    issuer: `${publicUrl}/realms/${KEYCLOAK_REALM}`,
    port,
    publicUrl,
    tls,
    output: () => 'What it says is with the run that started it.',
    stop: async () => giveBack(),
  }
}
