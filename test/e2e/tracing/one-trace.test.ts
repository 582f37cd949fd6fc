import { afterAll, describe, expect, it } from 'vitest'
import {
  CERBOS_POLICY,
  DECISIONS,
  decisionRoutes,
} from '../../support/e2e/decision-point-routes.ts'
import { APP, shop } from '../../support/e2e/manifests.ts'
import { lastSeen } from '../../support/e2e/seen.ts'
import { newHttpBrowser, signedIn } from '../../support/e2e/sign-in.ts'
import { tracedGateway } from '../../support/e2e/traced-gateway.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { startCerbos } from '../../support/parts/cerbos.ts'
import {
  type CollectedSpan,
  type RunningCollector,
  startCollector,
} from '../../support/parts/otel-collector.ts'
import { createCertificates } from '../../support/parts/tls.ts'
import { until } from '../../support/parts/until.ts'

const CHECK = 'envoy.service.auth.v3.Authorization/Check'

describe('a real Envoy, Sallyport and a decision point that send traces to a real collector', () => {
  const parts: { collector?: RunningCollector; stop: (() => Promise<void>)[] } = { stop: [] }

  const stack = useStack(async () => {
    const certificates = await createCertificates(['127.0.0.1'])
    const collector = await startCollector()
    const cerbos = await startCerbos({
      policy: CERBOS_POLICY,
      certificates,
      tracesTo: collector.url,
    })
    parts.collector = collector
    parts.stop = [cerbos.stop, collector.stop, certificates.remove]
    const { caPem } = certificates
    const urls = { opa: 'https://127.0.0.1:1', cerbos: cerbos.url, token: 'none', caPem }
    return {
      resources: shop({ more: decisionRoutes(urls) }),
      envoy: { change: tracedGateway(collector.grpcPort) },
      sallyport: { configuration: { tracing: { endpoint: collector.url } } },
    }
  })
  afterAll(async () => {
    for (const stop of parts.stop) await stop()
  })

  const spans = (): readonly CollectedSpan[] => parts.collector?.spans() ?? []
  const childrenOf = ({ spanId }: CollectedSpan) =>
    spans().filter(({ parentSpanId }) => parentSpanId === spanId)
  const parentOf = ({ parentSpanId }: CollectedSpan) =>
    spans().find(({ spanId }) => spanId === parentSpanId)

  /** The check of which a line of the decision log tells, once all around it has come in. */
  const checkOf = async (isIt: (line: Readonly<Record<string, unknown>>) => boolean) => {
    const line = () => stack().sallyport.decisions().findLast(isIt)
    const find = () => spans().find(({ spanId }) => spanId === line()?.spanId)
    await until('the check is in the trace', async () => {
      const check = find()
      return check !== undefined && parentOf(check) !== undefined
    })
    const check = find() as CollectedSpan
    expect(check.traceId).toBe(line()?.traceId)
    return check
  }

  it('a check is the child of the call by which Envoy asks, in the trace of the request', async () => {
    const browser = newHttpBrowser(stack())
    await browser.fetch(stack().url(APP, '/assets/logo.svg?secret=1'))
    const check = await checkOf(({ path }) => path === '/assets/logo.svg')
    expect(check).toMatchObject({
      service: 'sallyport',
      name: CHECK,
      kind: 2,
      attributes: {
        'rpc.system.name': 'grpc',
        'sallyport.decision': 'allow',
        'sallyport.policy': 'shop/app',
        'sallyport.cached': true,
      },
    })
    const call = parentOf(check)
    expect(call).toMatchObject({ service: 'envoy', kind: 3, traceId: check.traceId })
    expect(call?.name).toContain('Authorization.Check')
    await until(
      'the request is in the trace',
      async () => parentOf(call as CollectedSpan) !== undefined,
    )
    expect(parentOf(call as CollectedSpan)).toMatchObject({ service: 'envoy', kind: 2 })
  })

  it('a login has the calls to the provider and to Redis below it', async () => {
    await signedIn(stack(), stack().url(APP, '/orders'))
    const check = await checkOf(({ path }) => path === '/oauth2/callback')
    const calls = childrenOf(check)
    expect(calls.every(({ kind, traceId }) => kind === 3 && traceId === check.traceId)).toBe(true)
    const port = stack().port
    expect(calls.map(({ attributes }) => attributes)).toContainEqual(
      expect.objectContaining({
        'http.request.method': 'POST',
        'http.response.status_code': 200,
        'server.address': 'idp.localhost',
        'server.port': port,
        'url.full': `${stack().issuer}/token`,
      }),
    )
    expect(calls.map(({ attributes }) => attributes)).toContainEqual(
      expect.objectContaining({ 'db.system.name': 'redis', 'db.operation.name': 'SET' }),
    )
  })

  it('nothing of who has signed in, and by which code, is in it', async () => {
    const { browser } = await signedIn(stack(), stack().url(APP, '/secret-page'))
    const check = await checkOf(({ path }) => path === '/oauth2/callback')
    const { headers } = lastSeen(stack(), '/secret-page')
    const address = spans()
      .filter(({ service, traceId }) => service === 'envoy' && traceId === check.traceId)
      .map(({ attributes }) => String(attributes['http.url']))
      .find((url) => url.includes('code='))
    const answer = new URL(address ?? '').searchParams
    const cookies = (browser.jar.headerFor(new URL(stack().url(APP, '/'))) ?? '')
      .split('; ')
      .map((cookie) => cookie.slice(cookie.indexOf('=') + 1))
    const secrets = [
      answer.get('code'),
      answer.get('state'),
      headers.authorization?.replace('Bearer ', ''),
      'alice',
      'secret-page',
      ...cookies,
    ]
    const ours = JSON.stringify(spans().filter(({ service }) => service === 'sallyport'))
    expect(secrets.length).toBeGreaterThan(5)
    expect(secrets.filter((secret) => ours.includes(String(secret)))).toEqual([])
  })

  it('a decision point is told of the trace, and its own span is below the call', async () => {
    const { browser } = await signedIn(stack(), stack().url(DECISIONS, '/'))
    await browser.fetch(stack().url(DECISIONS, '/cerbos/open/1'))
    const check = await checkOf(({ path }) => path === '/cerbos/open/1')
    const ask = () =>
      childrenOf(check).find(({ attributes }) => attributes['sallyport.party'] === 'shop/decisions')
    await until('Cerbos has sent its span', async () => {
      const asked = ask()
      return asked !== undefined && childrenOf(asked).length > 0
    })
    const [theirs] = childrenOf(ask() as CollectedSpan)
    expect(theirs).toMatchObject({ traceId: check.traceId, service: 'cerbos' })
  })
})
