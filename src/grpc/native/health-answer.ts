import { STATUS, statusOnly } from './answers.ts'
import type { Refusal } from './request-head.ts'

const LENGTH_DELIMITED = 2
const SERVICE_TAG = 0x0a

/** `HealthCheckResponse` with status SERVING, and with NOT_SERVING. */
const SERVING = Buffer.from([0x08, 0x01])
const NOT_SERVING = Buffer.from([0x08, 0x02])

const UNREADABLE: Refusal = {
  fault: 'malformed_message',
  answer: statusOnly(STATUS.internal, 'Error deserializing request'),
}

const UNKNOWN_SERVICE: Refusal = {
  fault: 'unknown_service',
  answer: statusOnly(STATUS.notFound, 'The server has no such service.'),
}

/** Octets that a field of a wire type takes behind its tag, unless it says so itself. */
const FIXED_OCTETS: Readonly<Record<number, number>> = { 1: 8, 5: 4 }

const MOST_VARINT_OCTETS = 10

/** Reads a varint; its value, as far as it fits a length, and where it ends. */
const readVarint = (bytes: Buffer, from: number): readonly [number, number] | undefined => {
  let value = 0
  for (let octets = 0; octets < MOST_VARINT_OCTETS; octets += 1) {
    const octet = bytes[from + octets]
    if (octet === undefined) return undefined
    value += (octet & 0x7f) * 2 ** (7 * octets)
    if (octet < 0x80) return [value, from + octets + 1]
  }
  return undefined
}

/** Where a field ends whose tag was read. */
const endOfField = (bytes: Buffer, wireType: number, from: number): number | undefined => {
  if (wireType === 0) return readVarint(bytes, from)?.[1]
  const fixed = FIXED_OCTETS[wireType]
  if (fixed !== undefined) return from + fixed
  if (wireType !== LENGTH_DELIMITED) return undefined
  const length = readVarint(bytes, from)
  return length === undefined ? undefined : length[1] + length[0]
}

/**
 * The service that a `grpc.health.v1.HealthCheckRequest` asks about, the last if it names several;
 * empty if it names none. `undefined` if the bytes are no such message.
 */
const readService = (bytes: Buffer): string | undefined => {
  let service = ''
  let at = 0
  while (at < bytes.length) {
    const tag = readVarint(bytes, at)
    if (tag === undefined || tag[0] < 8) return undefined
    const end = endOfField(bytes, tag[0] % 8, tag[1])
    if (end === undefined || end > bytes.length) return undefined
    if (tag[0] === SERVICE_TAG) {
      const length = readVarint(bytes, tag[1])
      service = bytes.toString('utf8', length?.[1], end)
    }
    at = end
  }
  return service
}

/**
 * What a health check is answered with: a `HealthCheckResponse`, or an error. `health` says whether
 * a service is serving, and `undefined` of one that there is not.
 */
export const healthAnswer = (
  message: Buffer,
  health: (service: string) => boolean | undefined,
): Buffer | Refusal => {
  const service = readService(message)
  if (service === undefined) return UNREADABLE
  const isServing = health(service)
  if (isServing === undefined) return UNKNOWN_SERVICE
  return isServing ? SERVING : NOT_SERVING
}
