import type { ServiceDefinition } from '@grpc/grpc-js'
import { CHECK_PATH } from '../call/services.ts'
import { FIELDS } from '../message/fields.ts'
import { createWireReader, fieldSet } from '../message/wire-reader.ts'

/** `grpc.health.v1.HealthCheckRequest` as decoded: empty where no service is named. */
export interface HealthCheckRequest {
  readonly service: string
}

/** `grpc.health.v1.HealthCheckResponse`; never 0, which would not be written. */
export interface HealthCheckResponse {
  readonly status: 1 | 2 | 3
}

const REQUEST = FIELDS['grpc.health.v1.HealthCheckRequest']
const RESPONSE = FIELDS['grpc.health.v1.HealthCheckResponse']
const IN_REQUEST = fieldSet(REQUEST)

const unchanged = (bytes: Buffer): Buffer => bytes

const wire = createWireReader()

const readHealthRequest = (bytes: Buffer): HealthCheckRequest => {
  let service = ''
  wire.begin(bytes)
  wire.readFields(0, bytes.length, IN_REQUEST, (_field, start, end) => {
    service = bytes.toString('utf8', start, end)
  })
  if (wire.isGivenUp()) throw new Error('The message is no HealthCheckRequest.')
  return { service }
}

const writeHealthResponse = ({ status }: HealthCheckResponse): Buffer =>
  Buffer.from([RESPONSE.status << 3, status])

const nothingToWrite = (): never => {
  throw new Error('The server does not ask.')
}

const health = {
  requestStream: false,
  requestSerialize: nothingToWrite,
  requestDeserialize: readHealthRequest,
  responseSerialize: writeHealthResponse,
  responseDeserialize: nothingToWrite,
} as const

/** `envoy.service.auth.v3.Authorization`, whose messages are bytes. */
export const AUTHORIZATION: ServiceDefinition = {
  Check: {
    path: CHECK_PATH,
    requestStream: false,
    responseStream: false,
    requestSerialize: unchanged,
    requestDeserialize: unchanged,
    responseSerialize: unchanged,
    responseDeserialize: unchanged,
  },
}

/** `grpc.health.v1.Health`. */
export const HEALTH: ServiceDefinition = {
  Check: { ...health, path: '/grpc.health.v1.Health/Check', responseStream: false },
  Watch: { ...health, path: '/grpc.health.v1.Health/Watch', responseStream: true },
}
