import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { besideNothing } from './configured.ts'
import type { Part } from './part.ts'

const ONE_IN = 1_000

/** Takes spans and forgets them, in this process and not in the one that is measured. */
const startCollector = async () => {
  let batches = 0
  const server = createServer((request, response) => {
    batches += 1
    request.resume().on('end', () => response.writeHead(200).end())
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const stop = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  }
  return { endpoint: `http://127.0.0.1:${port}/v1/traces`, batches: () => batches, stop }
}

/** Traces of one check in a thousand beside none: builds before have none of them. */
export const tracing: Part = async (context) => {
  const collector = await startCollector()
  const { endpoint } = collector
  const configuration = { tracing: { endpoint, oneIn: ONE_IN } }
  const title = `Traces of one check in ${ONE_IN.toLocaleString('en')}, on the gRPC port`
  try {
    const told = await besideNothing({ title, name: 'traced', configuration }, context)
    if (collector.batches() === 0) throw new Error('No span was sent.')
    return told
  } finally {
    await collector.stop()
  }
}
