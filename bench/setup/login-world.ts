import { generateKeyPairSync, randomUUID, type SignPrivateKeyInput, sign } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { type Asker, openAsker } from '../client/asker.ts'
import { readAnswer } from '../client/judge.ts'
import { BROWSER_HEADERS, checkRequest } from './check-requests.ts'

// A worker: a provider that asks for certificates, and people who sign in at it, one login after the other. It is no
// part of the process that measures.

/** What the worker is given. */
export interface LoginWorldData {
  readonly cert: string
  readonly key: string
  /** The authority of the certificates of clients. */
  readonly ca: string
  /** The host that is in the certificate. */
  readonly host: string
}

/** What it is told to do. */
export type LoginWorldOrder =
  /** So many people sign in at once, wave after wave, at a host behind that gRPC port. */
  | {
      readonly order: 'begin'
      readonly url: string
      readonly host: string
      readonly people: number
    }
  /** They finish, and the number of logins since then is told. */
  | { readonly order: 'end' }

interface Asked {
  readonly state: string
  readonly nonce: string
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const bodyOf = async (stream: AsyncIterable<Buffer>): Promise<URLSearchParams> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return new URLSearchParams(Buffer.concat(chunks).toString())
}

/** The parameters of a request, which may be in a JWT. */
const askedIn = (parameters: URLSearchParams): Asked => {
  const [, claims] = parameters.get('request')?.split('.') ?? []
  const said =
    claims === undefined
      ? Object.fromEntries(parameters)
      : JSON.parse(Buffer.from(claims, 'base64url').toString())
  return { state: String(said.state), nonce: String(said.nonce) }
}

const startProvider = async ({ cert, key, ca, host }: LoginWorldData) => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'bench', use: 'sig', alg: 'ES256' }
  const signing: SignPrivateKeyInput = {
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }),
    dsaEncoding: 'ieee-p1363',
  }
  const pushed = new Map<string, Asked>()
  const codes = new Map<string, Asked>()
  let issuer = ''

  const idToken = (clientId: string, { nonce }: Asked): string => {
    const iat = Math.floor(Date.now() / 1_000)
    const claims = { iss: issuer, sub: 'alice', aud: clientId, iat, exp: iat + 300, nonce }
    const input = `${encoded({ alg: 'ES256', kid: 'bench' })}.${encoded(claims)}`
    return `${input}.${sign('sha256', Buffer.from(input), signing).toString('base64url')}`
  }
  const push = (parameters: URLSearchParams): object => {
    const uri = `urn:ietf:params:oauth:request_uri:${randomUUID()}`
    pushed.set(uri, askedIn(parameters))
    return { request_uri: uri, expires_in: 60 }
  }
  const grant = (parameters: URLSearchParams, clientId: string): object => {
    const code = parameters.get('code') ?? ''
    const asked = codes.get(code)
    if (asked === undefined) return { error: 'invalid_grant' }
    codes.delete(code)
    return {
      access_token: randomUUID(),
      token_type: 'Bearer',
      expires_in: 3_600,
      id_token: idToken(clientId, asked),
    }
  }
  const clientOf = ({ headers }: IncomingMessage, parameters: URLSearchParams): string =>
    parameters.get('client_id') ??
    Buffer.from(headers.authorization?.split(' ')[1] ?? '', 'base64')
      .toString()
      .split(':', 1)[0] ??
    ''

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '', issuer)
    const parameters = await bodyOf(request)
    const answers: Readonly<Record<string, () => object>> = {
      '/jwks': () => ({ keys: [jwk] }),
      '/par': () => push(parameters),
      '/token': () => grant(parameters, clientOf(request, parameters)),
    }
    const metadata = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      pushed_authorization_request_endpoint: `${issuer}/par`,
      jwks_uri: `${issuer}/jwks`,
      tls_client_certificate_bound_access_tokens: true,
      request_object_signing_alg_values_supported: ['PS256'],
    }
    response.setHeader('content-type', 'application/json')
    response.writeHead(pathname === '/par' ? 201 : 200)
    response.end(JSON.stringify(answers[pathname]?.() ?? metadata))
  }
  const server = createServer(
    { cert, key, ca, requestCert: true, rejectUnauthorized: false },
    answer,
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `https://${host}:${(server.address() as AddressInfo).port}`

  /** As the browser comes back from it: the code and the state. */
  const authorize = (location: URL): URLSearchParams => {
    const uri = location.searchParams.get('request_uri')
    const asked = uri === null ? askedIn(location.searchParams) : pushed.get(uri)
    if (asked === undefined) throw new Error(`Nobody pushed ${uri}.`)
    if (uri !== null) pushed.delete(uri)
    const code = randomUUID()
    codes.set(code, asked)
    return new URLSearchParams({ code, state: asked.state })
  }
  return { issuer, authorize }
}

/** One login, from the page to the session. @throws Error with what it ended with instead */
const signIn = async (
  asker: Asker,
  host: string,
  authorize: (location: URL) => URLSearchParams,
): Promise<void> => {
  const begun = readAnswer(await asker.ask(checkRequest(host, '/orders', BROWSER_HEADERS)))
  const location = begun.headers.get('location')
  const [cookie = ''] = begun.headers.get('set-cookie')?.split(';') ?? []
  if (location === undefined)
    throw new Error(
      `A login began with ${begun.status} ${begun.headers.get('x-sallyport-reason')}.`,
    )
  const path = `/oauth2/callback?${authorize(new URL(location))}`
  const done = readAnswer(await asker.ask(checkRequest(host, path, { ...BROWSER_HEADERS, cookie })))
  const reason = done.headers.get('x-sallyport-reason')
  if (done.status !== 303 || reason !== 'login_completed')
    throw new Error(`A login ended with ${done.status} ${reason}.`)
}

/** Between two waves of logins. */
const PAUSE_MS = 250

const live = async (port: MessagePort, data: LoginWorldData): Promise<void> => {
  const { issuer, authorize } = await startProvider(data)
  let isEnding = false
  let waves: Promise<number> = Promise.resolve(0)
  const signInTogether = async (url: string, host: string, people: number): Promise<number> => {
    const askers = await Promise.all(Array.from({ length: people }, () => openAsker(url)))
    let logins = 0
    while (!isEnding) {
      await Promise.all(askers.map((asker) => signIn(asker, host, authorize)))
      logins += people
      await pause(PAUSE_MS)
    }
    for (const asker of askers) asker.close()
    return logins
  }
  port.on('message', async (told: LoginWorldOrder) => {
    isEnding = told.order === 'end'
    if (told.order === 'begin') waves = signInTogether(told.url, told.host, told.people)
    else port.postMessage(await waves)
  })
  port.postMessage(issuer)
}

if (parentPort !== null) await live(parentPort, workerData as LoginWorldData)
