// A client of one of the two SDKs: call.mjs sdk|client
// CLIENT_ID: what it is registered as; unset, it registers itself.
// REVISION: the one of the protocol that it speaks and no other; unset, that of its library.
import { obey } from './commands.mjs'
import { fetchOnLoopback, listen, memoryOf } from './person.mjs'

const [library] = process.argv.slice(2)

const LIBRARIES = {
  sdk: async () => ({
    ...(await import('@modelcontextprotocol/sdk/client/index.js')),
    ...(await import('@modelcontextprotocol/sdk/client/streamableHttp.js')),
    ...(await import('@modelcontextprotocol/sdk/client/auth.js')),
  }),
  client: () => import('@modelcontextprotocol/client'),
}

const { Client, StreamableHTTPClientTransport, UnauthorizedError } = await LIBRARIES[library]()
const person = await listen()
const authProvider = memoryOf(person.redirectUrl, process.env.CLIENT_ID)

const { REVISION } = process.env
const spoken = REVISION === undefined ? {} : { versionNegotiation: { mode: { pin: REVISION } } }

/** Does it, and once more after the person has been to the browser. */
const withPerson = async (transportOf, doIt) => {
  try {
    return await doIt()
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error
    const answer = await person.comeBack()
    await transportOf().finishAuth(library === 'client' ? answer : answer.get('code'))
    return await doIt()
  }
}

await obey(async (url, hear) => {
  let transport
  const client = await withPerson(
    () => transport,
    async () => {
      const options = { authProvider, fetch: fetchOnLoopback }
      transport = new StreamableHTTPClientTransport(new URL(url), options)
      const connecting = new Client({ name: 'desk', version: '1.0.0' }, spoken)
      connecting.fallbackNotificationHandler = async () => hear()
      await connecting.connect(transport)
      return connecting
    },
  )
  return {
    call: (name) =>
      withPerson(
        () => transport,
        () => client.callTool({ name, arguments: {} }),
      ),
    close: () => client.close(),
  }
})
