// An MCP server: server.mjs PORT. The tool `told` tells what the server was told, and `announce` sends a message on the
// client's own stream, once that is open. Whoever asks for /hang-up has it end the streams of all clients.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'

const TOLD = ['authorization', 'x-auth-subject', 'x-token-expires']

/** What headers say that are of interest: those above, and those that a suite names so. */
const toldBy = (headers) => {
  const more = Object.keys(headers).filter((name) => name.startsWith('x-told-'))
  return Object.fromEntries([...TOLD, ...more].map((name) => [name, headers[name] ?? null]))
}

const said = (text) => ({ content: [{ type: 'text', text }] })

const newSession = async (sessions) => {
  let stream = Promise.withResolvers()
  const server = new McpServer(
    { name: 'orders', version: '1.0.0' },
    { capabilities: { logging: {} } },
  )
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => sessions.set(id, session),
  })
  const session = {
    transport,
    streams: () => stream.resolve(),
    hangUp: () => {
      stream = Promise.withResolvers()
      transport.closeStandaloneSSEStream()
    },
  }
  server.registerTool('told', {}, async ({ requestInfo: { headers } }) =>
    said(JSON.stringify(toldBy(headers))),
  )
  server.registerTool('announce', {}, async () => {
    await stream.promise
    await server.sendLoggingMessage({ level: 'info', data: 'An order was placed.' })
    return said('announced')
  })
  await server.connect(transport)
  return session
}

const sessions = new Map()

createServer(async (request, response) => {
  if (request.url === '/hang-up') {
    for (const { hangUp } of sessions.values()) hangUp()
    response.writeHead(204).end()
    return
  }
  const id = request.headers['mcp-session-id']
  const session = id === undefined ? await newSession(sessions) : sessions.get(id)
  if (session === undefined) {
    response.writeHead(404).end()
    return
  }
  if (request.method === 'GET') {
    const { writeHead } = response
    response.writeHead = (...head) => {
      if (head[0] === 200) session.streams()
      return writeHead.apply(response, head)
    }
  }
  await session.transport.handleRequest(request, response)
}).listen(Number(process.argv[2]), '127.0.0.1', () => console.log('listening'))
