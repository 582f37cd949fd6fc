import { FLAG, FRAME } from '../../test/support/http2-frames.ts'
import { contentOf, type ReceivedFrame } from './frames.ts'
import type { Header } from './header-table.ts'
import { createHeaderDecoder } from './hpack.ts'

/** One request as it goes over the wire. */
export interface WireRequest {
  /** Pseudo-headers first. The same array is encoded once for a connection. */
  readonly headers: readonly Header[]
  readonly body?: Buffer
}

/** The answer to one request, to its end. */
export interface WireAnswer {
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
  /** Of an answer that ends with some; otherwise empty. */
  readonly trailers: ReadonlyMap<string, string>
}

/** The type of a frame that goes on with a header block (RFC 9113 section 6.10). */
const CONTINUATION = 0x9

const EMPTY = Buffer.alloc(0)
const NONE: ReadonlyMap<string, string> = new Map()

/** A request that was sent, and what came of its answer so far. */
interface Exchange {
  headers: ReadonlyMap<string, string> | undefined
  trailers: ReadonlyMap<string, string>
  body: Buffer
  readonly request: WireRequest
  readonly answered: Answered
}

/** Hears the answer to a request. */
export type Answered = (answer: WireAnswer) => void

/** The requests of one connection that are under way. */
export interface Exchanges {
  readonly begin: (stream: number, request: WireRequest, answered: Answered) => void
  readonly underWay: () => number
  /** Forgets the requests on streams that the peer has not taken: those behind its last one. */
  readonly forgetAfter: (lastStream: number) => readonly (readonly [WireRequest, Answered])[]
  /**
   * Takes a HEADERS, CONTINUATION or DATA frame; any other is none of its business.
   * @throws Error where the peer sends what no server may
   */
  readonly take: (frame: ReceivedFrame) => void
}

/** None so far. */
export const createExchanges = (): Exchanges => {
  const exchanges = new Map<number, Exchange>()
  const decoder = createHeaderDecoder()
  let continued: { stream: number; flags: number; parts: Buffer[] } | undefined

  const on = (stream: number): Exchange => {
    const found = exchanges.get(stream)
    if (found === undefined) throw new Error(`Something came on stream ${stream}, which is none.`)
    return found
  }
  const endIf = (flags: number, stream: number, exchange: Exchange): void => {
    if ((flags & FLAG.endStream) === 0) return
    exchanges.delete(stream)
    const { headers, body, trailers } = exchange
    if (headers === undefined) throw new Error('An answer has no headers.')
    exchange.answered({ headers, body, trailers })
  }
  const takeBlock = (stream: number, flags: number, block: Buffer): void => {
    const headers = decoder.decode(block)
    const exchange = on(stream)
    if (exchange.headers === undefined) exchange.headers = headers
    else exchange.trailers = headers
    endIf(flags, stream, exchange)
  }
  const takeHeaders = (frame: ReceivedFrame): void => {
    const { stream, flags } = frame
    const content = frame.type === CONTINUATION ? frame.payload : contentOf(frame, true)
    const isLast = (flags & FLAG.endHeaders) !== 0
    if (continued === undefined && isLast) {
      takeBlock(stream, flags, content)
      return
    }
    continued ??= { stream, flags, parts: [] }
    continued.parts.push(Buffer.from(content))
    if (!isLast) return
    const whole = continued
    continued = undefined
    takeBlock(whole.stream, whole.flags, Buffer.concat(whole.parts))
  }
  const takeData = (frame: ReceivedFrame): void => {
    const exchange = on(frame.stream)
    const content = contentOf(frame, false)
    exchange.body = Buffer.concat([exchange.body, content])
    endIf(frame.flags, frame.stream, exchange)
  }
  return {
    begin: (stream, request, answered) => {
      exchanges.set(stream, { headers: undefined, trailers: NONE, body: EMPTY, request, answered })
    },
    underWay: () => exchanges.size,
    forgetAfter: (lastStream) => {
      const forgotten = [...exchanges].filter(([stream]) => stream > lastStream)
      for (const [stream] of forgotten) exchanges.delete(stream)
      return forgotten.map(([, { request, answered }]) => [request, answered] as const)
    },
    take: (frame) => {
      if (frame.type === FRAME.data) takeData(frame)
      else if (frame.type === FRAME.headers || frame.type === CONTINUATION) takeHeaders(frame)
    },
  }
}
