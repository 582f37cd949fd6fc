// oauth2-mock-server with short-lived tokens and keys that rotate: PORT CONTROL_PORT ISSUER LIFETIME_SECONDS
import { OAuth2Server } from 'oauth2-mock-server'
import { listenForControl } from './control.mjs'

const [port, controlPort, issuer, lifetime] = process.argv.slice(2)
const lifetimeSeconds = Number(lifetime)

const server = new OAuth2Server()
await server.issuer.keys.generate('RS256')
await server.start(Number(port), '127.0.0.1')
server.issuer.url = issuer

let refusesBefore = 0
const issuedAt = new Map()

server.service.on('beforeTokenSigning', (token) => {
  token.payload.exp = token.payload.iat + lifetimeSeconds
})
server.service.on('beforeResponse', (answer, { body }) => {
  if (
    body.grant_type === 'refresh_token' &&
    (issuedAt.get(body.refresh_token) ?? 0) < refusesBefore
  ) {
    answer.statusCode = 400
    answer.body = { error: 'invalid_grant' }
    return
  }
  answer.body.expires_in = lifetimeSeconds
  issuedAt.set(answer.body.refresh_token, issuedAt.size)
})

listenForControl(Number(controlPort), {
  'kill-refresh-tokens': () => {
    refusesBefore = issuedAt.size
  },
  'rotate-keys': async () => {
    const { kid } = await server.issuer.keys.generate('RS256')
    // It signs with its keys in turn: from now on with the new one.
    const next = server.issuer.keys.get.bind(server.issuer.keys)
    server.issuer.keys.get = () => next(kid)
  },
})
