import { readFile } from 'node:fs/promises'
import { Agent } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import type { SpanExporter } from '@opentelemetry/sdk-trace'

/** Where spans are sent, and as whom. */
export interface ExporterOptions {
  /** http or https, with its path. */
  readonly endpoint: string
  /** Lines of `name: value`, read at each export; absent: none. */
  readonly headersFile?: string
  /** PEM, read at the start. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string }
  readonly userAgent: string
}

/** What sends spans by OTLP over HTTP. */
export interface Exporter {
  readonly export: SpanExporter['export']
  /** Ends what is under way. */
  readonly close: () => void
}

/** One batch is under way; those that were given up may still hold a connection. */
const MOST_CONNECTIONS = 4

/** The lines of a file of headers; what is no header is left out. */
export const headersIn = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const colon = line.indexOf(':')
      const name = line.slice(0, colon).trim().toLowerCase()
      return colon < 1 ? [] : [[name, line.slice(colon + 1).trim()]]
    }),
  )

/** Makes the exporter. What `OTEL_EXPORTER_OTLP_…` says of headers and time counts as well. */
export const createExporter = (options: ExporterOptions): Exporter => {
  const { endpoint, headersFile, tls, userAgent } = options
  const connections = { keepAlive: true, maxSockets: MOST_CONNECTIONS }
  const agent = endpoint.startsWith('https:')
    ? new TlsAgent({ ...connections, ...tls })
    : new Agent(connections)
  const exporter = new OTLPTraceExporter({
    url: endpoint,
    userAgent,
    concurrencyLimit: MOST_CONNECTIONS,
    httpAgentOptions: () => agent,
    ...(headersFile === undefined
      ? {}
      : { headers: async () => headersIn(await readFile(headersFile, 'utf8')) }),
  })
  return {
    export: (spans, done) => exporter.export(spans, done),
    close: () => agent.destroy(),
  }
}
