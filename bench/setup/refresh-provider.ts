import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** A provider that refreshes, with rotation and no tolerance of reuse, and counts. */
export interface RefreshProvider {
  readonly issuer: string
  readonly granted: () => number
  readonly refused: () => number
  readonly stop: () => void
}

/** What a token endpoint across a network takes. */
const ANSWER_MS = 20

const bodyOf = async (stream: AsyncIterable<Buffer>): Promise<URLSearchParams> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return new URLSearchParams(Buffer.concat(chunks).toString())
}

/** Starts it on 127.0.0.1. A refresh token is `name.count`: each works once, for the next one. */
export const startRefreshProvider = async (): Promise<RefreshProvider> => {
  const counts = new Map<string, number>()
  let granted = 0
  let refused = 0

  const refresh = (token: string): { readonly status: number; readonly answer: object } => {
    const [name = '', count = ''] = token.split('.')
    const current = counts.get(name) ?? 0
    if (Number(count) !== current) {
      refused += 1
      return { status: 400, answer: { error: 'invalid_grant' } }
    }
    granted += 1
    counts.set(name, current + 1)
    const answer = {
      access_token: `access.${name}.${current + 1}`,
      refresh_token: `${name}.${current + 1}`,
      token_type: 'Bearer',
      expires_in: 3_600,
    }
    return { status: 200, answer }
  }

  const server = createServer(async (request, response) => {
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const metadata = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
    }
    response.setHeader('content-type', 'application/json')
    if (request.url !== '/token') {
      response.end(JSON.stringify(request.url === '/jwks' ? { keys: [] } : metadata))
      return
    }
    const { status, answer } = refresh((await bodyOf(request)).get('refresh_token') ?? '')
    await pause(ANSWER_MS)
    response.writeHead(status).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    granted: () => granted,
    refused: () => refused,
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
