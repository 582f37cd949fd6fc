import type { Allow, Deny, Header, Verdict } from '../../../src/core/decision/decision.ts'
import { denyFault, REASON_HEADER } from '../../../src/core/decision/deny.ts'
import type { MetadataValue } from '../../../src/core/decision/metadata.ts'
import type { Present, Presentation } from '../../../src/core/decision/presentation.ts'
import { asFault, Fault } from '../../../src/core/reason/fault.ts'
import { reasonEntry } from '../../../src/core/reason/reason.ts'
import { isGrpc } from '../../../src/core/request/navigation.ts'
import type { CheckResponse, HeaderValueOption, ProtoValue } from '../check-messages.ts'

/**
 * What leaves the service, and the verdict that it stands for: not the one asked for, if that could
 * not be sent.
 */
export interface Answer {
  readonly verdict: Verdict
  readonly response: CheckResponse
}

/** Turns a verdict into the answer to its caller. Never throws. */
export type Answering = (verdict: Verdict, caller: Parameters<Present>[1]) => Answer

/** How a denial is put into words. */
export interface AnswerStyle {
  readonly present: Present
  /** Whether denials name their reason in a header. Default: yes. */
  readonly reasonHeader?: boolean
}

const APPEND_IF_EXISTS_OR_ADD = 0
const OVERWRITE_IF_EXISTS_OR_ADD = 2

const OK = 0
const PERMISSION_DENIED = 7
const UNAVAILABLE = 14
const UNAUTHENTICATED = 16

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const UNSENDABLE_VALUE = /[\u0000-\u0008\u000a-\u001f\u007f]/
const UNSENDABLE_PATH = /^(?!\/)|[\u0000-\u0020\u007f]/

/** Of several lines of one name (RFC 6265 section 3, RFC 9110 sections 11.6.1 and 12.5.5). */
const REPEATABLE = new Set(['set-cookie', 'vary', 'www-authenticate'])

const DO_NOT_APPEND = Object.freeze({ value: false })
const ALLOWED = Object.freeze({ code: OK })

const pathHeader = (path: string): HeaderValueOption => {
  if (UNSENDABLE_PATH.test(path)) throw new Fault('internal', 'A path cannot be sent on.')
  return {
    header: { key: ':path', value: path },
    append: DO_NOT_APPEND,
    appendAction: OVERWRITE_IF_EXISTS_OR_ADD,
    keepEmptyValue: true,
  }
}

const sendable = ([key, value]: Header): Header[1] => {
  if (!NAME.test(key)) throw new Fault('internal', 'A header has a name that cannot be sent.')
  if (typeof value !== 'string' || UNSENDABLE_VALUE.test(value)) {
    throw new Fault('internal', `The header ${key} has a value that cannot be sent.`)
  }
  return value
}

/** Envoy reads either field, by its age and configuration: both say "replace". */
const overwriting = (header: Header): HeaderValueOption => ({
  header: { key: header[0], value: sendable(header) },
  append: DO_NOT_APPEND,
  appendAction: OVERWRITE_IF_EXISTS_OR_ADD,
  keepEmptyValue: true,
})

/** The deprecated field stays unset: it would join the values into one line. */
const adding = (header: Header): HeaderValueOption => ({
  header: { key: header[0], value: sendable(header) },
  appendAction: APPEND_IF_EXISTS_OR_ADD,
})

const answerHeader = (header: Header): HeaderValueOption =>
  REPEATABLE.has(header[0]) ? adding(header) : overwriting(header)

const withoutSet = (allow: Allow): readonly string[] =>
  allow.removeHeaders.filter((name) => !allow.setHeaders.some(([set]) => set === name))

const protoValue = (value: MetadataValue): ProtoValue => {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'number') return { numberValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  return { listValue: { values: value.map(protoValue) } }
}

const metadataOf = ({ reason, about, metadata = [] }: Verdict) => ({
  fields: {
    reason: protoValue(reason),
    route: protoValue(about.policy ?? '(none)'),
    rule: protoValue(about.rule ?? '(none)'),
    ...Object.fromEntries(metadata.map(([key, value]) => [key, protoValue(value)])),
  },
})

const allowResponse = (allow: Allow): CheckResponse => ({
  status: ALLOWED,
  dynamicMetadata: metadataOf(allow),
  okResponse: {
    headers: [
      ...allow.setHeaders.map(overwriting),
      ...(allow.path === undefined ? [] : [pathHeader(allow.path)]),
    ],
    headersToRemove: withoutSet(allow),
    ...(allow.responseHeaders === undefined
      ? {}
      : { responseHeadersToAdd: allow.responseHeaders.map(answerHeader) }),
  },
})

const rpcCode = (status: number): number => {
  if (status === 401) return UNAUTHENTICATED
  return status >= 500 ? UNAVAILABLE : PERMISSION_DENIED
}

const isStatus = (status: number): boolean =>
  Number.isInteger(status) && status >= 200 && status <= 599

/**
 * The status for a gRPC caller, by which Envoy chooses the code: UNAUTHENTICATED,
 * PERMISSION_DENIED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE. A redirect would be UNKNOWN, and 429 the
 * UNAVAILABLE that clients try again at once.
 */
const grpcStatus = (status: number): number => {
  if (status < 400) return 401
  if (status >= 500) return 503
  if (status === 429) return 403
  return [401, 403, 404].includes(status) ? status : 400
}

/** One sentence, for Envoy makes the `grpc-message` of it; its content type is not ours to set. */
const grpcDenial = (deny: Deny): Words => ({
  status: grpcStatus(deny.status),
  headers: [],
  body: reasonEntry(deny.reason).message,
})

interface Words extends Presentation {
  readonly status: number
}

const wordsFor = (deny: Deny, caller: Parameters<Present>[1], present: Present): Words => {
  if (isGrpc(caller)) return grpcDenial(deny)
  const { status, content } = deny
  return content === 'none'
    ? { status, headers: [], body: '' }
    : { status, ...present(deny, caller) }
}

const denyResponse = (
  deny: Deny,
  caller: Parameters<Present>[1],
  { present, reasonHeader = true }: AnswerStyle,
): CheckResponse => {
  if (!isStatus(deny.status)) throw new Fault('internal', 'A denial has no HTTP status.')
  const { status, headers, body } = wordsFor(deny, caller, present)
  const own = reasonHeader ? deny.headers : deny.headers.filter(([name]) => name !== REASON_HEADER)
  return {
    status: { code: rpcCode(status), message: deny.reason },
    dynamicMetadata: metadataOf(deny),
    deniedResponse: {
      status: { code: status },
      headers: [...own, ...headers].map(answerHeader),
      body,
    },
  }
}

const responseOf = (
  verdict: Verdict,
  caller: Parameters<Present>[1],
  style: AnswerStyle,
): CheckResponse => {
  switch (verdict.kind) {
    case 'allow':
      return allowResponse(verdict)
    case 'deny':
      return denyResponse(verdict, caller, style)
  }
}

/**
 * The one exit (R1): every answer to Envoy is made here, with a status and the response that
 * belongs to it. A verdict that is none, a header that would end its line (R9) or a page that
 * cannot be rendered leaves as a denied 503 `internal`.
 */
export const createAnswering = (style: AnswerStyle): Answering => {
  const plain: AnswerStyle = { ...style, present: () => ({ headers: [], body: '' }) }
  const failed = (thrown: unknown, caller: Parameters<Present>[1]): Answer => {
    const verdict = denyFault(asFault(thrown))
    try {
      return { verdict, response: denyResponse(verdict, caller, style) }
    } catch {
      return { verdict, response: denyResponse(verdict, caller, plain) }
    }
  }
  return (verdict, caller) => {
    try {
      const response: CheckResponse | undefined = responseOf(verdict, caller, style)
      if (response === undefined) throw new Fault('internal', 'A check ended without a verdict.')
      return { verdict, response }
    } catch (thrown) {
      return failed(thrown, caller)
    }
  }
}
