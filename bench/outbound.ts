import { once } from 'node:events'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { getCACertificates } from 'node:tls'
import { Worker } from 'node:worker_threads'
import { Agent } from 'undici'
import type { Provider } from '../src/core/registration/provider.ts'
import { createAuthorities } from '../src/outbound/authorities.ts'
import { createCheckedLookup } from '../src/outbound/checked-lookup.ts'
import { createOutboundFetch } from '../src/outbound/outbound-fetch.ts'
import { startLossyListener } from '../test/support/parts/lossy-listener.ts'
import { createCertificates } from '../test/support/parts/tls.ts'

// What calls to a provider cost the event loop, and what a lost packet costs them. See README.md.

const LOGINS = 200
const LOSSES = 5

/** Between two logins: longer than Node.js servers take to hang up, in the second row. */
const PAUSE_MS = 20

const outbound = { allowInsecureIssuers: true, denyNetworks: [] }
const clock = { nowMs: () => Date.now() }
const lookup = createCheckedLookup(() => true)

const provider = (changes: Partial<Provider>): Provider => ({
  name: 'bench/provider',
  generation: 'bench',
  issuer: 'https://sso.localhost',
  discovery: true,
  endpoints: {},
  signingAlgorithms: ['RS256'],
  clockSkewMs: 0,
  requestTimeoutMs: 5_000,
  metadataRefreshMs: 3_600_000,
  keysRefreshMs: 600_000,
  ...changes,
})

interface Caller {
  readonly call: (url: string) => Promise<unknown>
  readonly close: () => Promise<unknown>
}

/** As Node.js and undici have it: every connection reads the authorities for itself. */
const plain = (options: { readonly caPem?: string; readonly idleMs: number }): Caller => {
  const { caPem, idleMs } = options
  const ca = caPem === undefined ? {} : { ca: [...getCACertificates('default'), caPem] }
  const agent = new Agent({ connect: { ...ca, lookup }, keepAliveTimeout: idleMs })
  return {
    call: async (url) => {
      const { origin, pathname: path } = new URL(url)
      const { body } = await agent.request({ origin, path, method: 'GET' })
      await body.text()
    },
    close: () => agent.destroy(),
  }
}

const ours = (changes: Partial<Provider>, authorities = createAuthorities()): Caller => {
  const fetch = createOutboundFetch(provider(changes), outbound, clock, authorities)
  return { call: (url) => fetch.call({ method: 'GET', url, headers: {} }), close: fetch.destroy }
}

const print = (name: string, figures: string): void => console.log(`${name.padEnd(60)}${figures}`)

/** The time that the loop was busy per login, and for how long at a stretch. */
const measure = async (name: string, url: string, make: () => Caller): Promise<void> => {
  const caller = make()
  for (let warmUp = 0; warmUp < 5; warmUp += 1) await caller.call(url)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const before = performance.eventLoopUtilization()
  for (let login = 0; login < LOGINS; login += 1) {
    await caller.call(url)
    await pause(PAUSE_MS)
  }
  const { active } = performance.eventLoopUtilization(before)
  delay.disable()
  const busyMs = (active / LOGINS).toFixed(2)
  print(
    name,
    `${busyMs.padStart(6)} ms a login; at a stretch (p99) ${(delay.percentile(99) / 1e6).toFixed(1)} ms`,
  )
  await caller.close()
}

const SERVER = `
const { createServer } = require('node:https')
const { parentPort, workerData } = require('node:worker_threads')
const server = createServer(workerData, (request, response) => {
  response.setHeader('connection', request.url === '/close' ? 'close' : 'keep-alive')
  response.end('{}')
})
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
`

const loopTime = async (): Promise<void> => {
  const certificates = await createCertificates(['sso.localhost'])
  const { certPem: cert, keyPem: key, caPem } = certificates
  const worker = new Worker(SERVER, { eval: true, workerData: { cert, key } })
  const [port] = await once(worker, 'message')
  const each = `https://sso.localhost:${port}/close`
  const kept = `https://sso.localhost:${port}/`
  const shown = 'private authority, '
  await measure(`${shown}a connection a login, before`, each, () => plain({ caPem, idleMs: 4_000 }))
  await measure(`${shown}a connection a login, now`, each, () => ours({ caPem }))
  await measure(`${shown}connections used again, now`, kept, () => ours({ caPem }))
  await worker.terminate()
  await certificates.remove()
}

const underLoss = async (name: string, make: () => Caller): Promise<void> => {
  let well = 0
  for (let login = 0; login < LOSSES; login += 1) {
    const listener = await startLossyListener()
    const caller = make()
    const answer = caller.call(`http://localhost:${listener.port}/`).then(
      () => 1,
      () => 0,
    )
    await listener.asked()
    listener.heal()
    well += await answer
    await caller.close()
    await listener.stop()
  }
  print(name, `${well} of ${LOSSES} logins succeed`)
}

await loopTime()
await underLoss('two addresses, one lost packet, before', () => plain({ idleMs: 4_000 }))
await underLoss('two addresses, one lost packet, now', () => ours({}))
