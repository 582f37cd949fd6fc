#!/usr/bin/env bash
# @bufbuild/cel takes a key whose value is null for absent in `has` and `in`, and no comment that ends the text.
#
# Version: @bufbuild/cel 0.6.1, @bufbuild/protobuf 2.17.0, Node.js 24.21.0.
# Behaviour: has(claims.n) and "n" in claims are false where claims.n is null, though claims.n == null is true: a rule with
#   !has(claims.n) holds for a claim that was sent. The language says that a key which is there is there; cel-go does so. And a
#   comment counts only with the end of its line behind it: where it is the last thing in the text, that is no CEL.
# Seen:
#   has(claims.n): false
#   "n" in claims: false
#   claims.n == null: true
#   true // yes: no CEL
#   true // yes, and the end of the line: true
set -euo pipefail

folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
cd "$folder"
node="node-$(node -p 'process.platform + "-" + process.arch')@24.21.0"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix=. "$node" @bufbuild/cel@0.6.1 @bufbuild/protobuf@2.17.0
export PATH="$PWD/node_modules/.bin:$PATH"

cat >finding.mjs <<'PROGRAM'
import assert from 'node:assert'
import { celEnv, parse, plan } from '@bufbuild/cel'

setTimeout(() => assert.fail('no end within 40 s'), 40_000).unref()

const evaluated = (text) => {
  try {
    return String(plan(celEnv(), parse(text))({ claims: { n: null } }))
  } catch {
    return 'no CEL'
  }
}
const report = (name, text, expected) => {
  const outcome = evaluated(text)
  console.log(`${name}: ${outcome}`)
  assert.equal(outcome, expected)
}
report('has(claims.n)', 'has(claims.n)', 'false')
report('"n" in claims', '"n" in claims', 'false')
report('claims.n == null', 'claims.n == null', 'true')
report('true // yes', 'true // yes', 'no CEL')
report('true // yes, and the end of the line', 'true // yes\n', 'true')
PROGRAM
node finding.mjs &
wait $!
