import { TracerProvider } from '@opentelemetry/sdk-trace'
import type { Verdict } from '../core/decision/decision.ts'
import type { CallTracing, CheckTracing } from '../core/tracing.ts'
import { createExporter, type ExporterOptions } from './exporter.ts'
import { type ResourceOptions, resourceOf } from './resource.ts'
import { createSpanQueue, type SpanOutcome } from './span-queue.ts'
import { createSpans } from './spans.ts'
import { createTold } from './told.ts'

/** What traces are made with. */
export interface TracingOptions extends ExporterOptions, ResourceOptions {
  /** Of the checks without a trace, one in so many begins one; 0: none. */
  readonly oneIn: number
  /** Whether the trace that a request names is joined where the call names none. */
  readonly joinsRequests: boolean
  readonly decisionName: (verdict: Verdict) => string
  /** Calls `run` once after `ms`, unless the returned function is called before. */
  readonly after: (ms: number, run: () => void) => () => void
  readonly count: (outcome: SpanOutcome, spans: number) => void
  /** Hears a sentence when spans are no longer taken, and when they are again. */
  readonly tell: (sentence: string) => void
}

/** Traces of checks, on their way to a collector. */
export interface Tracing {
  readonly checks: CheckTracing
  readonly calls: CallTracing
  /** Sends what is left, for `withinMs` at most, and ends. Never rejects. */
  readonly close: (withinMs: number) => Promise<void>
}

/** Longer values are cut. */
const MOST_CHARACTERS = 256

/** Where spans go, as messages may name it. */
const placeOf = (endpoint: string): string => {
  const { origin, pathname } = new URL(endpoint)
  return `${origin}${pathname}`
}

/** Makes the tracer, its queue and its exporter; nothing is sent before there is a span. */
export const createTracing = (options: TracingOptions): Tracing => {
  const exporter = createExporter(options)
  const onExport = createTold(placeOf(options.endpoint), options.tell)
  const queue = createSpanQueue({ ...options, exporter, onExport })
  const provider = new TracerProvider({
    resource: resourceOf(options),
    spanProcessors: [queue],
    spanLimits: { attributeValueLengthLimit: MOST_CHARACTERS },
  })
  const tracer = provider.getTracer('sallyport', options.version)
  const spans = createSpans({ ...options, tracer, hasRoom: queue.hasRoom })
  return {
    ...spans,
    close: async (withinMs) => {
      await queue.close(withinMs)
      exporter.close()
    },
  }
}
