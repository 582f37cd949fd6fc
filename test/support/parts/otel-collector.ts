import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { stringify } from 'yaml'
import { startChildProcess, waitUntilReady } from './child-process.ts'
import { freePorts } from './free-port.ts'
import { installed } from './installed.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A span as the collector has understood it. */
export interface CollectedSpan {
  readonly service: string
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  /** Empty: it has none. */
  readonly parentSpanId: string
  /** 2: server, 3: client. */
  readonly kind: number
  /** 2: failed; absent: unset. */
  readonly status?: number
  readonly durationMs: number
  readonly attributes: Readonly<Record<string, unknown>>
}

/** A real OpenTelemetry Collector. */
export interface RunningCollector {
  /** Where it takes OTLP over HTTP, with the path. */
  readonly url: string
  /** Where it takes OTLP over gRPC. */
  readonly grpcPort: number
  readonly spans: () => readonly CollectedSpan[]
  /** Everything that it handed on, as text. */
  readonly received: () => string
  /** Stops answering without closing connections (SIGSTOP). */
  readonly freeze: () => void
  readonly resume: () => void
  readonly stop: () => Promise<void>
}

type Value = Readonly<Record<string, unknown>>
type Attribute = { readonly key: string; readonly value: Value }

const heldBy = (value: Value): unknown => {
  const [kind, held] = Object.entries(value)[0] ?? []
  return kind === 'intValue' ? Number(held) : held
}

const attributesOf = (list: readonly Attribute[] = []): Readonly<Record<string, unknown>> =>
  Object.fromEntries(list.map(({ key, value }) => [key, heldBy(value)]))

interface WireSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes?: readonly Attribute[]
  readonly status?: { readonly code?: number }
}

interface WireTraces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes?: readonly Attribute[] }
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[]
  }[]
}

const NANOSECONDS = 1_000_000

const spanOf = (service: string, span: WireSpan): CollectedSpan => ({
  service,
  name: span.name,
  traceId: span.traceId,
  spanId: span.spanId,
  parentSpanId: span.parentSpanId ?? '',
  kind: span.kind,
  ...(span.status?.code === undefined ? {} : { status: span.status.code }),
  durationMs: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / NANOSECONDS,
  attributes: attributesOf(span.attributes),
})

const spansIn = ({ resourceSpans }: WireTraces): readonly CollectedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(attributesOf(resource.attributes)['service.name'])
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => spanOf(service, span)))
  })

/** What it hands everything on to, in JSON. */
const startSink = async () => {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    // A collector that is stopped breaks off what it was sending.
    const body = await text(request).catch(() => undefined)
    if (body !== undefined) bodies.push(body)
    response.setHeader('content-type', 'application/json').end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    bodies,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/**
 * Starts a collector that hands on what it has understood. @throws Error if it is not installed or
 * does not start
 */
export const startCollector = async (
  tls?: Readonly<Record<'cert_file' | 'key_file' | 'client_ca_file', string>>,
): Promise<RunningCollector> => {
  const command = installed('otel-collector/otel-collector', 'otel-collector')
  const folder = await temporaryFolder('otel-collector')
  const [port = 0, grpcPort = 0] = await freePorts(2)
  const sink = await startSink()
  const protocols = {
    http: { endpoint: `127.0.0.1:${port}`, ...(tls === undefined ? {} : { tls }) },
    grpc: { endpoint: `127.0.0.1:${grpcPort}` },
  }
  const configuration = {
    receivers: { otlp: { protocols } },
    exporters: {
      otlp_http: {
        endpoint: `http://127.0.0.1:${sink.port}`,
        encoding: 'json',
        compression: 'none',
        sending_queue: { enabled: false },
      },
    },
    service: {
      telemetry: { metrics: { level: 'none' } },
      pipelines: { traces: { receivers: ['otlp'], exporters: ['otlp_http'] } },
    },
  }
  await writeFile(`${folder.path}/collector.yaml`, stringify(configuration))
  const args = [`--config=file:${folder.path}/collector.yaml`]
  const child = await startChildProcess({ name: 'OpenTelemetry Collector', command, args })
  await waitUntilReady('OpenTelemetry Collector', child, async () =>
    child.output().includes('Everything is ready'),
  )
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/v1/traces`,
    grpcPort,
    spans: () => sink.bodies.flatMap((body) => spansIn(JSON.parse(body) as WireTraces)),
    received: () => sink.bodies.join('\n'),
    freeze: () => child.signal('SIGSTOP'),
    resume: () => child.signal('SIGCONT'),
    stop: async () => {
      child.signal('SIGCONT')
      await child.stop()
      await sink.stop()
      await folder.remove()
    },
  }
}
