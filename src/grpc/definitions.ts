import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js'
import { AUTHORIZATION_SERVICE } from './call/services.ts'

/** The same depth below the project from `src/grpc` and from `dist/grpc`. */
const PROTO_FOLDER = fileURLToPath(new URL('../../proto', import.meta.url))

/**
 * `Authorization.Check` as proto/ defines it. Loads the package that reads definitions, which takes
 * a tenth of a second: it is not for every process, and not for every check.
 * @throws Error if proto/ does not define it.
 */
export const loadCheckMethod = (): MethodDefinition<object, object> => {
  const load = createRequire(import.meta.url)
  const { loadSync } = load('@grpc/proto-loader') as typeof import('@grpc/proto-loader')
  const definitions = loadSync('envoy/service/auth/v3/external_auth.proto', {
    includeDirs: [PROTO_FOLDER],
  })
  const service = definitions[AUTHORIZATION_SERVICE] as ServiceDefinition | undefined
  if (service?.Check === undefined) throw new Error('proto/ does not define Check.')
  return service.Check
}
