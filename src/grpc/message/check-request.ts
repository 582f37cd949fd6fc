import { ENTRY, FIELDS } from './fields.ts'
import { type Headers, NO_HEADERS, rawHeaders, textHeaders } from './header-lines.ts'
import { createLineList } from './line-list.ts'
import { createRepeatedTexts } from './repeated-text.ts'
import { createWireReader, fieldSet, type TakeField } from './wire-reader.ts'

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
const IN_PEER = fieldSet(FIELDS['envoy.service.auth.v3.AttributeContext.Peer'])
const IN_ADDRESS = fieldSet(FIELDS['envoy.config.core.v3.Address'])
const IN_SOCKET_ADDRESS = fieldSet(FIELDS['envoy.config.core.v3.SocketAddress'])
const IN_REQUEST = fieldSet(FIELDS['envoy.service.auth.v3.AttributeContext.Request'])
const IN_HTTP = fieldSet(HTTP)
const IN_HEADER_MAP = fieldSet(FIELDS['envoy.config.core.v3.HeaderMap'])
const IN_HEADER_VALUE = fieldSet(HEADER_VALUE)
const IN_ENTRY = fieldSet(ENTRY)

/** As an assignment makes it, which is not possible for every name. */
const PLAIN_PROPERTY = { writable: true, enumerable: true, configurable: true } as const

const NOTHING: Readonly<Record<string, never>> = Object.freeze({})

const UNREADABLE: CheckRequestView = Object.freeze({
  method: undefined,
  host: undefined,
  path: undefined,
  id: () => undefined,
  headers: NO_HEADERS,
  address: undefined,
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
  const readName = createRepeatedTexts()
  const readTarget = createRepeatedTexts()
  const textLines = createLineList()
  const rawLines = createLineList()

  let bytes: Buffer = Buffer.alloc(0)
  let isCanonical = false
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
    idStart = bodyStart = -1
    if (texts.length > 0) texts = []
    textLines.clear()
    rawLines.clear()
  }

  const textAt = (start: number, end: number): string => bytes.toString('utf8', start, end)

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

  const readPair = (start: number, end: number, known: number): void => {
    nameStart = nameEnd = valueStart = valueEnd = start
    isRaw = false
    wire.readFields(start, end, known, takePair)
  }

  const takeTextLine = (start: number, end: number): void => {
    readPair(start, end, IN_ENTRY)
    const name = readName(bytes, nameStart, nameEnd)
    textLines.add(name, valueStart, valueEnd)
    if (isCanonical) return
    if (name.isNumber || !textLines.isLastNew()) wire.giveUp()
  }

  const takeRawLine: TakeField = (_field, start, end) => {
    readPair(start, end, IN_HEADER_VALUE)
    if (!isRaw) texts.push(rawLines.count())
    rawLines.add(readName(bytes, nameStart, nameEnd), valueStart, valueEnd)
  }

  const takeExtension = (start: number, end: number): void => {
    readPair(start, end, IN_ENTRY)
    const { text: name } = readName(bytes, nameStart, nameEnd)
    const value = textAt(valueStart, valueEnd)
    extensions ??= {}
    if (name !== '__proto__') extensions[name] = value
    else Object.defineProperty(extensions, name, { value, ...PLAIN_PROPERTY })
  }

  const takeHttp: TakeField = (field, start, end) => {
    switch (field) {
      case HTTP.headers:
        return takeTextLine(start, end)
      case HTTP.method:
        method = readTarget(bytes, start, end).text
        return
      case HTTP.host:
        host = readTarget(bytes, start, end).text
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
  const takePeer: TakeField = (_field, start, end) => enter(8, start, end, IN_ADDRESS, takeAddress)

  const takeAttribute: TakeField = (field, start, end) => {
    if (field === ATTRIBUTES.request) enter(16, start, end, IN_REQUEST, takeRequest)
    else if (field === ATTRIBUTES.source) enter(32, start, end, IN_PEER, takePeer)
    else takeExtension(start, end)
  }

  const takeMessage: TakeField = (_field, start, end) =>
    enter(64, start, end, IN_ATTRIBUTES, takeAttribute)

  /** Whether the message could be read. */
  const scan = (message: Buffer): boolean => {
    bytes = message
    wire.begin(message)
    clear()
    wire.readFields(0, message.length, IN_CHECK_REQUEST, takeMessage)
    return !wire.isGivenUp()
  }

  const headersOf = (): Headers => {
    if (rawLines.count() > 0) return rawHeaders(rawLines.taken(bytes), texts)
    return textLines.count() > 0 ? textHeaders(textLines.taken(bytes)) : NO_HEADERS
  }

  const view = (): CheckRequestView => {
    const [message, from, to, bodyFrom, bodyTo] = [bytes, idStart, idEnd, bodyStart, bodyEnd]
    return {
      method,
      host,
      path,
      id: () => (from < 0 ? undefined : message.toString('utf8', from, to)),
      headers: headersOf(),
      address,
      contextExtensions: extensions ?? NOTHING,
      hasBody: bodyFrom >= 0,
      body: () => (bodyFrom < 0 ? '' : message.toString('utf8', bodyFrom, bodyTo)),
    }
  }

  const readCanonical = (message: Buffer): CheckRequestView => {
    const same = canonical(message)
    if (same === undefined) return UNREADABLE
    isCanonical = true
    const isRead = scan(same)
    isCanonical = false
    return isRead ? view() : UNREADABLE
  }

  return (message) => (scan(message) ? view() : readCanonical(message))
}
