// A client that runs in a page, `?resource=URL&client_id=ID`: it sends its visitor to sign in by a navigation, and calls
// the tools when she is back. What came of it is in the title of the page, and in `document.body`.
import {
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client'

const asked = new URLSearchParams(location.search)
if (asked.has('resource')) sessionStorage.page = JSON.stringify(Object.fromEntries(asked))
const { resource, client_id } = JSON.parse(sessionStorage.page)

const keep = (name) => (value) => {
  sessionStorage[name] = JSON.stringify(value)
}
const kept = (name) => () => {
  const text = sessionStorage[name]
  return text === undefined ? undefined : JSON.parse(text)
}
const redirectUrl = `${location.origin}/callback`

const authProvider = {
  redirectUrl,
  clientMetadata: {
    client_name: 'Page',
    redirect_uris: [redirectUrl],
    token_endpoint_auth_method: 'none',
  },
  clientInformation: () => (client_id === undefined ? kept('client')() : { client_id }),
  saveClientInformation: keep('client'),
  tokens: kept('tokens'),
  saveTokens: keep('tokens'),
  codeVerifier: kept('verifier'),
  saveCodeVerifier: keep('verifier'),
  discoveryState: kept('discovery'),
  saveDiscoveryState: keep('discovery'),
  redirectToAuthorization: (url) => location.assign(url),
}

const show = (title, told) => {
  document.body.textContent = JSON.stringify(told)
  document.title = title
}

const heard = Promise.withResolvers()
const transport = new StreamableHTTPClientTransport(new URL(resource), { authProvider })
const client = new Client({ name: 'page', version: '1.0.0' })
client.fallbackNotificationHandler = async ({ method }) => heard.resolve(method)

const textOf = async (name) => (await client.callTool({ name, arguments: {} })).content[0].text

try {
  if (location.pathname === '/callback') await transport.finishAuth(asked)
  await client.connect(transport)
  const told = JSON.parse(await textOf('told'))
  await textOf('announce')
  show('called', { told, heard: await heard.promise, session: transport.sessionId })
} catch (error) {
  if (!(error instanceof UnauthorizedError)) show('failed', { failed: String(error) })
}
