import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Claims, Json } from '../../../src/core/identity/identity.ts'
import { type HostileAnswer, json, redirectTo, text } from '../hostile-provider.ts'
import { startHttpListener } from '../parts/http-listener.ts'
import type { TokenSigner } from '../token-signer.ts'
import { type Brought, createReader, type Registration } from './asked.ts'
import { BEARER, type Sender } from './sender.ts'

/** What of the server a client calls, or sends its browser to. */
export type Endpoint = 'metadata' | 'jwks' | 'push' | 'authorize' | 'token' | 'userinfo'

/** Laid over what is right; `undefined` takes a member away. */
export type Changes = Readonly<Record<string, Json | undefined>>

/** Makes a JWT of claims, rightly or not. */
export type Sign = (claims: Claims, signer: TokenSigner) => string | Promise<string>

/** What the server does otherwise than its specifications say. What is not named it does right. */
export interface Faults {
  readonly metadata?: Changes
  readonly keys?: readonly Claims[]
  /** What the ID token of a login says. */
  readonly idToken?: Changes
  /** What the ID token of a refresh says; by default it has none. */
  readonly refreshedIdToken?: Changes
  readonly signIdToken?: Sign
  /** What the authorization answer says, signed or not. */
  readonly answer?: Changes
  readonly signAnswer?: Sign
  readonly tokens?: Changes
  readonly userinfo?: Changes
  /** What endpoints answer instead of all that. */
  readonly instead?: Readonly<Partial<Record<Endpoint, HostileAnswer>>>
}

/** An authorization server with one client and one end-user, who agrees to everything at once. */
export interface AuthorizationServer {
  readonly issuer: string
  readonly misbehave: (faults: Faults) => void
  /** The endpoints that were called, in order; keys are fetched whenever they are wanted. */
  readonly called: readonly Exclude<Endpoint, 'jwks'>[]
  /** What the client did that a specification would have otherwise. */
  readonly objections: readonly string[]
  /** The parameters of every authorization request, however they came. */
  readonly asked: readonly URLSearchParams[]
  readonly tokenForms: readonly URLSearchParams[]
  readonly stop: () => Promise<void>
}

/** Keys of kinds that nobody knows (RFC 7517 section 5): whoever meets them passes over them. */
const DECOYS: readonly Claims[] = [
  { kty: 'AKP', alg: 'ML-DSA-99', kid: 'decoy-1', use: 'sig', pub: 'AAAA' },
  { kty: 'DECOY', kid: 'decoy-2', use: 'sig', x: 'AAAA' },
  { kty: 'EC', crv: 'P-256', kid: 'decoy-3', use: 'sig', x: 'AAAA', y: 'AAAA' },
]

/** What the userinfo endpoint says, by the scope that grants it. */
const SAID: Readonly<Record<string, Claims>> = {
  openid: { sub: 'alice' },
  profile: { name: 'Alice Adams', preferred_username: 'alice', zoneinfo: 'Europe/Berlin' },
  email: { email: 'alice@example.com', email_verified: true },
  address: { address: { country: 'DE' } },
  phone: { phone_number: '+49 30 1234', phone_number_verified: false },
}

const PATHS: Readonly<Record<string, Endpoint>> = {
  '/.well-known/openid-configuration': 'metadata',
  '/jwks': 'jwks',
  '/par': 'push',
  '/authorize': 'authorize',
  '/token': 'token',
  '/userinfo': 'userinfo',
}

const METHODS = ['client_secret_basic', 'private_key_jwt', 'tls_client_auth']

const without = (value: Changes): Claims => JSON.parse(JSON.stringify(value))

const splitScopes = (asked: URLSearchParams | undefined): readonly string[] =>
  (asked?.get('scope') ?? '').split(' ')

const formOf = (action: string, fields: Claims): HostileAnswer => {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input name="${name}" value="${value}">`,
  )
  const page = `<form method="post" action="${action}">${inputs.join('')}</form>`
  return text(page, 200, 'text/html')
}

const broughtBy = async (request: IncomingMessage, path: string): Promise<Brought> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const form = new URLSearchParams(Buffer.concat(chunks).toString())
  const { method = '', headers } = request
  const scheme = headers['x-forwarded-proto'] ?? 'http'
  const url = `${scheme}://${headers.host}${path}`
  return { method, url, headers, authorization: headers.authorization, form }
}

/** Starts the server on 127.0.0.1. It signs with one key, and publishes decoys beside it. */
export const startAuthorizationServer = async (deps: {
  readonly client: Registration
  readonly signer: TokenSigner
  readonly nowMs: () => number
  readonly sender?: Sender
  /** Added to the metadata. */
  readonly metadata?: () => Changes
}): Promise<AuthorizationServer> => {
  const { client, signer, nowMs, sender = BEARER } = deps
  const called: Exclude<Endpoint, 'jwks'>[] = []
  const asked: URLSearchParams[] = []
  const tokenForms: URLSearchParams[] = []
  const pushed = new Map<string, URLSearchParams>()
  const codes = new Map<string, URLSearchParams>()
  const issued = new Map<string, Claims | undefined>()
  let faults: Faults = {}
  let count = 0

  const next = (what: string): string => {
    count += 1
    return `${what}-${count}`
  }
  const seconds = (): number => Math.floor(nowMs() / 1_000)
  const signedBy = (sign: Sign | undefined, claims: Claims): string | Promise<string> =>
    (sign ?? ((all) => signer.sign(all)))(claims, signer)

  const metadata = (): Claims =>
    without({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      pushed_authorization_request_endpoint: `${issuer}/par`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      response_modes_supported: ['query', 'form_post', 'jwt', 'query.jwt', 'form_post.jwt'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [signer.algorithm],
      request_object_signing_alg_values_supported: ['PS256', 'ES256'],
      token_endpoint_auth_methods_supported: METHODS,
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      ...sender.metadata,
      ...deps.metadata?.(),
      ...faults.metadata,
    })

  const idToken = (nonce: string | null, changes: Changes = {}): string | Promise<string> =>
    signedBy(
      faults.signIdToken,
      without({
        iss: issuer,
        sub: 'alice',
        aud: client.clientId,
        iat: seconds(),
        exp: seconds() + 300,
        ...(nonce === null ? {} : { nonce }),
        ...changes,
      }),
    )

  const push = async (brought: Brought): Promise<HostileAnswer> => {
    await reader.checkClient('push', brought)
    if (brought.form.has('request_uri')) reader.object('push: a request_uri is pushed')
    const parameters = await reader.parameters(brought.form)
    const uri = `urn:ietf:params:oauth:request_uri:${next('pushed')}`
    pushed.set(uri, parameters)
    return json({ request_uri: uri, expires_in: 60 }, 201)
  }

  const parametersOf = async (query: URLSearchParams): Promise<URLSearchParams | undefined> => {
    const uri = query.get('request_uri')
    if (uri === null) return reader.parameters(query)
    const others = [...query.keys()].filter((name) => !['client_id', 'request_uri'].includes(name))
    if (others.length > 0) reader.object(`authorize: ${others} beside what was pushed`)
    const parameters = pushed.get(uri)
    pushed.delete(uri)
    return parameters
  }

  const authorize = async (query: URLSearchParams): Promise<HostileAnswer> => {
    const parameters = await parametersOf(query)
    if (parameters === undefined) return text('This reference is of no use.', 400, 'text/plain')
    asked.push(parameters)
    const code = next('code')
    codes.set(code, parameters)
    const mode = parameters.get('response_mode') ?? 'query'
    const state = parameters.get('state') ?? ''
    const isSigned = /\bjwt$/.test(mode)
    const ofTheJwt = isSigned ? { aud: client.clientId, exp: seconds() + 600 } : {}
    const says = without({ code, state, iss: issuer, ...ofTheJwt, ...faults.answer })
    const answer = isSigned ? { response: await signedBy(faults.signAnswer, says) } : says
    if (mode.startsWith('form_post')) return formOf(client.redirectUri, answer)
    return redirectTo(
      `${client.redirectUri}?${new URLSearchParams(answer as Record<string, string>)}`,
    )
  }

  const grant = async (form: URLSearchParams): Promise<Claims | undefined> => {
    if (form.get('grant_type') === 'refresh_token') {
      const changes = faults.refreshedIdToken
      return changes === undefined ? {} : { id_token: await idToken(null, changes) }
    }
    const code = form.get('code') ?? ''
    const parameters = codes.get(code)
    codes.delete(code)
    if (parameters === undefined) return undefined
    reader.checkVerifier(parameters, form)
    return { id_token: await idToken(parameters.get('nonce'), faults.idToken) }
  }

  /** One that is bound is a JWT that says so. */
  const accessToken = async (brought: Brought): Promise<string> => {
    const cnf = await sender.confirmation(brought)
    const id = next('access')
    const token = cnf === undefined ? id : signer.sign({ iss: issuer, sub: 'alice', jti: id, cnf })
    issued.set(token, cnf)
    return token
  }

  const token = async (brought: Brought): Promise<HostileAnswer> => {
    await reader.checkClient('token', brought)
    const demand = await sender.check('token', brought, reader.object)
    if (demand !== undefined) return demand
    tokenForms.push(brought.form)
    const granted = await grant(brought.form)
    if (granted === undefined) return json({ error: 'invalid_grant' }, 400)
    const tokens = {
      access_token: await accessToken(brought),
      token_type: sender.tokenType,
      expires_in: 300,
      refresh_token: next('refresh'),
      ...granted,
      ...faults.tokens,
    }
    return json(without(tokens))
  }

  const userinfo = async (brought: Brought, query: URLSearchParams): Promise<HostileAnswer> => {
    const { authorization = '', form } = brought
    const [scheme, token = ''] = authorization.split(' ')
    if (scheme !== sender.tokenType || !issued.has(token)) reader.object('userinfo: authorization')
    const demand = await sender.check('userinfo', brought, reader.object, issued.get(token))
    if (demand !== undefined) return demand
    if (form.has('access_token') || query.has('access_token')) {
      reader.object('userinfo: a token outside of the header')
    }
    const said = splitScopes(asked.at(-1)).map((scope) => SAID[scope] ?? {})
    return json(without({ ...Object.assign({}, ...said), ...faults.userinfo }))
  }

  const answerOf = (endpoint: Endpoint, query: URLSearchParams, brought: Brought) => {
    switch (endpoint) {
      case 'metadata':
        return json(metadata())
      case 'jwks':
        return json({ keys: faults.keys ?? [...DECOYS, signer.publicJwk] })
      case 'push':
        return push(brought)
      case 'authorize':
        return authorize(query)
      case 'token':
        return token(brought)
      case 'userinfo':
        return userinfo(brought, query)
    }
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const endpoint = PATHS[pathname]
    if (endpoint === undefined) {
      reader.object(`${request.method} ${pathname}: there is nothing`)
      return text('', 404)(response)
    }
    if (endpoint !== 'jwks') called.push(endpoint)
    const honest = await answerOf(endpoint, searchParams, await broughtBy(request, pathname))
    const answer = faults.instead?.[endpoint] ?? honest
    answer(response)
  }

  const listener = await startHttpListener((request, response) => void serve(request, response))
  const issuer = `http://127.0.0.1:${listener.port}`
  const reader = createReader(issuer, client, nowMs)
  return {
    issuer,
    misbehave: (next) => {
      faults = next
    },
    called,
    objections: reader.objections,
    asked,
    tokenForms,
    stop: listener.takeDown,
  }
}
