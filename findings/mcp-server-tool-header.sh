#!/usr/bin/env bash
# The MCP server of the TypeScript SDK compares `mcp-name` with the body for requests of the newer revision alone.
#
# Version: @modelcontextprotocol/server 2.4.0 (zod 4.6.7), Node.js 24.21.0.
# Behaviour: since the revision of 2026-07-28 clients repeat in `mcp-method` and `mcp-name` what the body calls, so that
#   what is before the server can go by it, and servers are to refuse a request that says two things. `createMcpHandler`
#   serves older revisions as well, unless `legacy: 'reject'` is set, and which revision a request is of it reads from the
#   body. A body in the older form is served whatever these headers say, with an older revision in `mcp-protocol-version`
#   or none; beside the newer one it is refused, alone or in a batch. `mcp-name` may also be `=?base64?…?=`. So a rule that
#   lets through by `mcp-name` has to ask for `mcp-protocol-version: 2026-07-28` beside it, and one that forbids by
#   `mcp-name` forbids nothing.
# Seen (mcp-name: search, unless it says otherwise, and a body that calls refund):
#   the newer form, 2026-07-28: refused -32020
#   the newer form, mcp-name =?base64?cmVmdW5k?=: refund was called
#   the older form, 2025-11-25: refund was called
#   the older form, no revision: refund was called
#   the older form, 2026-07-28: refused -32602
#   a batch of it, 2026-07-28: refused -32000
set -euo pipefail

folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
cd "$folder"
node="node-$(node -p 'process.platform + "-" + process.arch')@24.21.0"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix=. "$node" \
  @modelcontextprotocol/server@2.4.0 zod@4.6.7
export PATH="$PWD/node_modules/.bin:$PATH"

cat >finding.mjs <<'PROGRAM'
import assert from 'node:assert'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import * as z from 'zod'

setTimeout(() => assert.fail('no end within 40 s'), 40_000).unref()

const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'orders', version: '1.0.0' })
  for (const name of ['search', 'refund']) {
    server.registerTool(name, { inputSchema: z.object({}) }, () => ({
      content: [{ type: 'text', text: `${name} was called` }],
    }))
  }
  return server
})

const NEWER = '2026-07-28'
const envelope = {
  'io.modelcontextprotocol/protocolVersion': NEWER,
  'io.modelcontextprotocol/clientInfo': { name: 'finding', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
}
const call = (params) => ({
  jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'refund', arguments: {}, ...params },
})
const newer = call({ _meta: envelope })
const older = call({})

const report = async (what, body, headers, expected) => {
  const response = await handler.fetch(
    new Request('https://orders.example/mcp', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-method': 'tools/call',
        'mcp-name': 'search',
        ...headers,
      },
      body: JSON.stringify(body),
    }),
  )
  const text = await response.text()
  const [called] = /\w+ was called/.exec(text) ?? []
  const outcome = called ?? `refused ${/"code":(-\d+)/.exec(text)?.[1]}`
  console.log(`${what}: ${outcome}`)
  assert.equal(outcome, expected)
}
const revision = (version) => ({ 'mcp-protocol-version': version })

await report('the newer form, 2026-07-28', newer, revision(NEWER), 'refused -32020')
const encoded = '=?base64?cmVmdW5k?='
const inAnotherForm = { ...revision(NEWER), 'mcp-name': encoded }
await report(`the newer form, mcp-name ${encoded}`, newer, inAnotherForm, 'refund was called')
await report('the older form, 2025-11-25', older, revision('2025-11-25'), 'refund was called')
await report('the older form, no revision', older, {}, 'refund was called')
await report('the older form, 2026-07-28', older, revision(NEWER), 'refused -32602')
await report('a batch of it, 2026-07-28', [older], revision(NEWER), 'refused -32000')
process.exit(0)
PROGRAM
node finding.mjs &
wait $!
