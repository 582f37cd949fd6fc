import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { Verdict } from '../core/decision/decision.ts'
import type { CallTracing, CheckTracing, TracedCall, TracedCheck } from '../core/tracing.ts'
import {
  beginOfCall,
  CHECK_NAME,
  type Ending,
  endOfCall,
  endOfCheck,
  OF_EVERY_CHECK,
} from './attributes.ts'
import { parentOf } from './parent.ts'

/** What spans are made with. */
export interface SpansOptions {
  readonly tracer: Tracer
  /** Of the checks without a trace, one in so many begins one; 0: none. */
  readonly oneIn: number
  /** Whether the trace that a request names is joined where the call names none. */
  readonly joinsRequests: boolean
  /** Whether there is room for more spans. Where there is none, none is made. */
  readonly hasRoom: () => boolean
  /** What the decision log calls what became of a request. */
  readonly decisionName: (verdict: Verdict) => string
}

/** The check that is under way. */
interface Current {
  readonly context: Context
  /** What goes on behind the answer, on connections that live on, belongs to it no more. */
  isOpen: boolean
}

const conclude = (span: Span, { attributes, status }: Ending): void => {
  span.setAttributes(attributes)
  if (status !== undefined) span.setStatus(status)
  span.end()
}

const NO_HEADERS: TracedCall['headers'] = {}

/** Only what is sampled has a span here (W3C Trace Context, sections 3.2 and 3.3). */
const joining = (span: Span): TracedCall['headers'] => {
  const { traceId, spanId, traceState } = span.spanContext()
  const traceparent = `00-${traceId}-${spanId}-01`
  const tracestate = traceState?.serialize() ?? ''
  return tracestate === '' ? { traceparent } : { traceparent, tracestate }
}

/** Makes the spans of checks, and of the calls that they wait for. */
export const createSpans = (
  options: SpansOptions,
): { readonly checks: CheckTracing; readonly calls: CallTracing } => {
  const { tracer, oneIn, joinsRequests, hasRoom, decisionName } = options
  const currents = new AsyncLocalStorage<Current>()
  let alone = 0

  const isTurn = (): boolean => {
    if (oneIn === 0) return false
    alone = (alone + 1) % oneIn
    return alone === 0
  }

  const tracedCheck = (span: Span, context: Context): TracedCheck => {
    const current: Current = { context, isOpen: true }
    const { traceId, spanId } = span.spanContext()
    let isCached = false
    return {
      ids: { traceId, spanId },
      run: (check) => {
        const outcome = currents.run(current, check)
        isCached = !(outcome instanceof Promise)
        return outcome
      },
      end: ({ verdict }) => {
        current.isOpen = false
        conclude(span, endOfCheck(verdict, decisionName(verdict), isCached))
      },
    }
  }

  return {
    checks: {
      begin: (call, header) => {
        const parent = joinsRequests ? parentOf(call, header) : parentOf(call)
        if (parent === 'unsampled' || (parent === undefined && !isTurn())) return undefined
        if (!hasRoom()) return undefined
        const from =
          parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent)
        const kind = SpanKind.SERVER
        const span = tracer.startSpan(CHECK_NAME, { kind, attributes: OF_EVERY_CHECK }, from)
        return tracedCheck(span, trace.setSpan(from, span))
      },
    },
    calls: {
      begin: (call) => {
        const current = currents.getStore()
        if (current === undefined || !current.isOpen || !hasRoom()) return undefined
        const { name, attributes } = beginOfCall(call)
        const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, current.context)
        const isTold = call.kind === 'http' && call.party.joinsTraces === true
        return {
          headers: isTold ? joining(span) : NO_HEADERS,
          end: (end) => conclude(span, endOfCall(end)),
        }
      },
    },
  }
}
