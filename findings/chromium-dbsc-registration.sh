#!/usr/bin/env bash
# After a login at another site, Chromium shows the key of a session without the Lax cookie that was set a moment before.
#
# Version: Chromium 156.0.8078.108 of Debian 12 (chromium and certutil of libnss3-tools have to be there), driven with
#   playwright-core 1.65.1 and Node.js 24.21.0.
# Behaviour: the answer to the callback sets a session cookie and offers to bind it. The request that does so says that
#   it is of the same origin, as one of the page would be. Where a page of the other site led to the callback, it has of
#   the cookies those with SameSite=None alone; the page that follows has them all. Where there were redirects alone, for
#   somebody who was signed in there already, it has them all as well, so that a quick test does not show it. The proof
#   comes bare, where the specification has a string in quotes.
# Seen:
#   from a page of the provider: POST /reg: sec-fetch-site same-origin, cookie none=1, proof bare
#   from a page of the provider: GET /home: cookie lax=1; none=1
#   by redirects alone: POST /reg: sec-fetch-site same-origin, cookie lax=1; none=1, proof bare
#   by redirects alone: GET /home: cookie lax=1; none=1
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
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj '/CN=app.test' \
  -addext 'subjectAltName=DNS:app.test,DNS:provider.test' -addext 'basicConstraints=critical,CA:FALSE' \
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

const site = await startSite(({ host, path }) => {
  const onward = (location, headers = {}) => ({ status: 302, headers: { location, ...headers } })
  if (path === '/signed-in') return onward(site.url('app.test', '/callback'))
  if (host === 'provider.test') return {}
  if (path === '/start') return onward(site.url('provider.test', '/login'))
  if (path === '/start-signed-in') return onward(site.url('provider.test', '/signed-in'))
  if (path === '/callback') {
    const cookies = [
      'lax=1; Path=/; Secure; HttpOnly; SameSite=Lax',
      'none=1; Path=/; Secure; HttpOnly; SameSite=None',
    ]
    return onward('/home', { ...REGISTRATION, 'set-cookie': cookies })
  }
  return path === '/reg' ? { headers: fresh, body: config(ATTRIBUTES) } : {}
})

const sent = (path) => site.seen.findLast((one) => one.path === path)
const arrival = async (label) => {
  await until('a key and a page', () => [sent('/reg'), sent('/home')].every(Boolean))
  const { headers } = sent('/reg')
  const proof = headers['secure-session-response'].startsWith('"') ? 'in quotes' : 'bare'
  const facts = [`sec-fetch-site ${headers['sec-fetch-site']}`, `cookie ${headers.cookie}`, `proof ${proof}`]
  const lines = [
    `${label}: POST /reg: ${facts.join(', ')}`,
    `${label}: GET /home: cookie ${sent('/home').headers.cookie}`,
  ]
  for (const line of lines) console.log(line)
  site.seen.length = 0
  return lines
}

await page.goto(site.url('app.test', '/start'))
await page.evaluate(`location.href = ${JSON.stringify(site.url('app.test', '/callback'))}`)
const byPage = await arrival('from a page of the provider')
const other = await (await browser.newContext()).newPage()
await other.goto(site.url('app.test', '/start-signed-in'))
const byRedirects = await arrival('by redirects alone')
assert.deepEqual([...byPage, ...byRedirects], [
  'from a page of the provider: POST /reg: sec-fetch-site same-origin, cookie none=1, proof bare',
  'from a page of the provider: GET /home: cookie lax=1; none=1',
  'by redirects alone: POST /reg: sec-fetch-site same-origin, cookie lax=1; none=1, proof bare',
  'by redirects alone: GET /home: cookie lax=1; none=1',
])

await browser.close()
site.close()
PROGRAM
node finding.mjs &
wait $!
