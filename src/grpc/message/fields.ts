/**
 * The numbers of all fields that are read and written. `proto/` is where they are defined; a test
 * holds this table against it, message by message, so that neither has a field which the other
 * lacks.
 */
export const FIELDS = {
  'envoy.service.auth.v3.CheckRequest': { attributes: 1 },
  'envoy.service.auth.v3.AttributeContext': { source: 1, request: 4, contextExtensions: 10 },
  'envoy.service.auth.v3.AttributeContext.Peer': { address: 1, certificate: 5 },
  'envoy.service.auth.v3.AttributeContext.Request': { http: 2 },
  'envoy.service.auth.v3.AttributeContext.HttpRequest': {
    id: 1,
    method: 2,
    headers: 3,
    path: 4,
    host: 5,
    body: 11,
    headerMap: 13,
  },
  'envoy.config.core.v3.Address': { socketAddress: 1 },
  'envoy.config.core.v3.SocketAddress': { address: 2 },
  'envoy.config.core.v3.HeaderMap': { headers: 1 },
  'envoy.config.core.v3.HeaderValue': { key: 1, value: 2, rawValue: 3 },
  'envoy.config.core.v3.HeaderValueOption': {
    header: 1,
    append: 2,
    appendAction: 3,
    keepEmptyValue: 4,
  },
  'envoy.service.auth.v3.CheckResponse': {
    status: 1,
    deniedResponse: 2,
    okResponse: 3,
    dynamicMetadata: 4,
  },
  'envoy.service.auth.v3.OkHttpResponse': {
    headers: 2,
    headersToRemove: 5,
    responseHeadersToAdd: 6,
  },
  'envoy.service.auth.v3.DeniedHttpResponse': { status: 1, headers: 2, body: 3 },
  'envoy.type.v3.HttpStatus': { code: 1 },
  'google.rpc.Status': { code: 1, message: 2 },
  'google.protobuf.BoolValue': { value: 1 },
  'google.protobuf.Struct': { fields: 1 },
  'google.protobuf.Value': {
    nullValue: 1,
    numberValue: 2,
    stringValue: 3,
    boolValue: 4,
    structValue: 5,
    listValue: 6,
  },
  'google.protobuf.ListValue': { values: 1 },
  'grpc.health.v1.HealthCheckRequest': { service: 1 },
  'grpc.health.v1.HealthCheckResponse': { status: 1 },
} as const

/** The fields of an entry of any map, which are not to be chosen. */
export const ENTRY = { key: 1, value: 2 } as const
