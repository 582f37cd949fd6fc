import { fileURLToPath } from 'node:url'
import type { ServiceDefinition } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import type { CheckRequest } from './messages.ts'

/** The full name of the service that Envoy calls; also its name in health checks. */
export const AUTHORIZATION_SERVICE = 'envoy.service.auth.v3.Authorization'

const HEALTH_SERVICE = 'grpc.health.v1.Health'

/** The same depth below the project from `src/grpc` and from `dist/grpc`. */
const PROTO_FOLDER = fileURLToPath(new URL('../../proto', import.meta.url))

/**
 * Where bytes cannot be decoded: reads as a check request that lacks everything, so it is answered
 * 400 and not with an error.
 */
const UNREADABLE: CheckRequest = Object.freeze({})

const serviceOf = (definitions: ReturnType<typeof loadSync>, name: string): ServiceDefinition => {
  const definition = definitions[name]
  if (definition === undefined) throw new Error(`proto/ does not define ${name}.`)
  return definition as ServiceDefinition
}

/**
 * Envoy takes a gRPC error for "the authorization service failed" and, under `failure_mode_allow`,
 * lets the request through; a denied response it never does. So bytes that are no CheckRequest
 * become a request to deny.
 */
const withoutDecodeErrors = (service: ServiceDefinition): ServiceDefinition =>
  Object.fromEntries(
    Object.entries(service).map(([name, method]) => [
      name,
      {
        ...method,
        requestDeserialize: (bytes: Buffer): object => {
          try {
            return method.requestDeserialize(bytes)
          } catch {
            return UNREADABLE
          }
        },
      },
    ]),
  )

/** Both services that are served, from proto/. Reads files: once, at start. */
export const loadServices = (): {
  readonly authorization: ServiceDefinition
  readonly health: ServiceDefinition
} => {
  const definitions = loadSync(
    ['envoy/service/auth/v3/external_auth.proto', 'grpc/health/v1/health.proto'],
    { includeDirs: [PROTO_FOLDER] },
  )
  return {
    authorization: withoutDecodeErrors(serviceOf(definitions, AUTHORIZATION_SERVICE)),
    health: serviceOf(definitions, HEALTH_SERVICE),
  }
}
