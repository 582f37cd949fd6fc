#!/usr/bin/env bash
# @kubernetes/client-node merges the files of KUBECONFIG otherwise than kubectl: the last current context wins.
#
# Version: @kubernetes/client-node 2.0.1, Node.js 24.21.0.
# Behaviour: kubectl takes what the first file of KUBECONFIG says, and passes over a file that is not there. loadFromDefault takes
#   the current context of the last file that names one, so that the same variable leads to another cluster; it throws where two
#   files have an entry of one name, and where a file does not exist. The parameter contextFromStartingConfig mends the first.
# Seen:
#   current context of two files: later
#   with contextFromStartingConfig: first
#   two entries of one name: Duplicate cluster: shared
#   a file that does not exist: ENOENT
set -euo pipefail

folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
cd "$folder"
node="node-$(node -p 'process.platform + "-" + process.arch')@24.21.0"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix=. "$node" @kubernetes/client-node@2.0.1
export PATH="$PWD/node_modules/.bin:$PATH"

cat >finding.mjs <<'PROGRAM'
import assert from 'node:assert'
import { writeFileSync } from 'node:fs'
import { KubeConfig } from '@kubernetes/client-node'

setTimeout(() => assert.fail('no end within 40 s'), 40_000).unref()

const write = (file, name, cluster = name) =>
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: cluster, cluster: { server: `https://${name}.example.com` } }],
      users: [{ name, user: { token: 'x' } }],
      contexts: [{ name, context: { cluster, user: name } }],
      'current-context': name,
    }),
  )
write('first', 'first')
write('later', 'later')
write('one', 'one', 'shared')
write('two', 'two', 'shared')

const currentOf = (files, fromFirst) => {
  process.env.KUBECONFIG = files
  const config = new KubeConfig()
  try {
    config.loadFromDefault(undefined, fromFirst)
    return config.currentContext
  } catch (error) {
    return error.code ?? error.message
  }
}
const report = (name, outcome, expected) => {
  console.log(`${name}: ${outcome}`)
  assert.equal(outcome, expected)
}
report('current context of two files', currentOf('first:later'), 'later')
report('with contextFromStartingConfig', currentOf('first:later', true), 'first')
report('two entries of one name', currentOf('one:two'), 'Duplicate cluster: shared')
report('a file that does not exist', currentOf('nowhere:later'), 'ENOENT')
PROGRAM
node finding.mjs &
wait $!
