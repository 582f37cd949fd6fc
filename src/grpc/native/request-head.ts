import { httpOnly, STATUS, statusOnly } from './answers.ts'
import type { FieldSection } from './hpack/decoder.ts'
import type { NativeFault } from './http2/faults.ts'
import {
  decimal,
  isAllowedField,
  isComplete,
  isPseudo,
  notePseudo,
  type PseudoFields,
} from './http2/field-rules.ts'

/** The methods that are served; everything else on such a connection is not. */
export type Method = 'check' | 'health'

/** A call as its header fields tell it. */
export interface CallHead {
  readonly kind: 'call'
  readonly method: Method
  /** How long the caller waits; infinite where it does not say. */
  readonly timeoutMs: number
  /** What `content-length` promises; -1 where it promises nothing. */
  readonly contentLength: number
  /** How a message is compressed whose flag says that it is. */
  readonly encoding: string
  /** The trace that the caller is part of, as it was sent (W3C Trace Context). */
  readonly traceparent?: string
  readonly tracestate?: string
  /** Where it is no gRPC call: what is counted, and what its end is answered with. */
  readonly refusal?: Refusal
}

/** What a request is answered with that is not served. */
export interface Refusal {
  readonly fault: NativeFault
  /** A header block. */
  readonly answer: Buffer
  /** What follows it, for who speaks HTTP and not gRPC. */
  readonly text?: Buffer
}

/**
 * What the header fields of a request come to. A refused one is answered at once; a malformed one
 * is an error of its stream (RFC 9113 section 8.1.1).
 */
export type RequestHead =
  | CallHead
  | (Refusal & { readonly kind: 'refused' })
  | { readonly kind: 'malformed' }

/** The path of each method that is served. */
export const PATHS: Readonly<Record<Method, string>> = {
  check: '/envoy.service.auth.v3.Authorization/Check',
  health: '/grpc.health.v1.Health/Check',
}

const METHODS: ReadonlyMap<string, Method> = new Map([
  [PATHS.check, 'check'],
  [PATHS.health, 'health'],
])

const MALFORMED: RequestHead = { kind: 'malformed' }

const refusal = (fault: NativeFault, answer: Buffer): RequestHead => ({
  kind: 'refused',
  fault,
  answer,
})

const TOO_LARGE = refusal('headers_too_large', httpOnly(431))
const NOT_POST: Refusal = {
  fault: 'not_grpc',
  answer: httpOnly(405, [
    ['allow', 'POST'],
    ['content-type', 'text/plain; charset=utf-8'],
  ]),
  text: Buffer.from('Calls of gRPC are sent by POST.\n', 'latin1'),
}
const NOT_GRPC: Refusal = { fault: 'not_grpc', answer: httpOnly(415) }

/**
 * A request that is no call is heard to its end before it is refused, as whoever speaks HTTP and
 * not gRPC expects.
 */
const refusedAtItsEnd = (refusal: Refusal, contentLength: number): RequestHead => ({
  kind: 'call',
  method: 'check',
  timeoutMs: Number.POSITIVE_INFINITY,
  contentLength,
  encoding: 'identity',
  refusal,
})

const UNIT_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 0.001,
  n: 0.000_001,
}

/** What `grpc-timeout` says, in whole milliseconds; `undefined` for what it cannot say. */
const timeoutMsOf = (text: string): number | undefined => {
  const amount = text.length > 9 ? undefined : decimal(text.slice(0, -1))
  const unitMs = UNIT_MS[text.slice(-1)]
  return amount === undefined || unitMs === undefined ? undefined : Math.floor(amount * unitMs)
}

/** The fields of a request that say something here, by name. */
interface Noted {
  'content-type'?: string
  'content-length'?: string
  'grpc-timeout'?: string
  'grpc-encoding'?: string
  traceparent?: string
  tracestate?: string
}

const isNoted = (name: string): name is keyof Noted =>
  name === 'content-type' ||
  name === 'content-length' ||
  name === 'grpc-timeout' ||
  name === 'grpc-encoding' ||
  name === 'traceparent' ||
  name === 'tracestate'

/** Keeps the first field of a name; lengths that differ contradict one another. */
const note = (noted: Noted, name: string, value: string): boolean => {
  if (!isNoted(name)) return true
  const before = noted[name]
  if (before === undefined) noted[name] = value
  return before === undefined || name !== 'content-length' || before === value
}

/** Whether the fields are those of a request; notes what they say. */
const readFields = (fields: readonly string[], pseudo: PseudoFields, noted: Noted): boolean => {
  let isInFront = true
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] ?? ''
    const value = fields[at + 1] ?? ''
    if (isPseudo(name)) {
      if (!isInFront || !notePseudo(pseudo, name, value)) return false
    } else {
      isInFront = false
      if (!isAllowedField(name, value) || !note(noted, name, value)) return false
    }
  }
  return isComplete(pseudo)
}

const callOf = (path: string, noted: Noted, contentLength: number): RequestHead => {
  const method = METHODS.get(path)
  if (method === undefined) {
    const message = `The server does not implement the method ${path}`
    return refusal('unknown_method', statusOnly(STATUS.unimplemented, message))
  }
  const timeout = noted['grpc-timeout']
  const timeoutMs = timeout === undefined ? Number.POSITIVE_INFINITY : timeoutMsOf(timeout)
  if (timeoutMs === undefined) {
    const message = `Invalid grpc-timeout value "${timeout}"`
    return refusal('bad_timeout', statusOnly(STATUS.internal, message))
  }
  const encoding = noted['grpc-encoding'] ?? 'identity'
  const { traceparent, tracestate } = noted
  return {
    kind: 'call',
    method,
    timeoutMs,
    contentLength,
    encoding,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(tracestate === undefined ? {} : { tracestate }),
  }
}

/**
 * Reads the header fields of a request (RFC 9113 section 8.3.1), and what gRPC says of them. The
 * answers to what is no gRPC call are those of @grpc/grpc-js, apart from the method, which that
 * does not look at.
 */
export const readRequestHead = ({ fields, isTooLarge }: FieldSection): RequestHead => {
  if (isTooLarge) return TOO_LARGE
  const pseudo: PseudoFields = {}
  const noted: Noted = {}
  if (!readFields(fields, pseudo, noted)) return MALFORMED
  const length = noted['content-length']
  const contentLength = length === undefined ? -1 : decimal(length)
  if (contentLength === undefined) return MALFORMED
  if (pseudo.method !== 'POST') return refusedAtItsEnd(NOT_POST, contentLength)
  if (noted['content-type']?.startsWith('application/grpc') !== true) {
    return refusedAtItsEnd(NOT_GRPC, contentLength)
  }
  return callOf(pseudo.path ?? '', noted, contentLength)
}
