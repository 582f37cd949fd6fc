import { type IncomingMessage, request, type ServerResponse } from 'node:http'

/** Hands a request on to a port of 127.0.0.1, head and body as they are, and its answer back. */
export const forwardTo = (
  port: number,
  incoming: IncomingMessage,
  answer: ServerResponse,
): void => {
  const { method, url, headers } = incoming
  const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers)
    response.pipe(answer)
  })
  onward.once('error', () => answer.destroy())
  incoming.pipe(onward)
}
