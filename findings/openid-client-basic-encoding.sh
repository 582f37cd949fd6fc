#!/usr/bin/env bash
# openid-client percent-encodes `-`, `_`, `.` and `~` in the id and the secret of client_secret_basic.
#
# Version: openid-client 6.9.0, Node.js 24.21.0.
# Behaviour: ClientSecretBasic() encodes what RFC 6749 section 2.3.1 leaves to form encoding more widely than a form does:
#   letters and digits stay, everything else becomes %XX, the four unreserved characters of URLs too. A server that decodes
#   sees no difference. Providers that take the two parts of the header as they are know no such client, and say
#   invalid_client of credentials that are right.
# Seen:
#   id web-app, secret a_b.c~d: Basic web%2Dapp:a%5Fb%2Ec%7Ed
#   id web app, secret a+b: Basic web+app:a%2Bb
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
import { ClientSecretBasic } from 'openid-client'

setTimeout(() => assert.fail('no end within 40 s'), 40_000).unref()

const sent = async (id, secret) => {
  const headers = new Headers()
  await ClientSecretBasic(secret)({ issuer: 'https://op.example' }, { client_id: id }, new URLSearchParams(), headers)
  return Buffer.from(headers.get('authorization').replace('Basic ', ''), 'base64').toString()
}
const report = async (id, secret, expected) => {
  const pair = await sent(id, secret)
  console.log(`id ${id}, secret ${secret}: Basic ${pair}`)
  assert.equal(pair, expected)
}
await report('web-app', 'a_b.c~d', 'web%2Dapp:a%5Fb%2Ec%7Ed')
await report('web app', 'a+b', 'web+app:a%2Bb')
PROGRAM
node finding.mjs &
wait $!
