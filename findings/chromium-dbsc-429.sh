#!/usr/bin/env bash
# A refresh that a rate limiter answers 429 ends the session in Chromium; 503 does not.
#
# Version: Chromium 156.0.8078.108 of Debian 12 (chromium and certutil of libnss3-tools have to be there), driven with
#   playwright-core 1.65.1 and Node.js 24.21.0.
# Behaviour: the specification of Device Bound Session Credentials lets a browser try later after 429 as after 5xx. To
#   Chromium it is a refusal like 401 and 404: it forgets session and key, and asks no more.
# Seen:
#   503, then 204: asked again
#   429, then 204: never asked again
set -euo pipefail

folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
cd "$folder"
node="node-$(node -p 'process.platform + "-" + process.arch')@24.21.0"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix=. "$node" playwright-core@1.65.1
export PATH="$PWD/node_modules/.bin:$PATH"

# Chromium binds sessions of servers that it trusts, and of no others: by an authority in the store of its home.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=authority' \
  -addext 'keyUsage=critical,keyCertSign' -keyout ca-key.pem -out ca.pem 2>/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=busy.test' \
  -addext 'subjectAltName=DNS:busy.test,DNS:limited.test' -addext 'basicConstraints=critical,CA:FALSE' \
  -CA ca.pem -CAkey ca-key.pem -keyout key.pem -out cert.pem 2>/dev/null
mkdir -p .pki/nssdb
certutil -d sql:.pki/nssdb -N --empty-password
certutil -d sql:.pki/nssdb -A -t C,, -n authority -i ca.pem
export CHROMIUM; CHROMIUM=$(command -v chromium)

cat >finding.mjs <<'PROGRAM'
import assert from 'node:assert'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import { chromium } from 'playwright-core'

setTimeout(() => assert.fail('no end within 90 s'), 90_000).unref()
process.once('SIGTERM', () => process.exit(1))

const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax'
const REGISTRATION = {
  'secure-session-registration': '(ES256);path="/reg";challenge="c";authorization="a"',
}

/** Answers every host by a function of host, method and path, and remembers what came. */
const startSite = async (answer) => {
  const seen = []
  const tls = { cert: readFileSync('cert.pem'), key: readFileSync('key.pem') }
  const server = createServer(tls, (request, response) => {
    const host = request.headers.host.split(':')[0]
    const one = { host, method: request.method, path: request.url, headers: request.headers }
    seen.push(one)
    const { status = 200, headers = {}, body = '<!doctype html>' } = answer(one)
    const type = body.startsWith('{') ? 'application/json' : 'text/html'
    response.writeHead(status, { 'content-type': type, ...headers }).end(body)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address()
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { seen, port, url: (host, path) => `https://${host}:${port}${path}`, close }
}

/** How a session is described whose cookie `bound` is renewed at `/refresh`. */
const config = (attributes) =>
  JSON.stringify({
    session_identifier: 's',
    refresh_url: '/refresh',
    scope: { include_site: false },
    credentials: [{ type: 'cookie', name: 'bound', attributes }],
  })
const fresh = { 'set-cookie': `bound=1; Max-Age=600; ${ATTRIBUTES}` }

const until = async (what, holds) => {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await holds()) return
    await pause(100)
  }
  assert.fail(what)
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: [
    '--no-sandbox',
    '--host-resolver-rules=MAP *.test 127.0.0.1',
    '--enable-features=DeviceBoundSessions,EnableBoundSessionCredentialsSoftwareKeysForManualTesting',
  ],
  env: { ...process.env, HOME: process.cwd() },
})
const page = await (await browser.newContext()).newPage()
const lose = async (url) => {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.deleteCookies', { name: 'bound', url })
  await session.detach()
}

const FIRST = { 'busy.test': 503, 'limited.test': 429 }
const refused = new Set()
const site = await startSite(({ host, path }) => {
  if (path === '/') return { headers: REGISTRATION }
  if (path === '/reg') {
    const challenge = { 'secure-session-challenge': '"c2";id="s"' }
    return { headers: { ...fresh, ...challenge }, body: config(ATTRIBUTES) }
  }
  if (path !== '/refresh') return {}
  if (refused.has(host)) return { status: 204, headers: fresh, body: '' }
  refused.add(host)
  return { status: FIRST[host], body: '' }
})

const count = (host, path) =>
  site.seen.filter((one) => one.host === host && one.path === path).length

/** Visits pages, each with the cookie lost before; how often it was asked for anew. */
const refreshesOf = async (host, visits) => {
  await page.goto(site.url(host, '/'))
  await until('the key was shown', () => count(host, '/reg') === 1)
  await pause(2_000)
  for (let visit = 0; visit < visits; visit += 1) {
    await lose(site.url(host, '/'))
    await page.goto(site.url(host, `/page-${visit}`))
  }
  return count(host, '/refresh')
}

const asked = []
for (const [host, status] of Object.entries(FIRST)) {
  const isAsked = (await refreshesOf(host, 3)) > 1
  asked.push(isAsked)
  console.log(`${status}, then 204: ${isAsked ? 'asked again' : 'never asked again'}`)
}
assert.deepEqual(asked, [true, false])

await browser.close()
site.close()
PROGRAM
node finding.mjs &
wait $!
