// better-auth with its OAuth provider plugin, one person and a page to sign in: PORT CONTROL_PORT SETTINGS, the last
// a JSON object with publicUrl, clients, lifetimeSeconds and audience.
import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { oauthProvider } from '@better-auth/oauth-provider'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { jwt } from 'better-auth/plugins'
import { listenForControl } from './control.mjs'

const [port, controlPort, settings] = process.argv.slice(2)
const { publicUrl, clients, lifetimeSeconds, audience } = JSON.parse(settings)

const MODELS = [
  ...['user', 'session', 'account', 'verification', 'jwks', 'rateLimit'],
  ...['oauthClient', 'oauthRefreshToken', 'oauthAccessToken', 'oauthConsent'],
  ...['oauthResource', 'oauthClientResource', 'oauthClientAssertion'],
]
const tables = Object.fromEntries(MODELS.map((model) => [model, []]))

const auth = betterAuth({
  baseURL: publicUrl,
  secret: randomBytes(32).toString('hex'),
  database: memoryAdapter(tables),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  plugins: [
    jwt(),
    oauthProvider({
      loginPage: '/login',
      consentPage: '/consent',
      accessTokenExpiresIn: lifetimeSeconds,
      scopes: ['openid', 'profile', 'email', 'offline_access'],
      resources: [audience],
      enforcePerClientResources: false,
      customIdTokenClaims: ({ user }) => ({ email: user.email }),
    }),
  ],
})

const context = await auth.$context
await auth.api.signUpEmail({
  body: { name: 'Alice', email: 'alice@example.test', password: 'alice-password' },
})
for (const client of clients) {
  await context.adapter.create({
    model: 'oauthClient',
    data: {
      clientId: client.clientId,
      clientSecret: createHash('sha256').update(client.clientSecret).digest('base64url'),
      name: client.clientId,
      redirectUris: client.redirectUris,
      postLogoutRedirectUris: client.postLogoutRedirectUris,
      backchannelLogoutUri: client.backChannelLogoutUri,
      backchannelLogoutSessionRequired: true,
      scopes: ['openid', 'profile', 'email', 'offline_access'],
      grantTypes: ['authorization_code', 'refresh_token'],
      responseTypes: ['code'],
      tokenEndpointAuthMethod: 'client_secret_basic',
      skipConsent: true,
      enableEndSession: true,
      disabled: false,
      public: false,
      requirePKCE: true,
      createdAt: new Date(),
      updatedAt: new Date(),
    },
  })
}

const PAGE = `<!doctype html><title>Sign in</title>
<form id="login" method="post"><input name="email"><input name="password" type="password"><button type="submit">Sign in</button></form>`

const requestOf = (incoming) =>
  new Request(new URL(incoming.url, publicUrl), {
    method: incoming.method,
    headers: Object.entries(incoming.headers).flatMap(([name, value]) =>
      name.startsWith(':') ? [] : [[name, String(value)]],
    ),
    ...(['GET', 'HEAD'].includes(incoming.method)
      ? {}
      : { body: Readable.toWeb(incoming), duplex: 'half' }),
  })

const send = async (response, outgoing) => {
  outgoing.statusCode = response.status
  for (const [name, value] of response.headers) {
    if (name !== 'set-cookie') outgoing.setHeader(name, value)
  }
  if (response.headers.getSetCookie().length > 0)
    outgoing.setHeader('set-cookie', response.headers.getSetCookie())
  outgoing.end(Buffer.from(await response.arrayBuffer()))
}

/** What the script of a page would do: signs in and goes where the answer leads. */
const signIn = async (request) => {
  const form = new URLSearchParams(await request.text())
  const answer = await auth.handler(
    new Request(new URL('/api/auth/sign-in/email', publicUrl), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: publicUrl,
        cookie: request.headers.get('cookie') ?? '',
      },
      body: JSON.stringify({
        email: form.get('email'),
        password: form.get('password'),
        oauth_query: new URL(request.url).search.slice(1),
      }),
    }),
  )
  const body = await answer.clone().json()
  if (typeof body.url !== 'string') return answer
  const headers = new Headers({ location: body.url })
  for (const cookie of answer.headers.getSetCookie()) headers.append('set-cookie', cookie)
  return new Response(null, { status: 303, headers })
}

const answer = async (request) => {
  const { pathname } = new URL(request.url)
  if (pathname !== '/login') return auth.handler(request)
  if (request.method === 'POST') return signIn(request)
  return new Response(PAGE, { headers: { 'content-type': 'text/html' } })
}

createServer((incoming, outgoing) => {
  answer(requestOf(incoming))
    .then((response) => send(response, outgoing))
    .catch((error) => {
      console.error(error)
      outgoing.writeHead(500).end()
    })
}).listen(Number(port), '127.0.0.1')

listenForControl(Number(controlPort), {
  'kill-refresh-tokens': () => {
    tables.oauthRefreshToken.length = 0
  },
  'rotate-keys': async () => {
    // An expired key signs no more and stays published; the next signature makes a new one.
    for (const key of tables.jwks) key.expiresAt = new Date(Date.now() - 1000)
    await auth.api.signJWT({ body: { payload: { sub: 'nobody' } } })
  },
})
