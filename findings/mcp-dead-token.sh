#!/usr/bin/env bash
# A client of the Python SDK of MCP whose token is refused before its time opens the browser, with a refresh token at hand.
#
# Version: mcp 2.3.0 (Python 3.10 or newer), @modelcontextprotocol/client 2.4.0, Node.js 24.21.0.
# Behaviour: both SDKs keep the refresh token. The one in TypeScript uses it whenever it is answered 401. The one in Python uses
#   it by its own clock alone, when `expires_in` has passed; a 401 for a token that should still be good starts a new
#   authorization. A provider that changes its keys, or a session that ends there, has people sign in at a window that
#   opens by itself, which no answer of a gateway can prevent.
# Seen:
#   client 2.4.0, refused before its time: refresh_token, browsers opened: 0
#   mcp 2.3.0, refused before its time: authorization_code, browsers opened: 1
#   mcp 2.3.0, when its time has passed: refresh_token, browsers opened: 0
set -euo pipefail

folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
cd "$folder"
node="node-$(node -p 'process.platform + "-" + process.arch')@24.21.0"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix=. "$node" @modelcontextprotocol/client@2.4.0
export PATH="$PWD/node_modules/.bin:$PATH"
export PIP_BREAK_SYSTEM_PACKAGES=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
python3 -m pip install --quiet --no-cache-dir --no-warn-conflicts --only-binary=:all: --target=packages mcp==2.3.0

cat >client.py <<'PROGRAM'
import asyncio
import sys

import httpx2
from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata


class Memory:
    tokens = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return OAuthClientInformationFull(client_id="desk", redirect_uris=["http://127.0.0.1/"], token_endpoint_auth_method="none")

    async def set_client_info(self, client_info):
        pass


async def main(url):
    opened = []

    async def open_browser(address):
        opened.append(httpx2.URL(address).params["state"])
        print("opened", flush=True)

    async def come_back():
        return AuthorizationCodeResult(code="code", state=opened[-1])

    metadata = OAuthClientMetadata(redirect_uris=["http://127.0.0.1/"], token_endpoint_auth_method="none")
    auth = OAuthClientProvider(url, metadata, Memory(), open_browser, come_back)
    async with httpx2.AsyncClient(auth=auth) as http:
        while await asyncio.to_thread(sys.stdin.readline):
            response = await http.post(url, json={"jsonrpc": "2.0", "id": 1, "method": "ping"})
            print("status", response.status_code, flush=True)


asyncio.run(main(sys.argv[1]))
PROGRAM

cat >finding.mjs <<'PROGRAM'
import assert from 'node:assert'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client'

setTimeout(() => assert.fail('no end within 240 s'), 240_000).unref()
process.once('SIGTERM', () => process.exit(1))

const read = async (request) => {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

/** A resource and its authorization server; tokens die when the test says so. */
const startServer = async (expiresIn) => {
  const grants = []
  let good = 'none'
  const answers = {
    '/.well-known/oauth-protected-resource/mcp': (origin) => ({ resource: `${origin}/mcp`, authorization_servers: [origin] }),
    '/.well-known/oauth-authorization-server': (origin) => ({
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
    }),
    '/token': (_origin, body) => {
      grants.push(new URLSearchParams(body).get('grant_type'))
      good = `token-${grants.length}`
      return { access_token: good, token_type: 'Bearer', expires_in: expiresIn, refresh_token: 'refresh' }
    },
  }
  const results = {
    initialize: { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 'stub', version: '1.0.0' } },
    ping: {},
  }
  const server = createServer(async (request, response) => {
    const origin = `http://${request.headers.host}`
    const body = await read(request)
    const answer = answers[request.url]
    const json = { 'content-type': 'application/json' }
    if (answer !== undefined) return response.writeHead(200, json).end(JSON.stringify(answer(origin, body)))
    if (request.url !== '/mcp') return response.writeHead(404).end()
    if (request.headers.authorization !== `Bearer ${good}`) {
      const metadata = `${origin}/.well-known/oauth-protected-resource/mcp`
      return response.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${metadata}"` }).end()
    }
    if (request.method !== 'POST') return response.writeHead(405).end()
    const { id, method } = JSON.parse(body)
    if (id === undefined) return response.writeHead(202).end()
    response.writeHead(200, json).end(JSON.stringify({ jsonrpc: '2.0', id, result: results[method] }))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const kill = () => {
    good = 'none'
    grants.length = 0
  }
  return { url: `http://127.0.0.1:${server.address().port}/mcp`, grants, kill, stop: () => server.close() }
}

const startTypeScript = async (url) => {
  const kept = {}
  let opened = 0
  const authProvider = {
    redirectUrl: 'http://127.0.0.1/',
    clientMetadata: { redirect_uris: ['http://127.0.0.1/'], token_endpoint_auth_method: 'none' },
    clientInformation: () => ({ client_id: 'desk' }),
    tokens: () => kept.tokens,
    saveTokens: (tokens) => void (kept.tokens = tokens),
    codeVerifier: () => kept.verifier,
    saveCodeVerifier: (verifier) => void (kept.verifier = verifier),
    saveDiscoveryState: (state) => void (kept.discovery = state),
    discoveryState: () => kept.discovery,
    redirectToAuthorization: () => void (opened += 1),
  }
  const open = () => new StreamableHTTPClientTransport(new URL(url), { authProvider })
  const first = open()
  const connect = (transport) => new Client({ name: 'desk', version: '1.0.0' }).connect(transport)
  await connect(first).catch((error) => assert.ok(error instanceof UnauthorizedError))
  await first.finishAuth(new URLSearchParams({ code: 'code' }))
  opened = 0
  return { call: () => connect(open()), opened: () => opened }
}

const startPython = async (url) => {
  const child = spawn('python3', ['client.py', url], {
    env: { ...process.env, PYTHONPATH: 'packages' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  process.once('exit', () => child.kill())
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let opened = 0
  const call = async () => {
    child.stdin.write('\n')
    for (;;) {
      const { value, done } = await lines.next()
      assert.ok(!done, 'the client ended')
      if (value !== 'opened') return assert.equal(value, 'status 200')
      opened += 1
    }
  }
  await call()
  opened = 0
  return { call, opened: () => opened }
}

const report = async (name, start, expiresIn, expected) => {
  const server = await startServer(expiresIn)
  const client = await start(server.url)
  if (expiresIn < 10) await pause((expiresIn + 1) * 1_000)
  server.kill()
  await client.call()
  const seen = `${server.grants.join(' ')}, browsers opened: ${client.opened()}`
  console.log(`${name}: ${seen}`)
  assert.equal(seen, expected)
  server.stop()
}
await report('client 2.4.0, refused before its time', startTypeScript, 3600, 'refresh_token, browsers opened: 0')
await report('mcp 2.3.0, refused before its time', startPython, 3600, 'authorization_code, browsers opened: 1')
await report('mcp 2.3.0, when its time has passed', startPython, 1, 'refresh_token, browsers opened: 0')
process.exit(0)
PROGRAM
node finding.mjs &
wait $!
