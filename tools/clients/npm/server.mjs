// An MCP server with one tool that tells what the server was told: server.mjs PORT
import { createServer } from 'node:http'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'

const TOLD = ['authorization', 'x-auth-subject']

const serverFor = (headers) => {
  const server = new McpServer({ name: 'orders', version: '1.0.0' })
  server.registerTool('told', { description: 'Tells what this server was told.' }, async () => {
    const told = Object.fromEntries(TOLD.map((name) => [name, headers[name] ?? null]))
    return { content: [{ type: 'text', text: JSON.stringify(told) }] }
  })
  return server
}

createServer(async (request, response) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
  response.on('close', () => transport.close())
  await serverFor(request.headers).connect(transport)
  await transport.handleRequest(request, response)
}).listen(Number(process.argv[2]), '127.0.0.1', () => console.log('listening'))
