import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An issuer that signs access tokens by the thousand and publishes its key. */
export interface TokenIssuer {
  readonly issuer: string
  readonly jwksUrl: string
  /** A fresh RS256 access token; no two are alike. */
  readonly issue: () => string
  readonly stop: () => void
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const listening = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

/** Starts one. `audience` is that of every token. */
export const startTokenIssuer = async (audience: string): Promise<TokenIssuer> => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'bench', use: 'sig', alg: 'RS256' }
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }))
  })
  const port = await listening(server)
  const issuer = `http://127.0.0.1:${port}`
  const header = encode({ alg: 'RS256', typ: 'at+jwt', kid: 'bench' })
  let issued = 0
  return {
    issuer,
    jwksUrl: `${issuer}/jwks`,
    issue: () => {
      issued += 1
      const nowSeconds = Math.floor(Date.now() / 1000)
      const claims = encode({
        iss: issuer,
        sub: 'bench',
        aud: audience,
        client_id: 'bench',
        iat: nowSeconds,
        exp: nowSeconds + 3600,
        jti: `token-${issued}`,
        scope: 'orders:read orders:write',
      })
      const signature = sign('sha256', Buffer.from(`${header}.${claims}`), privateKey)
      return `${header}.${claims}.${signature.toString('base64url')}`
    },
    stop: () => server.close(),
  }
}
