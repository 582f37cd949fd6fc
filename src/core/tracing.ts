import type { CheckFacts, TraceIds } from './check.ts'

/** What a caller sends along to be joined (W3C Trace Context, section 3.1). */
export type TraceHeader = 'traceparent' | 'tracestate'

/** Where the trace of a caller may be read: what came with the call, not with its message. */
export interface TraceCarrier {
  readonly metadata: (name: TraceHeader) => string | undefined
}

/** One check of which a trace tells. */
export interface TracedCheck {
  readonly ids: TraceIds
  /** Begins the check. What it then calls, until it ends, belongs to it. */
  readonly run: <T>(check: () => T) => T
  /** Ends it, once, after the answer has left. Never throws. */
  readonly end: (facts: Pick<CheckFacts, 'verdict'>) => void
}

/** Says of which checks traces tell. */
export interface CheckTracing {
  /**
   * `undefined` for nearly all. The trace of the call goes before that of the request under check,
   * which says what the downstream sent and is not read by default.
   */
  readonly begin: (
    call: TraceCarrier,
    header: (name: string) => string | undefined,
  ) => TracedCheck | undefined
}

/** A call that a check may wait for. */
export type TraceableCall =
  | {
      readonly kind: 'http'
      readonly method: string
      readonly url: URL
      readonly party: {
        /** How messages name it. */
        readonly name: string
        /** It is told of the trace; absent: it is not. */
        readonly joinsTraces?: true
        /** The path of the URL may say whom the call is about. */
        readonly hidesPath?: true
      }
    }
  | {
      readonly kind: 'redis'
      /** The command, in capitals. */
      readonly operation: string
      /** Absent: one of several. */
      readonly server?: { readonly host: string; readonly port: number }
    }

/** What a call came to: a status where HTTP has one, or what was thrown. */
export type CallEnd = { readonly status?: number } | { readonly thrown: unknown }

/** One call of which a trace tells. */
export interface TracedCall {
  /** What joins the callee to the trace; none for a callee that is not to know of it. */
  readonly headers: Readonly<Partial<Record<TraceHeader, string>>>
  /** Ends it, once. Never throws. */
  readonly end: (end: CallEnd) => void
}

/** Tells traces of the calls that their checks wait for. */
export interface CallTracing {
  /** `undefined` where no check that is traced has asked for it. */
  readonly begin: (call: TraceableCall) => TracedCall | undefined
}

/**
 * Makes a call, and tells of it where a check that is traced has asked for it. `send` gets what
 * would join the callee to the trace.
 */
export const traced = async <T>(
  tracing: CallTracing | undefined,
  call: TraceableCall,
  send: (headers: TracedCall['headers']) => Promise<T>,
  statusOf?: (answer: T) => number,
): Promise<T> => {
  const span = tracing?.begin(call)
  if (span === undefined) return send({})
  try {
    const answer = await send(span.headers)
    span.end(statusOf === undefined ? {} : { status: statusOf(answer) })
    return answer
  } catch (thrown) {
    span.end({ thrown })
    throw thrown
  }
}
