#!/usr/bin/env bash
# openid-client names the algorithm of a DPoP proof by an Ed25519 key Ed25519, and never EdDSA.
#
# Version: openid-client 6.9.0, jose 6.2.18, Node.js 24.21.0.
# Behaviour: RFC 9864 gives to what everybody called EdDSA the name Ed25519, and openid-client writes that name into the header
#   of its proofs, whichever of the two the key was asked for by. No setting writes the other. A verifier whose list has the
#   older name alone refuses the proof, though it could verify the signature.
# Seen:
#   a key asked for as Ed25519: the proof says Ed25519
#   a key asked for as EdDSA: the proof says Ed25519
#   jose with the list ["EdDSA"]: ERR_JOSE_ALG_NOT_ALLOWED
#   jose with the list ["EdDSA","Ed25519"]: verified
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
import { decodeProtectedHeader, EmbeddedJWK, jwtVerify } from 'jose'
import { Configuration, customFetch, fetchProtectedResource, getDPoPHandle, randomDPoPKeyPair } from 'openid-client'

setTimeout(() => assert.fail('no end within 40 s'), 40_000).unref()

const proofBy = async (asked) => {
  const config = new Configuration({ issuer: 'https://op.example' }, 'client')
  let proof
  config[customFetch] = async (_url, { headers }) => {
    proof = headers.dpop
    return new Response(null, { status: 204 })
  }
  const DPoP = getDPoPHandle(config, await randomDPoPKeyPair(asked))
  await fetchProtectedResource(config, 'token', new URL('https://api.example/'), 'GET', undefined, new Headers(), { DPoP })
  return proof
}
for (const asked of ['Ed25519', 'EdDSA']) {
  const { alg } = decodeProtectedHeader(await proofBy(asked))
  console.log(`a key asked for as ${asked}: the proof says ${alg}`)
  assert.equal(alg, 'Ed25519')
}
const report = async (algorithms, expected) => {
  const verified = jwtVerify(await proofBy('Ed25519'), EmbeddedJWK, { algorithms, typ: 'dpop+jwt' })
  const outcome = await verified.then(() => 'verified', ({ code }) => code)
  console.log(`jose with the list ${JSON.stringify(algorithms)}: ${outcome}`)
  assert.equal(outcome, expected)
}
await report(['EdDSA'], 'ERR_JOSE_ALG_NOT_ALLOWED')
await report(['EdDSA', 'Ed25519'], 'verified')
PROGRAM
node finding.mjs &
wait $!
