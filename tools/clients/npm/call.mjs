// A client that is given URLs and nothing else, and calls a tool at each: call.mjs sdk|client URL[#TOOL]...
// CLIENT_ID: what it is registered as; unset, it registers itself.
// REVISION: the one of the protocol that it speaks and no other; unset, that of its library.
import { fetchOnLoopback, listen, memoryOf, tell } from './person.mjs'

const [library, ...urls] = process.argv.slice(2)

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

const open = (url) => {
  const options = { authProvider, fetch: fetchOnLoopback }
  return new StreamableHTTPClientTransport(new URL(url), options)
}

/** Does it, and once more after the person has been to the browser. */
const withPerson = async (url, doIt) => {
  let transport = open(url)
  try {
    return await doIt(transport)
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error
    const answer = await person.comeBack()
    await transport.finishAuth(library === 'client' ? answer : answer.get('code'))
    transport = open(url)
    return await doIt(transport)
  }
}

try {
  for (const url of urls) {
    const { pathname, hash } = new URL(url)
    const result = await withPerson(url.replace(hash, ''), async (transport) => {
      const client = new Client({ name: 'desk', version: '1.0.0' }, spoken)
      await client.connect(transport)
      const called = await client.callTool({ name: hash.slice(1) || 'told', arguments: {} })
      await client.close()
      return called
    })
    tell({ called: pathname + hash, told: JSON.parse(result.content[0].text) })
  }
} catch (error) {
  tell({ failed: String(error) })
}
process.exit(0)
