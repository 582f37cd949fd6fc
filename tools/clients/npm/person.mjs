// What a client asks of the person who runs it: to open an address, and to come back with the answer.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { Agent, fetch as undiciFetch } from 'undici'

/** Every name is on loopback, and the authority is the one of NODE_EXTRA_CA_CERTS. */
const dispatcher = new Agent({
  connect: {
    lookup: (_name, options, done) =>
      options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4),
  },
})

/** What clients fetch with; each request is told, so that the test sees what they look for. */
export const fetchOnLoopback = async (url, init) => {
  const response = await undiciFetch(url, { ...init, dispatcher })
  tell({ asked: `${init?.method ?? 'GET'} ${new URL(url).pathname}`, status: response.status })
  return response
}

export const tell = (said) => console.log(JSON.stringify(said))

/** Where the browser comes back to. */
export const listen = async () => {
  let arrival = Promise.withResolvers()
  const server = createServer((request, response) => {
    response.end('You may close this window.')
    arrival.resolve(new URL(request.url, 'http://127.0.0.1').searchParams)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const redirectUrl = `http://127.0.0.1:${server.address().port}/callback`
  const comeBack = async () => {
    const answer = await arrival.promise
    arrival = Promise.withResolvers()
    return answer
  }
  return { redirectUrl, comeBack }
}

/** A port of loopback that nobody listens on. */
export const freePort = async () => {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address()
  await once(server.close(), 'close')
  return port
}

/** What a client remembers of its registration and tokens, as the libraries ask for it. */
export const memoryOf = (redirectUrl, clientId) => {
  const kept = clientId === undefined ? {} : { client: { client_id: clientId } }
  return {
    redirectUrl,
    clientMetadata: {
      client_name: 'Desk',
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      // CLIENT_METADATA: more, as JSON.
      ...JSON.parse(process.env.CLIENT_METADATA ?? '{}'),
    },
    clientInformation: () => kept.client,
    saveClientInformation: (client) => {
      kept.client = client
    },
    tokens: () => kept.tokens,
    saveTokens: (tokens) => {
      kept.tokens = tokens
    },
    // CLIENT_DOCUMENT: the URL of its document, which is its client id where such are taken.
    ...(process.env.CLIENT_DOCUMENT === undefined
      ? {}
      : { clientMetadataUrl: process.env.CLIENT_DOCUMENT }),
    // STATE: what comes back beside the code; unset, it sends none.
    ...(process.env.STATE === undefined ? {} : { state: () => process.env.STATE }),
    codeVerifier: () => kept.verifier,
    saveCodeVerifier: (verifier) => {
      kept.verifier = verifier
    },
    saveDiscoveryState: (state) => {
      kept.discovery = state
    },
    discoveryState: () => kept.discovery,
    redirectToAuthorization: (url) => tell({ open: url.href }),
  }
}
