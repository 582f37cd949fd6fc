import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Claims, Json } from '../../src/core/identity/identity.ts'
import { startHttpListener } from './parts/http-listener.ts'
import { createTokenSigner, type TokenSigner } from './token-signer.ts'

/** What of a provider can be made to misbehave. */
export type HostileEndpoint =
  | 'metadata'
  | 'jwks'
  | 'token'
  | 'userinfo'
  | 'revocation'
  | 'introspection'
  | 'claims'
  | 'push'

/** One answer of an endpoint. */
export type HostileAnswer = (response: ServerResponse) => void

/** A form that a client sent, as it arrived. */
export interface ClientRequest {
  readonly form: URLSearchParams
  readonly authorization: string | undefined
  readonly accept: string | undefined
  /** The proof by a key that came with it (RFC 9449), if one did. */
  readonly proof: string | undefined
}

/** A provider that does what it is told, however wrong. Honest until then. */
export interface HostileProvider {
  readonly issuer: string
  readonly signer: TokenSigner
  /** Answers an endpoint this way from now on; `undefined`: honestly again. */
  readonly answer: (endpoint: HostileEndpoint, answer: HostileAnswer | undefined) => void
  /** Laid over the honest metadata; `undefined` takes a member away. */
  readonly setMetadata: (changes: Readonly<Record<string, Json | undefined>>) => void
  readonly setKeys: (keys: readonly Claims[]) => void
  /** What the token endpoint hands out. */
  readonly setTokens: (answer: Claims) => void
  readonly requestCount: (endpoint: HostileEndpoint) => number
  readonly tokenRequests: readonly ClientRequest[]
  readonly revocationRequests: readonly ClientRequest[]
  readonly introspectionRequests: readonly ClientRequest[]
  /** What was asked of it as a claims provider. */
  readonly claimsRequests: readonly ClientRequest[]
  /** At `/par`, which the metadata name only if they are made to. */
  readonly pushedRequests: readonly ClientRequest[]
  readonly takeDown: () => Promise<void>
  readonly bringUp: () => Promise<void>
  readonly stop: () => Promise<void>
}

const PATHS: Readonly<Record<string, HostileEndpoint>> = {
  '/.well-known/openid-configuration': 'metadata',
  '/jwks': 'jwks',
  '/token': 'token',
  '/userinfo': 'userinfo',
  '/revoke': 'revocation',
  '/introspect': 'introspection',
  '/claims': 'claims',
  '/par': 'push',
}

/** Answers with JSON. */
export const json =
  (value: unknown, status = 200): HostileAnswer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(value))
  }

/** Answers with this very text. */
export const text =
  (body: string, status = 200, type = 'application/json'): HostileAnswer =>
  (response) => {
    response.writeHead(status, { 'content-type': type })
    response.end(body)
  }

/** Redirects. */
export const redirectTo =
  (location: string): HostileAnswer =>
  (response) => {
    response.writeHead(302, { location })
    response.end()
  }

/** Accepts the request and says nothing, ever. */
export const hang: HostileAnswer = () => undefined

/** Begins an answer and never ends it. */
export const stall: HostileAnswer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write('{"keys":[')
}

/** Promises more than it sends, and hangs up. */
export const truncate: HostileAnswer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('{"access_token":')
  setImmediate(() => response.destroy())
}

const readForm = async (request: IncomingMessage): Promise<URLSearchParams> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return new URLSearchParams(Buffer.concat(chunks).toString())
}

/** Starts the provider on 127.0.0.1 with one RSA key, `key-1`. */
export const startHostileProvider = async (): Promise<HostileProvider> => {
  const signer = createTokenSigner('key-1')
  const answers = new Map<HostileEndpoint, HostileAnswer>()
  const counts = new Map<HostileEndpoint, number>()
  const tokenRequests: ClientRequest[] = []
  const revocationRequests: ClientRequest[] = []
  const introspectionRequests: ClientRequest[] = []
  const claimsRequests: ClientRequest[] = []
  const pushedRequests: ClientRequest[] = []
  let metadata: Readonly<Record<string, Json | undefined>> = {}
  let keys: readonly Claims[] = [signer.publicJwk]
  let tokens: Claims = {}

  const requestsOf: Readonly<Partial<Record<HostileEndpoint, ClientRequest[]>>> = {
    token: tokenRequests,
    revocation: revocationRequests,
    introspection: introspectionRequests,
    claims: claimsRequests,
    push: pushedRequests,
  }

  const honest = (endpoint: HostileEndpoint): HostileAnswer => {
    if (endpoint === 'jwks') return json({ keys })
    if (endpoint === 'userinfo') return json({ sub: 'alice' })
    if (endpoint === 'revocation') return text('')
    if (endpoint === 'introspection') return json({ active: false })
    if (endpoint === 'claims') return text(signer.sign({ iss: issuer }), 200, 'application/jwt')
    if (endpoint === 'push') {
      const uri = `urn:ietf:params:oauth:request_uri:${pushedRequests.length}`
      return json({ request_uri: uri, expires_in: 60 }, 201)
    }
    return json(endpoint === 'metadata' ? metadata : tokens)
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const endpoint = PATHS[new URL(request.url ?? '/', 'http://localhost').pathname]
    if (endpoint === undefined) return text('', 404)(response)
    counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1)
    const requests = requestsOf[endpoint]
    if (requests !== undefined) {
      const { authorization, accept, dpop } = request.headers
      const proof = typeof dpop === 'string' ? dpop : undefined
      requests.push({ form: await readForm(request), authorization, accept, proof })
    }
    const answer = answers.get(endpoint) ?? honest(endpoint)
    answer(response)
  }

  const listener = await startHttpListener((request, response) => void serve(request, response))
  const issuer = `http://127.0.0.1:${listener.port}`
  const honestMetadata = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    userinfo_endpoint: `${issuer}/userinfo`,
    end_session_endpoint: `${issuer}/logout`,
    revocation_endpoint: `${issuer}/revoke`,
    introspection_endpoint: `${issuer}/introspect`,
    authorization_response_iss_parameter_supported: true,
  }
  metadata = honestMetadata
  return {
    issuer,
    signer,
    tokenRequests,
    revocationRequests,
    introspectionRequests,
    claimsRequests,
    pushedRequests,
    answer: (endpoint, answer) => {
      if (answer === undefined) answers.delete(endpoint)
      else answers.set(endpoint, answer)
    },
    setMetadata: (changes) => {
      metadata = { ...honestMetadata, ...changes }
    },
    setKeys: (next) => {
      keys = next
    },
    setTokens: (next) => {
      tokens = next
    },
    requestCount: (endpoint) => counts.get(endpoint) ?? 0,
    takeDown: listener.takeDown,
    bringUp: listener.bringUp,
    stop: listener.takeDown,
  }
}
