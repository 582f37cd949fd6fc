#!/usr/bin/env bash
# openid-client signs and pushes what the authorization endpoint has in its own query, and pushes it twice with JAR and PAR.
#
# Version: openid-client 6.9.0, jose 6.2.18, Node.js 24.21.0.
# Behaviour: an authorization endpoint may have a query, which every request keeps (RFC 6749 section 3.1). openid-client takes
#   the parameters of a request object and of a pushed request from the URL that it would have sent the browser to, so that
#   the endpoint's own are among them, though nobody asked for them. Both together, as its documentation shows, push each of
#   these twice, which section 3.1 forbids; a provider may refuse the login for it. The browser's URL has them once.
# Seen of an endpoint /authorize?tenant=blue, asked with redirect_uri and scope:
#   signed: tenant, redirect_uri, scope, client_id, response_type
#   pushed: tenant, redirect_uri, scope, client_id, response_type
#   pushed when signed: tenant, tenant, request, client_id
#   the browser's URL: tenant, request_uri, client_id
set -euo pipefail

folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
cd "$folder"
node="node-$(node -p 'process.platform + "-" + process.arch')@24.21.0"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix=. "$node" openid-client@6.9.0 jose@6.2.18
export PATH="$PWD/node_modules/.bin:$PATH"

cat >finding.mjs <<'PROGRAM'
import assert from 'node:assert'
import { decodeJwt, generateKeyPair } from 'jose'
import {
  buildAuthorizationUrlWithJAR,
  buildAuthorizationUrlWithPAR,
  Configuration,
  customFetch,
} from 'openid-client'

setTimeout(() => assert.fail('no end within 40 s'), 40_000).unref()

const server = {
  issuer: 'https://op.example',
  authorization_endpoint: 'https://op.example/authorize?tenant=blue',
  pushed_authorization_request_endpoint: 'https://op.example/push',
}
const config = new Configuration(server, 'client')
let pushed
config[customFetch] = async (_url, { body }) => {
  pushed = [...new URLSearchParams(body).keys()]
  return Response.json({ request_uri: 'urn:example:1', expires_in: 60 }, { status: 201 })
}
const report = (what, names, expected) => {
  console.log(`${what}: ${names.join(', ')}`)
  assert.deepEqual(names, expected)
}
const asked = { redirect_uri: 'https://app.example/callback', scope: 'openid' }
const all = ['tenant', 'redirect_uri', 'scope', 'client_id', 'response_type']

const { privateKey } = await generateKeyPair('ES256')
const { searchParams } = await buildAuthorizationUrlWithJAR(config, asked, privateKey)
const claims = Object.keys(decodeJwt(searchParams.get('request')))
const ofJwt = ['iss', 'aud', 'jti', 'iat', 'nbf', 'exp']
report('signed', claims.filter((name) => !ofJwt.includes(name)), all)
await buildAuthorizationUrlWithPAR(config, asked)
report('pushed', pushed, all)
const url = await buildAuthorizationUrlWithPAR(config, searchParams)
report('pushed when signed', pushed, ['tenant', 'tenant', 'request', 'client_id'])
report("the browser's URL", [...url.searchParams.keys()], ['tenant', 'request_uri', 'client_id'])
PROGRAM
node finding.mjs &
wait $!
