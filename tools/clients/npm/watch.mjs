// Loaded before a program that fetches by itself: every name is on loopback, and each answer is told to standard error.
import { subscribe } from 'node:diagnostics_channel'
import dns from 'node:dns'

dns.lookup = (_name, options, done = options) =>
  options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)

subscribe('undici:request:headers', ({ request, response }) => {
  const asked = `${request.method} ${request.path.split('?')[0]}`
  process.stderr.write(`${JSON.stringify({ asked, status: response.statusCode })}\n`)
})
