import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { expect, it } from 'vitest'
import type { Verdict } from '../../../src/core/decision/decision.ts'
import { deny } from '../../../src/core/decision/deny.ts'
import { Fault } from '../../../src/core/reason/fault.ts'
import { traced } from '../../../src/core/tracing.ts'
import { createSpans, type SpansOptions } from '../../../src/tracing/spans.ts'
import { anAllow } from '../../support/grpc-server.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PARENT = 'b7ad6b7169203331'
const OTHER = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

const aTraceparent = (flags: string): string => `00-${TRACE}-${PARENT}-${flags}`

type Sent = Readonly<Record<string, string>>

const carrier = (sent: Sent) => ({ metadata: (name: string) => sent[name] })
const headers = (sent: Sent) => (name: string) => sent[name]

const aTracer = (changes: Partial<SpansOptions> = {}) => {
  const exporter = new InMemorySpanExporter()
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
  const { checks, calls } = createSpans({
    tracer: provider.getTracer('test'),
    oneIn: 0,
    joinsRequests: false,
    hasRoom: () => true,
    decisionName: ({ kind }) => kind,
    ...changes,
  })
  const begin = (call: Sent, request: Sent = {}) => checks.begin(carrier(call), headers(request))
  return { begin, calls, spans: () => exporter.getFinishedSpans() }
}

const SAMPLED = { traceparent: aTraceparent('01') }

const endedWith = (verdict: Verdict) => {
  const { begin, spans } = aTracer()
  const check = begin(SAMPLED)
  check?.run(() => undefined)
  check?.end({ verdict })
  return spans()[0]
}

it('a check joins the trace of its call, as its child', () => {
  const { begin, spans } = aTracer()
  const check = begin({ ...SAMPLED, tracestate: 'vendor=1' }, { traceparent: OTHER })
  check?.end({ verdict: anAllow })
  const [span] = spans()
  expect(span?.parentSpanContext).toMatchObject({ traceId: TRACE, spanId: PARENT, isRemote: true })
  expect(span?.spanContext().traceState?.serialize()).toBe('vendor=1')
  expect(check?.ids).toEqual({ traceId: TRACE, spanId: span?.spanContext().spanId })
})

it('where the call says no trace, that of the request is joined by a setting alone', () => {
  expect(aTracer().begin({}, SAMPLED)).toBeUndefined()
  expect(aTracer({ joinsRequests: true }).begin({}, SAMPLED)?.ids.traceId).toBe(TRACE)
})

it("the state of a trace that a request names is anybody's, and goes nowhere", async () => {
  const { begin, calls, spans } = aTracer({ joinsRequests: true })
  const party = { name: 'shop/route', joinsTraces: true } as const
  const call = { kind: 'http', method: 'POST', url: new URL('http://pdp/ask'), party } as const
  const seen: Sent[] = []
  const check = begin({ tracestate: 'of=call' }, { ...SAMPLED, tracestate: 'of=stranger' })
  await check?.run(() => traced(calls, call, async (by) => void seen.push(by as Sent)))
  check?.end({ verdict: anAllow })
  expect(seen.map((sent) => Object.keys(sent))).toEqual([['traceparent']])
  expect(spans().map((span) => span.spanContext().traceState)).toEqual([undefined, undefined])
})

it.each([
  ['says that it is not sampled', { traceparent: aTraceparent('00') }, SAMPLED],
  ['says so with other flags', { traceparent: aTraceparent('fe') }, {}],
  ['says so in the request', {}, { traceparent: aTraceparent('00') }],
  ['says nothing', {}, {}],
  ['says what is no trace', { traceparent: 'nonsense' }, {}],
  ['says a trace of zeros', { traceparent: `00-${'0'.repeat(32)}-${PARENT}-01` }, {}],
])('no span is made where the caller %s', (_, call, request) => {
  expect(aTracer({ joinsRequests: true }).begin(call, request)).toBeUndefined()
})

it('of the checks without a trace, one in so many begins one', () => {
  const { begin } = aTracer({ oneIn: 3 })
  const begun = Array.from({ length: 9 }, () => begin({}) !== undefined)
  expect(begun).toEqual([false, false, true, false, false, true, false, false, true])
  expect(begin({ traceparent: aTraceparent('00') })).toBeUndefined()
})

it('no span is made where there is no room for it', () => {
  expect(aTracer({ hasRoom: () => false }).begin(SAMPLED)).toBeUndefined()
  let isRoom = true
  const { begin, calls } = aTracer({ hasRoom: () => isRoom })
  begin(SAMPLED)?.run(() => {
    isRoom = false
    expect(calls.begin({ kind: 'redis', operation: 'GET' })).toBeUndefined()
  })
})

it('what a check waits for is its child, and what goes on behind its answer is not', async () => {
  const { begin, calls, spans } = aTracer()
  const check = begin(SAMPLED)
  const call = () =>
    traced(calls, { kind: 'redis', operation: 'GET' }, () => Promise.resolve('record'))
  const behind: Promise<unknown>[] = []
  await check?.run(async () => {
    await call()
    behind.push(new Promise((resolve) => setImmediate(resolve)).then(call))
  })
  check?.end({ verdict: anAllow })
  await Promise.all(behind)
  await call()
  const [redis, own] = spans()
  expect(spans()).toHaveLength(2)
  expect(redis?.parentSpanContext?.spanId).toBe(own?.spanContext().spanId)
  expect(redis?.attributes).toEqual({ 'db.system.name': 'redis', 'db.operation.name': 'GET' })
})

it('a call over HTTP says where it went, what came back, and no more than that', async () => {
  const { begin, calls, spans } = aTracer()
  const url = new URL('https://name:secret@idp.example.com/token?code=secret#secret')
  const party = { name: 'IdentityProvider shop/idp' }
  const seen: unknown[] = []
  await begin(SAMPLED)?.run(() =>
    traced(
      calls,
      { kind: 'http', method: 'POST', url, party },
      async (joining) => void seen.push(joining),
      () => 401,
    ),
  )
  expect(seen).toEqual([{}])
  expect(spans()[0]).toMatchObject({
    name: 'POST',
    status: { code: 2 },
    attributes: {
      'http.request.method': 'POST',
      'http.response.status_code': 401,
      'error.type': '401',
      'server.address': 'idp.example.com',
      'server.port': 443,
      'url.full': 'https://idp.example.com/token',
      'sallyport.party': 'IdentityProvider shop/idp',
    },
  })
})

it('a party that joins traces is sent the span of its call as the parent', async () => {
  const { begin, calls, spans } = aTracer()
  const url = new URL('http://pdp/ask')
  const party = { name: 'shop/route', joinsTraces: true } as const
  const seen: Sent[] = []
  await begin({ ...SAMPLED, tracestate: 'a=b' })?.run(() =>
    traced(calls, { kind: 'http', method: 'POST', url, party }, async (joining) => {
      seen.push(joining as Sent)
    }),
  )
  const spanId = spans()[0]?.spanContext().spanId
  expect(seen).toEqual([{ traceparent: `00-${TRACE}-${spanId}-01`, tracestate: 'a=b' }])
})

it('a path that somebody else has made is not told', async () => {
  const { begin, calls, spans } = aTracer()
  const url = new URL('https://claims.example.com/of/alice')
  const party = { name: 'claims', hidesPath: true } as const
  await begin(SAMPLED)?.run(() =>
    traced(calls, { kind: 'http', method: 'GET', url, party }, async () => undefined),
  )
  expect(spans()[0]?.attributes['url.full']).toBe('https://claims.example.com/')
})

it.each([
  [Object.assign(new Error('secret'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  [new DOMException('secret', 'TimeoutError'), 'TimeoutError'],
  [new Fault('provider_misconfigured', 'secret'), 'provider_misconfigured'],
  [Object.assign(new Error(), { code: 'a secret: 1' }), '_OTHER'],
  ['secret', '_OTHER'],
])('what was thrown is told by a word: %s', async (thrown, word) => {
  const { begin, calls, spans } = aTracer()
  const failing = begin(SAMPLED)?.run(() =>
    traced(calls, { kind: 'redis', operation: 'SET' }, () => Promise.reject(thrown)),
  )
  await expect(failing).rejects.toBe(thrown)
  expect(spans()[0]).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': word } })
  expect(JSON.stringify(spans()[0]?.attributes)).not.toContain('secret')
})

it('a check says what it came to, under which rule, and whether it waited', () => {
  const whom = { subject: 'alice', claims: { sub: 'alice', email: 'alice@example.com' } }
  const about = { policy: 'shop/orders', rule: 'read', client: 'shop/web', ...whom }
  const span = endedWith({ ...anAllow, about })
  expect(span?.status.code).toBe(0)
  expect(span?.attributes).toEqual({
    'rpc.system.name': 'grpc',
    'rpc.method': 'envoy.service.auth.v3.Authorization/Check',
    'sallyport.decision': 'allow',
    'sallyport.reason': anAllow.reason,
    'sallyport.cached': true,
    'sallyport.policy': 'shop/orders',
    'sallyport.rule': 'read',
    'sallyport.client': 'shop/web',
  })
})

it('a denial is no failure, and what should have worked and did not is one', () => {
  expect(endedWith(deny('no_policy'))?.status.code).toBe(0)
  const failed = endedWith(deny('session_store_unavailable'))
  expect(failed).toMatchObject({
    status: { code: 2 },
    attributes: { 'error.type': 'session_store_unavailable' },
  })
})
