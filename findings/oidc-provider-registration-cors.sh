#!/usr/bin/env bash
# oidc-provider lets pages of other origins read its metadata and its token endpoint, and never its registration endpoint.
#
# Version: oidc-provider 9.13.3, Node.js 24.21.0.
# Behaviour: `clientBasedCORS` says which origins may use the endpoints that a client authenticates at, and metadata are open
#   to all. The registration endpoint (RFC 7591) has no such setting: its preflight is answered as an unknown path, and the
#   client that it makes cannot be read by the page that asked for it. A client in a page, which is told of the endpoint by
#   metadata that it can read, gets no further there than "Failed to fetch", though it was registered where no preflight
#   comes before it.
# Seen of a page at https://page.example, with clientBasedCORS: () => true:
#   preflight of the metadata: 204 for https://page.example
#   preflight of the token endpoint: 204 for https://page.example
#   preflight of the registration endpoint: 404 for nobody
#   registration: 201 for nobody
set -euo pipefail

folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
cd "$folder"
node="node-$(node -p 'process.platform + "-" + process.arch')@24.21.0"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix=. "$node" oidc-provider@9.13.3
export PATH="$PWD/node_modules/.bin:$PATH"

cat >finding.mjs <<'PROGRAM'
import assert from 'node:assert'
import { once } from 'node:events'
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

setTimeout(() => assert.fail('no end within 40 s'), 40_000).unref()

const server = createServer()
await once(server.listen(0, '127.0.0.1'), 'listening')
const issuer = `http://127.0.0.1:${server.address().port}`
const provider = new Provider(issuer, {
  clientBasedCORS: () => true,
  features: { registration: { enabled: true } },
})
server.on('request', provider.callback())

const origin = 'https://page.example'
const report = async (what, path, init, expected) => {
  const headers = { origin, ...init.headers }
  const answer = await fetch(`${issuer}${path}`, { ...init, headers })
  await answer.arrayBuffer()
  const seen = `${answer.status} for ${answer.headers.get('access-control-allow-origin') ?? 'nobody'}`
  console.log(`${what}: ${seen}`)
  assert.equal(seen, expected)
}
const preflight = (method) => ({
  method: 'OPTIONS',
  headers: { 'access-control-request-method': method, 'access-control-request-headers': 'content-type' },
})
const metadata = '/.well-known/openid-configuration'

await report('preflight of the metadata', metadata, preflight('GET'), `204 for ${origin}`)
await report('preflight of the token endpoint', '/token', preflight('POST'), `204 for ${origin}`)
await report('preflight of the registration endpoint', '/reg', preflight('POST'), '404 for nobody')
const registration = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ redirect_uris: [`${origin}/callback`], token_endpoint_auth_method: 'none' }),
}
await report('registration', '/reg', registration, '201 for nobody')
process.exit(0)
PROGRAM
node finding.mjs &
wait $!
