import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { decodeProtectedHeader, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import { CERTIFICATE_HEADER } from '../parts/tls-front.ts'

/** What an authorization server knows of its one client. */
export interface Registration {
  readonly clientId: string
  readonly redirectUri: string
  /** Of a client that proves itself by a secret in the header. */
  readonly secret?: string
  /** Of a client that signs: the public half of its key. */
  readonly publicPem?: string
  /** Whether every request is a request object. */
  readonly signsRequests?: true
  /** Whether the client is known by a certificate alone. */
  readonly isKnownByCertificate?: true
}

/** What a request to an endpoint brought along. */
export interface Brought {
  readonly method: string
  /** Without its query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly authorization: string | undefined
  readonly form: URLSearchParams
}

/** Reads what a client asks, and notes whatever a specification would have otherwise. */
export interface Reader {
  /** What was found wrong with what the client sent, in the order in which it came. */
  readonly objections: readonly string[]
  readonly object: (objection: string) => void
  readonly checkClient: (endpoint: string, brought: Brought) => Promise<void>
  /** The parameters of an authorization request, out of its request object if there is one. */
  readonly parameters: (sent: URLSearchParams) => Promise<URLSearchParams>
  readonly checkVerifier: (asked: URLSearchParams, form: URLSearchParams) => void
}

/** FAPI 2.0 Security Profile section 5.4.1. */
const ALGORITHMS = ['PS256', 'ES256', 'EdDSA']

/** FAPI 2.0 Message Signing section 5.3.1: what was signed counts for no longer than this. */
const MAX_SECONDS = 3_600

/** Claims of a request object that are no parameters. */
const OF_THE_JWT = new Set(['iss', 'aud', 'exp', 'nbf', 'iat', 'jti'])

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value)

/** A reader for one registration at one issuer. */
export const createReader = (
  issuer: string,
  registration: Registration,
  nowMs: () => number,
): Reader => {
  const { clientId, redirectUri, secret, publicPem, isKnownByCertificate } = registration
  const objections: string[] = []
  const object = (objection: string): void => void objections.push(objection)
  const jtis = new Set<unknown>()
  const key: KeyObject | undefined =
    publicPem === undefined ? undefined : createPublicKey(publicPem)

  const expect = (is: boolean, objection: string): void => {
    if (!is) object(objection)
  }

  const verified = async (
    what: string,
    jwt: string,
    options: JWTVerifyOptions,
  ): Promise<JWTPayload> => {
    if (key === undefined) throw new Error(`${what}: the client has registered no key.`)
    try {
      const expected = { issuer: clientId, audience: issuer, algorithms: ALGORITHMS, ...options }
      const currentDate = new Date(nowMs())
      const { payload } = await jwtVerify(jwt, key, { ...expected, currentDate })
      expect(payload.aud === issuer, `${what}: aud is not the issuer as one string`)
      expect(payload.jti !== undefined && !jtis.has(payload.jti), `${what}: jti is absent or old`)
      jtis.add(payload.jti)
      return payload
    } catch (thrown) {
      object(`${what}: ${String(thrown)}`)
      return {}
    }
  }

  const checkAssertion = async (endpoint: string, form: URLSearchParams): Promise<void> => {
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
    expect(form.get('client_assertion_type') === type, `${endpoint}: client_assertion_type`)
    const what = `${endpoint}: client_assertion`
    const { exp } = await verified(what, form.get('client_assertion') ?? '', { subject: clientId })
    expect(exp !== undefined && exp - nowMs() / 1_000 <= 300, `${what}: exp is absent or far`)
  }

  const checkSecret = (endpoint: string, authorization: string): void => {
    const pair = `${clientId}:${secret ?? ''}`
    const basic = `Basic ${Buffer.from(pair).toString('base64')}`
    expect(authorization === basic, `${endpoint}: the client is not known by its secret`)
  }

  const readObject = async (jwt: string): Promise<URLSearchParams> => {
    const what = 'request object'
    const claims = await verified(what, jwt, { requiredClaims: ['exp', 'nbf', 'iat'] })
    const { exp = 0, nbf = 0 } = claims
    expect(exp - nbf <= MAX_SECONDS, `${what}: counts for more than an hour`)
    expect(decodeProtectedHeader(jwt).typ === 'oauth-authz-req+jwt', `${what}: typ`)
    for (const name of ['sub', 'request', 'request_uri']) {
      expect(!(name in claims), `${what}: has ${name}`)
    }
    const parameters = Object.entries(claims).filter(([name]) => !OF_THE_JWT.has(name))
    return new URLSearchParams(
      parameters.map(([name, value]): [string, string] => [name, asText(value)]),
    )
  }

  const checkParameters = (asked: URLSearchParams): void => {
    const names = [...asked.keys()].filter((name) => name !== 'resource')
    expect(new Set(names).size === names.length, 'request: a parameter is repeated')
    expect(asked.get('response_type') === 'code', 'request: response_type')
    expect(asked.get('client_id') === clientId, 'request: client_id')
    expect(asked.get('redirect_uri') === redirectUri, 'request: redirect_uri')
    expect((asked.get('scope') ?? '').split(' ').includes('openid'), 'request: scope')
    expect(/^.{16,}$/.test(asked.get('state') ?? ''), 'request: state')
    expect(/^.{16,64}$/.test(asked.get('nonce') ?? ''), 'request: nonce')
    expect(/^[\w-]{43}$/.test(asked.get('code_challenge') ?? ''), 'request: code_challenge')
    expect(asked.get('code_challenge_method') === 'S256', 'request: code_challenge_method')
  }

  return {
    objections,
    object,
    checkClient: async (endpoint, { authorization, form, headers }) => {
      const named = form.get('client_id')
      expect(named === null || named === clientId, `${endpoint}: client_id`)
      expect(!form.has('client_secret'), `${endpoint}: a secret in the body`)
      if (isKnownByCertificate) {
        expect(named === clientId, `${endpoint}: client_id is absent`)
        expect(authorization === undefined, `${endpoint}: more than one proof of the client`)
        return expect(Boolean(headers[CERTIFICATE_HEADER]), `${endpoint}: no certificate is shown`)
      }
      if (key === undefined) return checkSecret(endpoint, authorization ?? '')
      expect(authorization === undefined, `${endpoint}: more than one proof of the client`)
      return checkAssertion(endpoint, form)
    },
    parameters: async (sent) => {
      const request = sent.get('request')
      const hasToBeSigned = registration.signsRequests === true
      expect(!hasToBeSigned || request !== null, 'request: nobody signed it')
      const asked = request === null ? new URLSearchParams(sent) : await readObject(request)
      for (const name of ['client_assertion', 'client_assertion_type']) asked.delete(name)
      checkParameters(asked)
      return asked
    },
    checkVerifier: (asked, form) => {
      expect(form.get('redirect_uri') === redirectUri, 'token: redirect_uri')
      const verifier = form.get('code_verifier') ?? ''
      expect(/^[\w.~-]{43,128}$/.test(verifier), 'token: code_verifier')
      const challenge = createHash('sha256').update(verifier).digest('base64url')
      expect(challenge === asked.get('code_challenge'), 'token: the verifier of another challenge')
    },
  }
}
