import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createDpopCaller, type DpopCaller } from '../../test/support/dpop-caller.ts'
import type { Part } from '../../test/support/parts/part-list.ts'
import { createTokenSigner } from '../../test/support/token-signer.ts'
import { core, manifestText, ours } from './manifests.ts'

/** The host of the rules that take tokens in other ways, and send other ones on. */
export const WAYS_HOST = 'ways.localhost'
/** The host of a protected resource: the whole of it, with no rule. */
export const RESOURCE_HOST = 'resource.localhost'
const AUDIENCE = 'https://api.example.test'
const UPSTREAM = 'https://orders.example.test'
const NAMESPACE = 'bench'
const SECRET = 'bench-secret'
const TTL_SECONDS = 3600
/** What introspection finds good: no JWT, and as long as some providers make them. */
const OPAQUE = 'opaque-access-token-of-somebody-0123456789'

/** A provider that is asked about tokens, exchanges them and binds them to keys. */
export interface WaysIn extends Part {
  /** What a process needs to know of it. */
  readonly resources: string
  /** One that the introspection endpoint knows. */
  readonly opaqueToken: string
  /** One that is bound to nothing. */
  readonly jwt: string
  /** One for the URL of the protected resource. */
  readonly resourceToken: string
  /** One that is bound to the key of `caller`. */
  readonly boundToken: string
  readonly caller: DpopCaller
  /** How often it was asked, for introspection and exchange. */
  readonly asked: () => number
}

const bodyOf = async (request: IncomingMessage): Promise<URLSearchParams> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return new URLSearchParams(Buffer.concat(chunks).toString())
}

const manifestsOf = (issuer: string): string =>
  manifestText([
    ours('IdentityProvider', NAMESPACE, 'ways', {
      issuer,
      discovery: 'Disabled',
      endpoints: {
        authorization: `${issuer}/authorize`,
        token: `${issuer}/token`,
        jwks: `${issuer}/jwks`,
        introspection: `${issuer}/introspect`,
      },
    }),
    core('Secret', NAMESPACE, 'ways', { stringData: { 'client-secret': SECRET } }),
    ours('OIDCClient', NAMESPACE, 'ways', {
      providerRef: { name: 'ways' },
      clientId: 'ways',
      authentication: { secretRef: { name: 'ways' } },
    }),
    ours('ProtectedRoute', NAMESPACE, 'resource', {
      hosts: [RESOURCE_HOST],
      authenticate: [{ bearer: { providerRef: { name: 'ways' } } }],
      protectedResource: { scopes: ['orders'] },
    }),
    ours('ProtectedRoute', NAMESPACE, 'ways', {
      hosts: [WAYS_HOST],
      authenticate: [{ bearer: { providerRef: { name: 'ways' }, audiences: [AUDIENCE] } }],
      rules: [
        {
          name: 'introspected',
          match: [{ path: { prefix: '/introspected' } }],
          authenticate: [
            {
              introspection: {
                clientRef: { name: 'ways' },
                audiences: [AUDIENCE],
                cache: { ttl: '10m' },
              },
            },
          ],
        },
        {
          name: 'exchanged',
          match: [{ path: { prefix: '/exchanged' } }],
          upstream: {
            authorization: 'Exchange',
            exchange: { clientRef: { name: 'ways' }, audience: UPSTREAM },
          },
        },
      ],
    }),
  ])

/** Starts it. */
export const startWaysIn = async (): Promise<WaysIn> => {
  const signer = createTokenSigner('bench')
  const caller = createDpopCaller()
  let asked = 0
  let issuer = ''
  const claims = (more: object) => {
    const iat = Math.floor(Date.now() / 1000)
    const times = { iat, exp: iat + TTL_SECONDS }
    return { iss: issuer, sub: 'bench', aud: AUDIENCE, client_id: 'ways', ...times, ...more }
  }
  const signed = (more: object): string => signer.sign(claims(more), { typ: 'at+jwt' })
  const exchanged = () => ({
    access_token: signed({ aud: UPSTREAM }),
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: TTL_SECONDS,
  })
  const introspected = (token: string | null): object =>
    token === OPAQUE ? claims({ active: true, token_type: 'Bearer' }) : { active: false }
  const answers: Readonly<Record<string, (form: URLSearchParams) => object>> = {
    '/token': exchanged,
    '/introspect': (form) => introspected(form.get('token')),
  }
  const server = createServer(async (request, response) => {
    const answer = answers[request.url ?? '']
    if (answer !== undefined) asked += 1
    const body = answer?.(await bodyOf(request)) ?? { keys: [signer.publicJwk] }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    resources: manifestsOf(issuer),
    opaqueToken: OPAQUE,
    jwt: signed({}),
    resourceToken: signed({ aud: `https://${RESOURCE_HOST}`, scope: 'orders' }),
    boundToken: signed({ cnf: { jkt: caller.jkt } }),
    caller,
    asked: () => asked,
    stop: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
