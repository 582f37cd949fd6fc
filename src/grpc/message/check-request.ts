import { ENTRY, FIELDS } from './fields.ts'
import { type Headers, NO_HEADERS, rawHeaders, textHeaders } from './header-lines.ts'
import { createLineList } from './line-list.ts'
import { createRepeatedTexts } from './repeated-text.ts'
import { createWireReader, fieldSet, type TakeField, WIRE } from './wire-reader.ts'

/** What is read of an `envoy.service.auth.v3.CheckRequest`; what is unset is absent. */
export interface CheckRequestView {
  readonly method: string | undefined
  readonly host: string | undefined
  readonly path: string | undefined
  /** Envoy's id of the request; decoded when it is asked for. */
  readonly id: () => string | undefined
  readonly headers: Headers
  /** The address of the downstream. */
  readonly address: string | undefined
  /** The certificate of the downstream as Envoy encodes it; decoded when it is asked for. */
  readonly certificate: (() => string) | undefined
  readonly contextExtensions: Readonly<Record<string, string>>
  readonly hasBody: boolean
  /** Decoded when it is asked for; empty where there is none. */
  readonly body: () => string
}

/** Reads an encoded CheckRequest. Never throws: bytes that are none read as an empty one. */
export type ReadCheckRequest = (bytes: Buffer) => CheckRequestView

/**
 * The same message as its definition writes it: each field once and in its own wire type, each name
 * of a map once, what is no UTF-8 replaced. `undefined`: the bytes are no such message.
 */
export type Canonical = (bytes: Buffer) => Buffer | undefined

const ATTRIBUTES = FIELDS['envoy.service.auth.v3.AttributeContext']
const HTTP = FIELDS['envoy.service.auth.v3.AttributeContext.HttpRequest']
const HEADER_VALUE = FIELDS['envoy.config.core.v3.HeaderValue']

const IN_CHECK_REQUEST = fieldSet(FIELDS['envoy.service.auth.v3.CheckRequest'])
const IN_ATTRIBUTES = fieldSet(ATTRIBUTES)
const PEER = FIELDS['envoy.service.auth.v3.AttributeContext.Peer']
const IN_PEER = fieldSet(PEER)
const IN_ADDRESS = fieldSet(FIELDS['envoy.config.core.v3.Address'])
const IN_SOCKET_ADDRESS = fieldSet(FIELDS['envoy.config.core.v3.SocketAddress'])
const IN_REQUEST = fieldSet(FIELDS['envoy.service.auth.v3.AttributeContext.Request'])
const IN_HTTP = fieldSet(HTTP)
const IN_HEADER_MAP = fieldSet(FIELDS['envoy.config.core.v3.HeaderMap'])
const IN_HEADER_VALUE = fieldSet(HEADER_VALUE)
const IN_ENTRY = fieldSet(ENTRY)

/** As an assignment makes it, which is not possible for every name. */
const PLAIN_PROPERTY = { writable: true, enumerable: true, configurable: true } as const

/**
 * Messages are counted up to here and then anew: a name met so long ago is taken for repeated,
 * which costs one message its fast path.
 */
const LAST_MESSAGE = 2 ** 30 - 1

const KEY_TAG = (ENTRY.key << 3) | WIRE.bytes
const VALUE_TAG = (ENTRY.value << 3) | WIRE.bytes

const NOTHING: Readonly<Record<string, never>> = Object.freeze({})

const UNREADABLE: CheckRequestView = Object.freeze({
  method: undefined,
  host: undefined,
  path: undefined,
  id: () => undefined,
  headers: NO_HEADERS,
  address: undefined,
  certificate: undefined,
  contextExtensions: NOTHING,
  hasBody: false,
  body: () => '',
})

/**
 * Makes a reader that goes through the bytes once and notes where everything is; nothing else is
 * decoded before it is asked for. What no gateway writes, as a message that occurs twice, is made
 * canonical first.
 */
export const createCheckRequestReader = (canonical: Canonical): ReadCheckRequest => {
  const wire = createWireReader()
  const names = createRepeatedTexts()
  const targets = createRepeatedTexts()
  const textLines = createLineList()
  const rawLines = createLineList()

  let bytes: Buffer = Buffer.alloc(0)
  let isCanonical = false
  /** Counts messages, so that a name knows in which it was met. */
  let message = 0
  /** The messages that were seen, as bits: each may occur once. */
  let seen = 0
  let method: string | undefined
  let host: string | undefined
  let path: string | undefined
  let address: string | undefined
  let idStart = -1
  let idEnd = 0
  let bodyStart = -1
  let bodyEnd = 0
  let certificateStart = -1
  let certificateEnd = 0
  let extensions: Record<string, string> | undefined
  /** Of the raw lines, those that were sent as text. */
  let texts: number[] = []
  /** The two fields of the entry or header value that is being read. */
  let nameStart = 0
  let nameEnd = 0
  let valueStart = 0
  let valueEnd = 0
  let isRaw = false

  const clear = (): void => {
    seen = 0
    method = host = path = address = extensions = undefined
    idStart = bodyStart = certificateStart = -1
    if (texts.length > 0) texts = []
    textLines.clear()
    rawLines.clear()
  }

  const textAt = (start: number, end: number): string => bytes.toString(undefined, start, end)

  const enter = (bit: number, start: number, end: number, known: number, take: TakeField): void => {
    if ((seen & bit) !== 0) wire.giveUp()
    seen |= bit
    wire.readFields(start, end, known, take)
  }

  const takePair: TakeField = (field, start, end) => {
    if (field === ENTRY.key) {
      nameStart = start
      nameEnd = end
    } else if (field === ENTRY.value) {
      if (isRaw) return
      valueStart = start
      valueEnd = end
    } else {
      isRaw = true
      valueStart = start
      valueEnd = end
    }
  }

  /**
   * What writers of maps write: a name and a value in that order, both under 128 bytes. False where
   * it is another pair.
   */
  const readShortPair = (start: number, end: number): boolean => {
    if (end - start < 4 || bytes[start] !== KEY_TAG) return false
    const name = bytes[start + 1] as number
    const after = start + 2 + name
    if (name > 0x7f || after + 2 > end || bytes[after] !== VALUE_TAG) return false
    const value = bytes[after + 1] as number
    if (value > 0x7f || after + 2 + value !== end) return false
    nameStart = start + 2
    nameEnd = after
    valueStart = after + 2
    valueEnd = end
    return true
  }

  const readPair = (start: number, end: number, known: number): void => {
    if (known === IN_ENTRY && readShortPair(start, end)) return
    nameStart = nameEnd = valueStart = valueEnd = start
    isRaw = false
    wire.readFields(start, end, known, takePair)
  }

  const takeTextLine = (start: number, end: number): void => {
    readPair(start, end, IN_ENTRY)
    const name = names.read(bytes, nameStart, nameEnd)
    textLines.add(name, valueStart, valueEnd)
    if (isCanonical) return
    if (name.isNumber || name.metIn === message) wire.giveUp()
    name.metIn = message
  }

  const takeRawLine: TakeField = (_field, start, end) => {
    readPair(start, end, IN_HEADER_VALUE)
    if (!isRaw) texts.push(rawLines.count())
    rawLines.add(names.read(bytes, nameStart, nameEnd), valueStart, valueEnd)
  }

  const takeExtension = (start: number, end: number): void => {
    readPair(start, end, IN_ENTRY)
    const { text: name } = targets.read(bytes, nameStart, nameEnd)
    const { text: value } = targets.read(bytes, valueStart, valueEnd)
    extensions ??= {}
    if (name !== '__proto__') extensions[name] = value
    else Object.defineProperty(extensions, name, { value, ...PLAIN_PROPERTY })
  }

  const takeHttp: TakeField = (field, start, end) => {
    switch (field) {
      case HTTP.headers:
        return takeTextLine(start, end)
      case HTTP.method:
        method = targets.read(bytes, start, end).text
        return
      case HTTP.host:
        host = targets.read(bytes, start, end).text
        return
      case HTTP.path:
        path = textAt(start, end)
        return
      case HTTP.headerMap:
        return enter(1, start, end, IN_HEADER_MAP, takeRawLine)
      case HTTP.id:
        idStart = start
        idEnd = end
        return
      case HTTP.body:
        bodyStart = start
        bodyEnd = end
    }
  }

  const takeRequest: TakeField = (_field, start, end) => enter(2, start, end, IN_HTTP, takeHttp)

  const takeSocketAddress: TakeField = (_field, start, end) => {
    address = textAt(start, end)
  }
  const takeAddress: TakeField = (_field, start, end) =>
    enter(4, start, end, IN_SOCKET_ADDRESS, takeSocketAddress)
  const takePeer: TakeField = (field, start, end) => {
    if (field === PEER.address) return enter(8, start, end, IN_ADDRESS, takeAddress)
    certificateStart = start
    certificateEnd = end
  }

  const takeAttribute: TakeField = (field, start, end) => {
    if (field === ATTRIBUTES.request) enter(16, start, end, IN_REQUEST, takeRequest)
    else if (field === ATTRIBUTES.source) enter(32, start, end, IN_PEER, takePeer)
    else takeExtension(start, end)
  }

  const takeMessage: TakeField = (_field, start, end) =>
    enter(64, start, end, IN_ATTRIBUTES, takeAttribute)

  /** Whether the message could be read. */
  const scan = (encoded: Buffer): boolean => {
    const known = names.made()
    bytes = encoded
    message = (message + 1) & LAST_MESSAGE
    wire.begin(encoded)
    clear()
    wire.readFields(0, encoded.length, IN_CHECK_REQUEST, takeMessage)
    if (wire.isGivenUp()) return false
    return isCanonical || names.made() === known || !textLines.hasRepeatedName()
  }

  const headersOf = (): Headers => {
    if (rawLines.count() > 0) return rawHeaders(rawLines.taken(bytes), texts)
    return textLines.count() > 0 ? textHeaders(textLines.taken(bytes)) : NO_HEADERS
  }

  const view = (): CheckRequestView => {
    const all = bytes
    const idFrom = idStart
    const idTo = idEnd
    const bodyFrom = bodyStart
    const bodyTo = bodyEnd
    const certificateFrom = certificateStart
    const certificateTo = certificateEnd
    return {
      method,
      host,
      path,
      id: () => (idFrom < 0 ? undefined : all.toString(undefined, idFrom, idTo)),
      headers: headersOf(),
      address,
      certificate:
        certificateFrom < 0
          ? undefined
          : () => all.toString(undefined, certificateFrom, certificateTo),
      contextExtensions: extensions ?? NOTHING,
      hasBody: bodyFrom >= 0,
      body: () => (bodyFrom < 0 ? '' : all.toString(undefined, bodyFrom, bodyTo)),
    }
  }

  const readCanonical = (encoded: Buffer): CheckRequestView => {
    const same = canonical(encoded)
    if (same === undefined) return UNREADABLE
    isCanonical = true
    const isRead = scan(same)
    isCanonical = false
    return isRead ? view() : UNREADABLE
  }

  return (encoded) => (scan(encoded) ? view() : readCanonical(encoded))
}
