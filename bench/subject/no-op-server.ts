import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'

/**
 * The least that a gRPC server in this runtime can do: decode a check request, answer "allow". The
 * baseline of every figure.
 */
const definitions = loadSync('envoy/service/auth/v3/external_auth.proto', {
  includeDirs: [new URL('../../proto', import.meta.url).pathname],
})
const service = definitions['envoy.service.auth.v3.Authorization'] as ServiceDefinition
const ALLOW = { status: { code: 0 }, okResponse: { headers: [], headersToRemove: [] } }

const server = new Server()
server.addService(service, {
  check: (_call: unknown, callback: (error: null, response: object) => void) =>
    callback(null, ALLOW),
})
server.bindAsync(process.argv[2] ?? '127.0.0.1:0', ServerCredentials.createInsecure(), (error) => {
  if (error !== null) throw error
  process.stdout.write('listening\n')
})
