// A client of the AI SDK. CLIENT_ID: what it is registered as; unset, it registers itself.
import { auth, createMCPClient, UnauthorizedError } from '@ai-sdk/mcp'
import { obey } from './commands.mjs'
import { fetchOnLoopback, listen, memoryOf } from './person.mjs'

const person = await listen()
const authProvider = memoryOf(person.redirectUrl, process.env.CLIENT_ID)

const withPerson = async (url, doIt) => {
  try {
    return await doIt()
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error
    const answer = await person.comeBack()
    await auth(authProvider, {
      serverUrl: url,
      authorizationCode: answer.get('code'),
      callbackState: answer.get('state') ?? undefined,
      callbackIssuer: answer.get('iss') ?? undefined,
      fetchFn: fetchOnLoopback,
    })
    return await doIt()
  }
}

await obey(async (url, hear) => {
  // Messages of the server are not for applications; all that is told of one is that it came.
  const onUncaughtError = ({ message }) => message === 'Unsupported message type' && hear()
  const transport = { type: 'http', url, authProvider, fetch: fetchOnLoopback }
  const client = await withPerson(url, () => createMCPClient({ transport, onUncaughtError }))
  return {
    call: (name) => withPerson(url, () => client.callTool({ name, arguments: {} })),
    close: () => client.close(),
  }
})
