import { FIELDS } from './fields.ts'

/** What is done to a header of the same name. */
export type HeaderAction = 'overwrite' | 'add'

/**
 * Writes one `envoy.service.auth.v3.CheckResponse` after another. Its parts are written first, in
 * any order that keeps the order of headers and of names; then it is finished. There is no way to
 * finish without a status and the response that belongs to it (R1).
 */
export interface CheckResponseWriter {
  /** Throws away what was not finished. */
  readonly begin: () => void
  /** Of both responses; the name is ASCII. */
  readonly header: (name: string, value: string, action: HeaderAction) => void
  /** A header of the upstream's answer; of an allow alone. */
  readonly responseHeader: (name: string, value: string, action: HeaderAction) => void
  /** A header to take off; of an allow alone. */
  readonly removal: (name: string) => void
  /** The HTTP status; of a denial alone. */
  readonly status: (status: number) => void
  /** Of a denial alone. */
  readonly body: (text: string) => void
  /** How many bytes of parts were written since the message began. */
  readonly size: () => number
  /** A copy of them. */
  readonly parts: () => Buffer
  /** Parts of an earlier message once more, between two places of such a copy. */
  readonly again: (parts: Buffer, start: number, end: number) => void
  /**
   * The message, until the next begins; `metadata` is the whole field. The code of the RPC is 0.
   */
  readonly allowed: (metadata: Uint8Array) => Uint8Array
  /** The message, until the next begins; `metadata` is the whole field. */
  readonly denied: (code: DenialCode, message: string, metadata: Uint8Array) => Uint8Array
}

/** The gRPC status code of a denial: PERMISSION_DENIED, UNAVAILABLE or UNAUTHENTICATED. */
export type DenialCode = 7 | 14 | 16

const WIRE_VARINT = 0
const WIRE_BYTES = 2

const varintTag = (field: number): number => (field << 3) | WIRE_VARINT
const bytesTag = (field: number): number => (field << 3) | WIRE_BYTES

const RESPONSE = FIELDS['envoy.service.auth.v3.CheckResponse']
const OK_RESPONSE = FIELDS['envoy.service.auth.v3.OkHttpResponse']
const DENIED_RESPONSE = FIELDS['envoy.service.auth.v3.DeniedHttpResponse']
const OPTION = FIELDS['envoy.config.core.v3.HeaderValueOption']
const HEADER_VALUE = FIELDS['envoy.config.core.v3.HeaderValue']
const RPC_STATUS = FIELDS['google.rpc.Status']

/** Both responses have their headers in a field of one number. */
const HEADERS_TAG = bytesTag(OK_RESPONSE.headers)
const RESPONSE_HEADERS_TAG = bytesTag(OK_RESPONSE.responseHeadersToAdd)
const HEADER_TAG = bytesTag(OPTION.header)
const KEY_TAG = bytesTag(HEADER_VALUE.key)
const VALUE_TAG = bytesTag(HEADER_VALUE.value)

/** `HeaderValueOption.HeaderAppendAction` */
const APPEND_IF_EXISTS_OR_ADD = 0
const OVERWRITE_IF_EXISTS_OR_ADD = 2

const NO = 0
const YES = 1

/**
 * What follows the header in an option. Envoy reads `append` or `append_action`, by its age and
 * configuration: both say "replace". Where a line is added the deprecated one stays unset: it would
 * join the values into one line.
 */
const AFTER_HEADER: Readonly<Record<HeaderAction, readonly number[]>> = {
  overwrite: [
    ...[bytesTag(OPTION.append), 2],
    ...[varintTag(FIELDS['google.protobuf.BoolValue'].value), NO],
    ...[varintTag(OPTION.appendAction), OVERWRITE_IF_EXISTS_OR_ADD],
    ...[varintTag(OPTION.keepEmptyValue), YES],
  ],
  add: [varintTag(OPTION.appendAction), APPEND_IF_EXISTS_OR_ADD],
}

const INITIAL_BYTES = 16 * 1024

/** A larger buffer than this is not kept for the next message. */
const MOST_KEPT_BYTES = 1024 * 1024

/** Room before the parts for what is written last: the RPC status, and the length of the rest. */
const HEAD_BYTES = 256

/** Tags and lengths of one part. */
const FRAME_BYTES = 64

const MAX_BYTES_PER_CHARACTER = 3

/** Up to this length a text is written here; beyond, by the runtime. */
const SHORT = 24

const lengthOfVarint = (value: number): number => {
  let length = 1
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) length += 1
  return length
}

/** Tag, length and content of a field. */
const lengthOfField = (content: number): number => 1 + lengthOfVarint(content) + content

/** Makes a writer; it has one buffer, and its messages are views of it. */
export const createCheckResponseWriter = (): CheckResponseWriter => {
  let out = Buffer.allocUnsafeSlow(INITIAL_BYTES)
  let at = HEAD_BYTES

  const reserve = (bytes: number): void => {
    if (at + bytes <= out.length) return
    const larger = Buffer.allocUnsafeSlow(2 * (at + bytes))
    out.copy(larger, 0, 0, at)
    out = larger
  }

  const byte = (value: number): void => {
    out[at] = value
    at += 1
  }

  const varint = (value: number): void => {
    let rest = value
    for (; rest > 0x7f; rest >>>= 7) byte((rest & 0x7f) | 0x80)
    byte(rest)
  }

  const text = (tag: number, value: string, bytes: number): void => {
    byte(tag)
    varint(bytes)
    if (value.length !== bytes || bytes > SHORT) {
      at += out.write(value, at)
      return
    }
    for (let i = 0; i < bytes; i += 1) out[at + i] = value.charCodeAt(i)
    at += bytes
  }

  const wholeText = (field: number, value: string): void => {
    reserve(value.length * MAX_BYTES_PER_CHARACTER + FRAME_BYTES)
    text(bytesTag(field), value, Buffer.byteLength(value))
  }

  const option = (tag: number, name: string, value: string, action: HeaderAction): void => {
    const after = AFTER_HEADER[action]
    const valueBytes = Buffer.byteLength(value)
    const pair = lengthOfField(name.length) + lengthOfField(valueBytes)
    reserve(name.length + valueBytes + FRAME_BYTES)
    byte(tag)
    varint(lengthOfField(pair) + after.length)
    byte(HEADER_TAG)
    varint(pair)
    text(KEY_TAG, name, name.length)
    text(VALUE_TAG, value, valueBytes)
    for (let i = 0; i < after.length; i += 1) byte(after[i] as number)
  }

  /** Writes what goes behind the parts and before them; the message begins there. */
  const finish = (
    field: number,
    code: number,
    message: string,
    metadata: Uint8Array,
  ): Uint8Array => {
    const content = at - HEAD_BYTES
    reserve(metadata.length)
    out.set(metadata, at)
    const end = at + metadata.length
    const messageBytes = Buffer.byteLength(message)
    const statusBytes = 2 + (messageBytes === 0 ? 0 : lengthOfField(messageBytes))
    const start = HEAD_BYTES - lengthOfField(statusBytes) - (lengthOfField(content) - content)
    if (start < 0) throw new RangeError('The status of a check response is too long.')
    at = start
    byte(bytesTag(RESPONSE.status))
    varint(statusBytes)
    byte(varintTag(RPC_STATUS.code))
    byte(code)
    if (messageBytes > 0) text(bytesTag(RPC_STATUS.message), message, messageBytes)
    byte(bytesTag(field))
    varint(content)
    at = HEAD_BYTES
    return out.subarray(start, end)
  }

  return {
    begin: () => {
      if (out.length > MOST_KEPT_BYTES) out = Buffer.allocUnsafeSlow(INITIAL_BYTES)
      at = HEAD_BYTES
    },
    header: (name, value, action) => option(HEADERS_TAG, name, value, action),
    responseHeader: (name, value, action) => option(RESPONSE_HEADERS_TAG, name, value, action),
    removal: (name) => wholeText(OK_RESPONSE.headersToRemove, name),
    status: (status) => {
      reserve(FRAME_BYTES)
      byte(bytesTag(DENIED_RESPONSE.status))
      varint(1 + lengthOfVarint(status))
      byte(varintTag(FIELDS['envoy.type.v3.HttpStatus'].code))
      varint(status)
    },
    body: (content) => wholeText(DENIED_RESPONSE.body, content),
    size: () => at - HEAD_BYTES,
    parts: () => {
      const parts = Buffer.allocUnsafeSlow(at - HEAD_BYTES)
      out.copy(parts, 0, HEAD_BYTES, at)
      return parts
    },
    again: (parts, start, end) => {
      reserve(end - start)
      at += parts.copy(out, at, start, end)
    },
    allowed: (metadata) => finish(RESPONSE.okResponse, 0, '', metadata),
    denied: (code, message, metadata) => finish(RESPONSE.deniedResponse, code, message, metadata),
  }
}
