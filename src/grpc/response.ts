import type { Allow, Deny, Header, PreparedAllow, Verdict } from '../core/decision/decision.ts'
import { denyFault, REASON_HEADER } from '../core/decision/deny.ts'
import type { Present, Presentation } from '../core/decision/presentation.ts'
import { asFault, Fault } from '../core/reason/fault.ts'
import { reasonEntry } from '../core/reason/reason.ts'
import { isGrpc } from '../core/request/navigation.ts'
import {
  type CheckResponseWriter,
  createCheckResponseWriter,
  type DenialCode,
  type HeaderAction,
} from './message/check-response.ts'
import { createMetadataWriter, type Told } from './message/metadata.ts'
import { createPreparedParts, type PreparedParts } from './message/prepared-parts.ts'

/**
 * What leaves the service, and the verdict that it stands for: not the one asked for, if that could
 * not be sent.
 */
export interface Answer {
  readonly verdict: Verdict
  /** An encoded CheckResponse, as it is until the next answer is made. */
  readonly response: Uint8Array
}

/** Turns a verdict into the answer to its caller. Never throws. */
export type Answering = (verdict: Verdict, caller: Parameters<Present>[1]) => Answer

/** How a denial is put into words. */
export interface AnswerStyle {
  readonly present: Present
  /** Whether denials name their reason in a header. Default: yes. */
  readonly reasonHeader?: boolean
}

const PERMISSION_DENIED = 7
const UNAVAILABLE = 14
const UNAUTHENTICATED = 16

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const UNSENDABLE_VALUE = /[\u0000-\u0008\u000a-\u001f\u007f]/
const UNSENDABLE_PATH = /^(?!\/)|[\u0000-\u0020\u007f]/

/** Of several lines of one name (RFC 6265 section 3, RFC 9110 sections 11.6.1 and 12.5.5). */
const REPEATABLE = new Set(['set-cookie', 'vary', 'www-authenticate'])

const actionOn = (name: string): HeaderAction => (REPEATABLE.has(name) ? 'add' : 'overwrite')

const sendable = ([key, value]: Header): Header[1] => {
  if (typeof key !== 'string' || !NAME.test(key)) {
    throw new Fault('internal', 'A header has a name that cannot be sent.')
  }
  if (typeof value !== 'string' || UNSENDABLE_VALUE.test(value)) {
    throw new Fault('internal', `The header ${key} has a value that cannot be sent.`)
  }
  return value
}

const sendablePath = (path: string): string => {
  if (UNSENDABLE_PATH.test(path)) throw new Fault('internal', 'A path cannot be sent on.')
  return path
}

const startsWith = <T>(list: readonly T[], first: readonly T[]): boolean =>
  list === first || first.every((one, at) => one === list[at])

const tellsTheSame = (allow: Allow, prepared: PreparedAllow): boolean =>
  allow.reason === prepared.reason &&
  allow.about.policy === prepared.about.policy &&
  allow.about.rule === prepared.about.rule &&
  allow.metadata === prepared.metadata

/** Whether an allow is what was prepared and more: nothing is sent that its lists do not say. */
const beginsWith = (allow: Allow, prepared: PreparedAllow): boolean => {
  const { setHeaders, removeHeaders, responseHeaders = [] } = allow
  const { setHeaders: set, removeHeaders: remove, responseHeaders: answer = [] } = prepared
  if (!tellsTheSame(allow, prepared)) return false
  if (!startsWith(setHeaders, set) || !startsWith(removeHeaders, remove)) return false
  if (!startsWith(responseHeaders, answer)) return false
  for (let at = set.length; at < setHeaders.length; at += 1) {
    if (remove.includes((setHeaders[at] as Header)[0])) return false
  }
  return true
}

/** Writes allows; what was prepared of one is encoded once. */
const createWriteAllow = (
  writer: CheckResponseWriter,
  metadata: (told: Told) => Uint8Array,
): ((allow: Allow) => Uint8Array) => {
  const headers = (list: readonly Header[], from = 0): void => {
    for (let at = from; at < list.length; at += 1) {
      const header = list[at] as Header
      writer.header(header[0], sendable(header), 'overwrite')
    }
  }

  const removals = (list: readonly string[], set: readonly Header[], from = 0): void => {
    for (let at = from; at < list.length; at += 1) {
      const name = list[at] as string
      if (!set.some(([other]) => other === name)) writer.removal(name)
    }
  }

  const responseHeaders = (list: readonly Header[] = [], from = 0): void => {
    for (let at = from; at < list.length; at += 1) {
      const header = list[at] as Header
      writer.responseHeader(header[0], sendable(header), actionOn(header[0]))
    }
  }

  const partsOf = createPreparedParts(writer, { headers, removals, responseHeaders, metadata })

  const path = ({ path: written }: Allow): void => {
    if (written !== undefined) writer.header(':path', sendablePath(written), 'overwrite')
  }

  const writeRest = (
    allow: Allow,
    prepared: PreparedAllow,
    { bytes, removalsAt }: PreparedParts,
  ): void => {
    const { setHeaders, removeHeaders } = allow
    writer.begin()
    writer.again(bytes, 0, removalsAt)
    headers(setHeaders, prepared.setHeaders.length)
    path(allow)
    writer.again(bytes, removalsAt, bytes.length)
    removals(removeHeaders, setHeaders, prepared.removeHeaders.length)
    responseHeaders(allow.responseHeaders, prepared.responseHeaders?.length)
  }

  return (allow) => {
    const { setHeaders, removeHeaders, prepared } = allow
    if (prepared !== undefined && beginsWith(allow, prepared)) {
      const parts = partsOf(prepared)
      writeRest(allow, prepared, parts)
      return writer.allowed(parts.metadata)
    }
    writer.begin()
    headers(setHeaders)
    path(allow)
    removals(removeHeaders, setHeaders)
    responseHeaders(allow.responseHeaders)
    return writer.allowed(metadata(allow))
  }
}

const rpcCode = (status: number): DenialCode => {
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

interface DenialStyle extends AnswerStyle {
  readonly metadata: (told: Told) => Uint8Array
}

const writeDeny = (
  writer: CheckResponseWriter,
  deny: Deny,
  caller: Parameters<Present>[1],
  { present, reasonHeader = true, metadata }: DenialStyle,
): Uint8Array => {
  if (!isStatus(deny.status)) throw new Fault('internal', 'A denial has no HTTP status.')
  const { status, headers, body } = wordsFor(deny, caller, present)
  const write = (header: Header): void =>
    writer.header(header[0], sendable(header), actionOn(header[0]))
  writer.begin()
  writer.status(status)
  for (const header of deny.headers) {
    if (reasonHeader || header[0] !== REASON_HEADER) write(header)
  }
  headers.forEach(write)
  writer.body(body)
  return writer.denied(rpcCode(status), deny.reason, metadata(deny))
}

/**
 * The one exit (R1): every answer to Envoy is made here, with a status and the response that
 * belongs to it. A verdict that is none, a header that would end its line (R9) or a page that
 * cannot be rendered leaves as a denied 503 `internal`.
 */
export const createAnswering = (style: AnswerStyle): Answering => {
  const writer = createCheckResponseWriter()
  const metadata = createMetadataWriter()
  const writeAllow = createWriteAllow(writer, metadata)
  const usual: DenialStyle = { ...style, metadata }
  const plain: DenialStyle = { ...usual, present: () => ({ headers: [], body: '' }) }

  const write = (verdict: Verdict, caller: Parameters<Present>[1]): Uint8Array => {
    switch (verdict.kind) {
      case 'allow':
        return writeAllow(verdict)
      case 'deny':
        return writeDeny(writer, verdict, caller, usual)
    }
  }

  const failed = (thrown: unknown, caller: Parameters<Present>[1]): Answer => {
    const verdict = denyFault(asFault(thrown))
    try {
      return { verdict, response: writeDeny(writer, verdict, caller, usual) }
    } catch {
      return { verdict, response: writeDeny(writer, verdict, caller, plain) }
    }
  }

  return (verdict, caller) => {
    try {
      const response: Uint8Array | undefined = write(verdict, caller)
      if (response === undefined) throw new Fault('internal', 'A check ended without a verdict.')
      return { verdict, response }
    } catch (thrown) {
      return failed(thrown, caller)
    }
  }
}
