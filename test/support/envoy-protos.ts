import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js'
import { loadSync, type PackageDefinition } from '@grpc/proto-loader'

const FILES = ['envoy/service/auth/v3/external_auth.proto']
const DEPS = join(
  dirname(createRequire(import.meta.url).resolve('@grpc/grpc-js-xds/package.json')),
  'deps',
)

/** The subset in proto/. */
export const ownProtos = (): PackageDefinition =>
  loadSync([...FILES, 'grpc/health/v1/health.proto'], {
    includeDirs: [fileURLToPath(new URL('../../proto', import.meta.url))],
  })

/** Envoy's full definitions, as the npm package `@grpc/grpc-js-xds` carries them. */
export const fullProtos = (): PackageDefinition =>
  loadSync([...FILES, 'envoy/config/core/v3/base.proto', 'envoy/type/v3/http_status.proto'], {
    includeDirs: ['envoy-api', 'googleapis', 'protoc-gen-validate', 'xds'].map((folder) =>
      join(DEPS, folder),
    ),
  })

/** One method of a loaded service. */
export const methodOf = (
  protos: PackageDefinition,
  service: string,
  method: string,
): MethodDefinition<object, object> => {
  const found = (protos[service] as ServiceDefinition | undefined)?.[method]
  if (found === undefined) throw new Error(`There is no ${service}.${method}.`)
  return found
}

/** `Authorization.Check`. */
export const checkMethod = (protos: PackageDefinition): MethodDefinition<object, object> =>
  methodOf(protos, 'envoy.service.auth.v3.Authorization', 'Check')
