#!/usr/bin/env bash
# openid-client throws for a 200 that has a WWW-Authenticate: of a resource and of the userinfo endpoint, not of the token one.
#
# Version: openid-client 6.9.0, Node.js 24.21.0.
# Behaviour: a server may send WWW-Authenticate with any answer, to say that other credentials might change it (RFC 9110
#   section 11.6.1), and with a success for schemes that end with a token of the server (Negotiate, RFC 4559). For
#   `fetchProtectedResource` and `fetchUserInfo` each is a challenge, and they throw whatever the status is: what was asked
#   for has been done all the same, and only the `response` of the error says so. For the token and the introspection
#   endpoint the header counts only beside a status that was not expected. A 404 is no error of `fetchProtectedResource`.
# Seen:
#   a resource, 200: answered
#   a resource, 200 with the header: WWWAuthenticateChallengeError of status 200
#   a resource, 404 without it: answered
#   userinfo, 200 with the header: WWWAuthenticateChallengeError of status 200
#   token, 200 with the header: answered
#   introspection, 200 with the header: answered
set -euo pipefail

folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
cd "$folder"
node="node-$(node -p 'process.platform + "-" + process.arch')@24.21.0"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix=. "$node" openid-client@6.9.0
export PATH="$PWD/node_modules/.bin:$PATH"

cat >finding.mjs <<'PROGRAM'
import assert from 'node:assert'
import {
  clientCredentialsGrant,
  Configuration,
  customFetch,
  fetchProtectedResource,
  fetchUserInfo,
  tokenIntrospection,
} from 'openid-client'

setTimeout(() => assert.fail('no end within 40 s'), 40_000).unref()

const server = {
  issuer: 'https://op.example',
  token_endpoint: 'https://op.example/token',
  introspection_endpoint: 'https://op.example/introspection',
  userinfo_endpoint: 'https://op.example/userinfo',
}
const header = { 'www-authenticate': 'Basic realm="more"' }
const withHeader = (body) => Response.json(body, { headers: header })

const report = async (what, answer, ask, expected) => {
  const config = new Configuration(server, 'client', 'secret')
  config[customFetch] = async () => answer
  const outcome = await ask(config).then(
    () => 'answered',
    ({ name, status }) => `${name} of status ${status}`,
  )
  console.log(`${what}: ${outcome}`)
  assert.equal(outcome, expected)
}
const resource = (config) =>
  fetchProtectedResource(config, 'token', new URL('https://api.example/'), 'POST')
const challenge = 'WWWAuthenticateChallengeError of status 200'

await report('a resource, 200', Response.json({}), resource, 'answered')
await report('a resource, 200 with the header', withHeader({}), resource, challenge)
await report('a resource, 404 without it', new Response(null, { status: 404 }), resource, 'answered')
const userinfo = (config) => fetchUserInfo(config, 'token', 'alice')
await report('userinfo, 200 with the header', withHeader({ sub: 'alice' }), userinfo, challenge)
const tokens = withHeader({ access_token: 'token', token_type: 'bearer' })
await report('token, 200 with the header', tokens, clientCredentialsGrant, 'answered')
const introspection = (config) => tokenIntrospection(config, 'token')
await report('introspection, 200 with the header', withHeader({ active: true }), introspection, 'answered')
PROGRAM
node finding.mjs &
wait $!
