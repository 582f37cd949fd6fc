import type { WireAnswer } from './exchanges.ts'

/** What an answer must say. */
export interface Expectation {
  /** The HTTP status that the downstream gets; 200: let through. */
  readonly status: number
  /** The reason of a denial, as `x-sallyport-reason` has it. */
  readonly reason?: string
  /** A header that whoever is let through carries to the upstream. */
  readonly identity?: readonly [name: string, value: string]
}

/** What a check response says. */
export interface CheckAnswer {
  readonly status: number
  /** Of the denied or the allowed response; names in lower case. */
  readonly headers: ReadonlyMap<string, string>
}

const REASON = 'x-sallyport-reason'

/** One field of a message: its number and what it holds (protobuf encoding). */
interface Field {
  readonly number: number
  readonly value: number
  readonly bytes: Buffer
}

const NO_BYTES = Buffer.alloc(0)

/** The fields of a message, one after the other. @throws Error where it is cut off */
const fieldsOf = function* (message: Buffer): Generator<Field> {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at]
      if (byte === undefined) throw new Error('A check response is cut off.')
      at += 1
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  while (at < message.length) {
    const key = varint()
    const number = Math.floor(key / 8)
    const wireType = key % 8
    if (wireType === 0) yield { number, value: varint(), bytes: NO_BYTES }
    else if (wireType === 1 || wireType === 5) at += wireType === 1 ? 8 : 4
    else if (wireType === 2) {
      const length = varint()
      const bytes = message.subarray(at, at + length)
      if (bytes.length < length) throw new Error('A check response is cut off.')
      at += length
      yield { number, value: 0, bytes }
    } else throw new Error(`A check response has a field of type ${wireType}.`)
  }
}

const numberIn = (message: Buffer, number: number): number =>
  [...fieldsOf(message)].find((field) => field.number === number)?.value ?? 0

/** HeaderValueOption { header = 1 { key = 1, value = 2, raw_value = 3 } }. */
const headerOf = (option: Buffer): readonly [string, string] => {
  let name = ''
  let value = ''
  for (const outer of fieldsOf(option)) {
    for (const { number, bytes } of outer.number === 1 ? fieldsOf(outer.bytes) : []) {
      if (number === 1) name = bytes.toString('latin1').toLowerCase()
      else value = bytes.toString('latin1')
    }
  }
  return [name, value]
}

/**
 * Reads a CheckResponse. @throws Error where it is cut off, or neither lets through nor denies
 */
export const readCheckResponse = (message: Buffer): CheckAnswer => {
  const headers = new Map<string, string>()
  let code = 0
  let denied: number | undefined
  for (const { number, bytes } of fieldsOf(message)) {
    if (number === 1) code = numberIn(bytes, 1)
    if (number !== 2 && number !== 3) continue
    if (number === 2) denied = 0
    for (const field of fieldsOf(bytes)) {
      if (number === 2 && field.number === 1) denied = numberIn(field.bytes, 1)
      if (field.number === 2) headers.set(...headerOf(field.bytes))
    }
  }
  if (code === 0 && denied !== undefined) throw new Error('It says both: let through, and denied.')
  return { status: code === 0 ? 200 : (denied ?? 0), headers }
}

const complain = (expected: Expectation, got: CheckAnswer): void => {
  const reason = got.headers.get(REASON)
  if (got.status !== expected.status || reason !== expected.reason) {
    const wanted = `${expected.status} ${expected.reason ?? ''}`
    throw new Error(`Expected ${wanted}, and got ${got.status} ${reason ?? ''}.`)
  }
  if (expected.identity === undefined) return
  const [name, value] = expected.identity
  if (got.headers.get(name) === value) return
  throw new Error(`Expected ${name}: ${value}, and got ${got.headers.get(name)}.`)
}

const checkResponseIn = ({ headers, body, trailers }: WireAnswer): Buffer => {
  const grpcStatus = trailers.get('grpc-status') ?? headers.get('grpc-status')
  if (headers.get(':status') !== '200' || grpcStatus !== '0') {
    const message = trailers.get('grpc-message') ?? headers.get('grpc-message') ?? ''
    throw new Error(`A call failed: ${headers.get(':status')}, ${grpcStatus} ${message}`)
  }
  if (body.length < 5 || body[0] !== 0 || body.readUInt32BE(1) !== body.length - 5) {
    throw new Error('The message of an answer is not framed as gRPC has it.')
  }
  return body.subarray(5)
}

/** What the answer to a check says. @throws Error where the call failed, or it cannot be read */
export const readAnswer = (answer: WireAnswer): CheckAnswer =>
  readCheckResponse(checkResponseIn(answer))

/**
 * Judges the answers of `Authorization.Check`: that the call succeeded, the status and the reason.
 * Bytes that were found right before are not read again.
 */
export const judgeCheck = (expected: Expectation): ((answer: WireAnswer) => void) => {
  let right: Buffer | undefined
  return (answer) => {
    const message = checkResponseIn(answer)
    if (right?.equals(message) === true) return
    complain(expected, readCheckResponse(message))
    right = message
  }
}

/** Judges the answers of a gateway: the status, and the reason of a denial. */
export const judgeHttp = ({ status, reason }: Expectation): ((answer: WireAnswer) => void) => {
  const expected = { status, ...(reason === undefined ? {} : { reason }) }
  return ({ headers }) => complain(expected, { status: Number(headers.get(':status')), headers })
}
