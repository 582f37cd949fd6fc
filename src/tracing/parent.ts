import { createTraceState, type SpanContext, TraceFlags } from '@opentelemetry/api'
import { parseTraceParent } from '@opentelemetry/core'
import type { TraceCarrier } from '../core/tracing.ts'

/** `unsampled`: whoever called has decided that no trace is to tell of this. */
export type Parent = SpanContext | 'unsampled' | undefined

/** Where the last digit of the flags is in a `traceparent` (W3C Trace Context, section 3.2.2). */
const FLAGS_AT = 54

const isSampled = (traceparent: string): boolean =>
  (Number.parseInt(traceparent.charAt(FLAGS_AT), 16) & TraceFlags.SAMPLED) !== 0

/** More than a tracing system has to pass on (section 3.3.1.5) says nothing. */
const MAX_STATE = 512

const stateOf = (tracestate: string | undefined): Pick<SpanContext, 'traceState'> =>
  tracestate === undefined || tracestate === '' || tracestate.length > MAX_STATE
    ? {}
    : { traceState: createTraceState(tracestate) }

/**
 * The trace that a check is part of: that of the call, else that of the request under check where
 * `header` is given; `undefined` where neither says one that can be read. What is not sampled is
 * known by a single character, and nothing is made for it. The state of a trace is free text: that
 * of the call is passed on, that of a request is anybody's and is not.
 */
export const parentOf = (
  call: TraceCarrier,
  header?: (name: string) => string | undefined,
): Parent => {
  const ofCall = call.metadata('traceparent')
  const traceparent = ofCall ?? header?.('traceparent')
  if (traceparent === undefined) return undefined
  if (traceparent.length > FLAGS_AT && !isSampled(traceparent)) return 'unsampled'
  const parsed = parseTraceParent(traceparent)
  if (parsed === null) return undefined
  const state = ofCall === undefined ? {} : stateOf(call.metadata('tracestate'))
  return { ...parsed, isRemote: true, ...state }
}
