#!/usr/bin/env bash
# A `Max-Age` among the attributes of a bound cookie makes Chromium drop the whole session, without a word.
#
# Version: Chromium 156.0.8078.108 of Debian 12 (chromium and certutil of libnss3-tools have to be there), driven with
#   playwright-core 1.65.1 and Node.js 24.21.0.
# Behaviour: the specification of Device Bound Session Credentials compares the attributes of a session's cookie with
#   those of Set-Cookie, to which `Max-Age` does not contribute. Written into them it does: the key is shown, the answer
#   is taken, no console, header or report says anything, and the cookie is never renewed.
# Seen:
#   Path=/; Secure; HttpOnly; SameSite=Lax: renewed before the request
#   Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600: never renewed
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
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=plain.test' \
  -addext 'subjectAltName=DNS:plain.test,DNS:aged.test' -addext 'basicConstraints=critical,CA:FALSE' \
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

const attributesOf = (host) => (host === 'aged.test' ? `${ATTRIBUTES}; Max-Age=600` : ATTRIBUTES)
const site = await startSite(({ host, path }) => {
  if (path === '/') return { headers: REGISTRATION }
  if (path === '/reg') return { headers: fresh, body: config(attributesOf(host)) }
  return path === '/refresh' ? { status: 204, headers: fresh, body: '' } : {}
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

const outcomes = []
for (const host of ['plain.test', 'aged.test']) {
  const isRenewed = (await refreshesOf(host, 2)) > 0
  outcomes.push(isRenewed)
  console.log(`${attributesOf(host)}: ${isRenewed ? 'renewed before the request' : 'never renewed'}`)
}
assert.deepEqual(outcomes, [true, false])

await browser.close()
site.close()
PROGRAM
node finding.mjs &
wait $!
