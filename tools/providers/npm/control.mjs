import { createServer } from 'node:http'

/**
 * Listens on a port of its own for `POST /<action>`, by which a test asks the provider for what it
 * has no page for.
 */
export const listenForControl = (port, actions) => {
  createServer(async (request, response) => {
    const action = actions[request.url?.slice(1) ?? '']
    if (request.method !== 'POST' || action === undefined) return response.writeHead(404).end()
    try {
      await action()
      response.writeHead(204).end()
    } catch (error) {
      console.error(error)
      response.writeHead(500).end()
    }
  }).listen(port, '127.0.0.1')
}
