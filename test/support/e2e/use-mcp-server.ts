import { afterAll } from 'vitest'
import { type McpServer, startMcpServer } from './clients-place.ts'

/** Starts an MCP server for the tests of a file when its port is asked for; stops it after them. */
export const useMcpServer = (): (() => Promise<number>) => {
  let server: McpServer | undefined
  afterAll(() => server?.stop())
  return async () => {
    server = await startMcpServer()
    return server.port
  }
}
