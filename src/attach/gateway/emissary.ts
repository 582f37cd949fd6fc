import {
  type AttachFile,
  type AttachInputs,
  CHECK_TIMEOUT_SECONDS,
  type ServiceAddress,
} from '../manifest/attachment.ts'
import { hostName } from '../manifest/host-name.ts'
import { yamlText } from '../manifest/yaml-text.ts'

const API = 'getambassador.io/v3alpha1'

const tlsContext = ({ serviceTls, namespace }: AttachInputs): string => {
  if (serviceTls === undefined) return ''
  const { secret, serverName, isMutual } = serviceTls
  const own = isMutual ? `\n  secret: ${yamlText(secret)}` : ''
  const members = isMutual ? 'ca.crt, tls.crt and tls.key' : 'ca.crt'
  return `\
# How Sallyport is asked by TLS. The Secret ${secret} with ${members} has to be in this namespace.
apiVersion: ${API}
kind: TLSContext
metadata:
  name: sallyport
  namespace: ${yamlText(namespace)}
spec:${own}
  ca_secret: ${yamlText(secret)}
  sni: ${yamlText(serverName)}
  alpn_protocols: h2
  min_tls_version: v1.2
---
`
}

const body = ({ bodyPaths, bodyBytes }: AttachInputs): string =>
  bodyPaths.length === 0
    ? ''
    : `\
  # The bodies that Sallyport reads itself. Emissary knows this for the whole AuthService alone: the beginning of every
  # other body is sent along as well.
  include_body:
    max_bytes: ${bodyBytes}
    allow_partial: true
`

const authService = (inputs: AttachInputs): string => `\
# Asks Sallyport about every request of every Mapping.
apiVersion: ${API}
kind: AuthService
metadata:
  name: sallyport
  namespace: ${yamlText(inputs.namespace)}
spec:
  auth_service: "${inputs.service.name}.${inputs.service.namespace}:${inputs.service.port}"
  proto: grpc
  protocol_version: v3${inputs.serviceTls === undefined ? '' : '\n  tls: sallyport'}
  # Sallyport answers within its budget of 4s.
  timeout_ms: ${CHECK_TIMEOUT_SECONDS * 1000}
  # Nothing goes through while Sallyport cannot be asked.
  failure_mode_allow: false
  status_on_error:
    code: 503
${body(inputs)}  # The default of 1024 checks at once is an outage on a busy day.
  circuit_breakers:
    - max_connections: 64
      max_pending_requests: 1024
      max_requests: 4096
      max_retries: 64
`

const module = ({ namespace }: AttachInputs): string => `\
# An installation has one Module of this name: if it has one, put these settings into that.
apiVersion: ${API}
kind: Module
metadata:
  name: ambassador
  namespace: ${yamlText(namespace)}
spec:
  config:
    # The path that Sallyport decides on is the path that Envoy routes on and the upstream receives.
    merge_slashes: true
    # \`%2F\` stays what it is, as applications use it within a segment: Sallyport refuses what could be read in two ways.
    reject_requests_with_escaped_slashes: false
    # \`x_auth_subject\` reads like \`x-auth-subject\` to many upstreams.
    headers_with_underscores_action: REJECT_REQUEST
`

const hostAndMapping = (
  { tlsSecret }: AttachInputs,
  upstream: ServiceAddress,
  host: string,
): string => `\
apiVersion: ${API}
kind: Host
metadata:
  name: ${yamlText(hostName(host))}
  namespace: ${yamlText(upstream.namespace)}
spec:
  hostname: ${yamlText(host)}
  tlsSecret:
    name: ${yamlText(tlsSecret)}
  requestPolicy:
    insecure:
      action: Redirect
---
apiVersion: ${API}
kind: Mapping
metadata:
  name: ${yamlText(hostName(host))}
  namespace: ${yamlText(upstream.namespace)}
spec:
  hostname: ${yamlText(host)}
  prefix: /
  service: "${upstream.name}.${upstream.namespace}:${upstream.port}"
  # No limit on the whole answer, which would cut event streams; the default is 3s.
  timeout_ms: 0
  # What is public is said in the ProtectedRoute, where identity headers are still taken off.
  bypass_auth: false
`

const routes = (inputs: AttachInputs): readonly AttachFile[] => {
  const { hosts, upstream } = inputs
  if (upstream === undefined) return []
  const texts = hosts.map((host) => hostAndMapping(inputs, upstream, host))
  return [{ name: 'route.yaml', text: texts.join('---\n') }]
}

/** Emissary: the one service that it asks, the settings of its listeners, and routes. */
export const emissaryFiles = (inputs: AttachInputs): readonly AttachFile[] => [
  { name: 'auth-service.yaml', text: `${tlsContext(inputs)}${authService(inputs)}` },
  { name: 'module.yaml', text: module(inputs) },
  ...routes(inputs),
]
