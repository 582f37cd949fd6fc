import { describe, expect, it, onTestFinished } from 'vitest'
import { anAllow, startGrpcServer } from '../../support/grpc-server.ts'
import { type RunningEnvoy, startEnvoy } from '../../support/parts/envoy.ts'
import { freePorts } from '../../support/parts/free-port.ts'
import { createHttpBrowser } from '../../support/parts/http-browser.ts'
import { type RunningSallyport, startSallyport } from '../../support/parts/sallyport.ts'
import { createCertificates } from '../../support/parts/tls.ts'
import { until } from '../../support/parts/until.ts'
import { startUpstream } from '../../support/parts/upstream.ts'

const HOST = 'app.localhost'

const RESOURCES = `
apiVersion: sallyport.dev/v1alpha1
kind: ProtectedRoute
metadata: { namespace: shop, name: app }
spec:
  hosts: [${HOST}]
  authenticate: [{ bearer: { providerRef: { name: idp }, audiences: [api] } }]
  rules: [{ name: open, match: [{ path: { prefix: /open } }], public: true }]
---
apiVersion: sallyport.dev/v1alpha1
kind: IdentityProvider
metadata: { namespace: shop, name: idp }
spec: { issuer: "https://idp.invalid" }
`

/** Longer than Envoy needs to hear by its health checks that a replica is about to go. */
const DELAY = '12s'

const AT_ONCE = 8

interface Load {
  /** Ends the load; what was answered, and how often. */
  readonly end: () => Promise<ReadonlyMap<number, number>>
  /** Resolves when so many more requests were answered. */
  readonly more: (count: number) => Promise<void>
}

/** Asks for a page that is open to everybody, again and again, until it is ended. */
const startLoad = (envoy: RunningEnvoy, caPem: string): Load => {
  const answers = new Map<number, number>()
  let isOver = false
  const count = (): number => [...answers.values()].reduce((sum, each) => sum + each, 0)
  const ask = async (): Promise<void> => {
    const browser = createHttpBrowser({ caPem })
    while (!isOver) {
      const { status } = await browser.fetch(`https://${HOST}:${envoy.port}/open`)
      answers.set(status, (answers.get(status) ?? 0) + 1)
    }
    await browser.close()
  }
  const asking = Promise.all(Array.from({ length: AT_ONCE }, ask))
  onTestFinished(async () => {
    isOver = true
    await asking
  })
  return {
    end: async () => {
      isOver = true
      await asking
      return answers
    },
    more: async (wanted) => {
      const enough = count() + wanted
      await until(`${wanted} more requests were answered`, async () => count() >= enough)
    },
  }
}

const expectNothingLost = async (
  envoy: RunningEnvoy,
  answers: ReadonlyMap<number, number>,
): Promise<void> => {
  expect([...answers.keys()]).toEqual([200])
  expect(await envoy.stat('http.https.ext_authz.error')).toBe(0)
  expect(await envoy.stat('http.https.ext_authz.denied')).toBe(0)
  expect(await envoy.stat('http.https.ext_authz.ok')).toBeGreaterThanOrEqual(answers.get(200) ?? 0)
}

const certificates = async () => {
  const made = await createCertificates([HOST, 'localhost'])
  onTestFinished(made.remove)
  return made
}

const upstreamPort = async (): Promise<number> => {
  const upstream = await startUpstream()
  onTestFinished(upstream.stop)
  return upstream.port
}

describe.each([
  ['plain text', false],
  ['TLS', true],
])('behind Envoy, which asks by %s', (_, isTls) => {
  it('R33: two replicas are replaced one after the other under load, and no check fails', async () => {
    const { certFile, keyFile, caFile, caPem } = await certificates()
    const ports = await freePorts(2)
    const start = async (grpcPort: number): Promise<RunningSallyport> => {
      const sallyport = await startSallyport({
        grpcPort,
        resources: { 'app.yaml': RESOURCES },
        configuration: {
          shutdown: { delay: DELAY, timeout: '10s' },
          log: { level: 'info', format: 'json', decisions: 'none' },
          ...(isTls ? { grpc: { tls: { certFile, keyFile } } } : {}),
        },
      })
      onTestFinished(async () => void (await sallyport.stop()))
      return sallyport
    }
    const replicas = await Promise.all(ports.map(start))
    const [sallyportPort = 0, ...moreSallyportPorts] = ports
    const envoy = await startEnvoy({
      sallyportPort,
      moreSallyportPorts,
      ...(isTls ? { sallyportTls: { caFile, name: 'localhost' } } : {}),
      upstreamPort: await upstreamPort(),
      certFile,
      keyFile,
    })
    onTestFinished(envoy.stop)
    const healthy = (count: number): Promise<void> =>
      until(
        `${count} replicas are healthy`,
        async () => (await envoy.stat('cluster.sallyport.membership_healthy')) === count,
      )
    await healthy(2)
    const load = startLoad(envoy, caPem)
    for (const replica of replicas) {
      await load.more(100)
      replica.signal('SIGTERM')
      await healthy(1)
      expect(await replica.exited()).toEqual({ code: 0, signal: null })
      await load.more(100)
      await replica.restart()
      await healthy(2)
    }
    await load.more(100)
    await expectNothingLost(envoy, await load.end())
  })

  it('connections are retired by their age under load, and no check fails', async () => {
    const { certFile, keyFile, caFile, caPem } = await certificates()
    const server = await startGrpcServer({
      check: () => anAllow,
      maxConnectionAgeMs: 250,
      ...(isTls ? { tls: { certFile, keyFile } } : {}),
    })
    server.setServing(true)
    const envoy = await startEnvoy({
      sallyportPort: server.port,
      ...(isTls ? { sallyportTls: { caFile, name: 'localhost' } } : {}),
      upstreamPort: await upstreamPort(),
      certFile,
      keyFile,
    })
    onTestFinished(envoy.stop)
    const load = startLoad(envoy, caPem)
    const connections = (): Promise<number> => envoy.stat('cluster.sallyport.upstream_cx_total')
    await until('ten connections were made', async () => (await connections()) >= 10)
    await load.more(100)
    await expectNothingLost(envoy, await load.end())
  })
})
