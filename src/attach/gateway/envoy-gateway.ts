import {
  type AttachFile,
  type AttachInputs,
  CHECK_TIMEOUT_SECONDS,
  type ServiceAddress,
} from '../manifest/attachment.ts'
import { backendTlsPolicy } from '../manifest/backend-tls-policy.ts'
import { callbackFiles, callbackName, routeFiles } from '../manifest/http-route.ts'
import { referenceGrant } from '../manifest/reference-grant.ts'
import { yamlText } from '../manifest/yaml-text.ts'

const GROUP = 'gateway.envoyproxy.io'

const targetRefs = ({ gateway }: AttachInputs): string => `\
  targetRefs:
    - group: gateway.networking.k8s.io
      kind: Gateway
      name: ${yamlText(gateway.name)}`

/** How Sallyport is asked. `body`: what says that bodies are sent along. */
const extAuth = ({ service }: AttachInputs, body = ''): string => `\
  extAuth:
    # headersToExtAuth stays unset, so that all headers are sent: Sallyport takes off every spelling of an identity header.
    grpc:
      backendRefs:
        - name: ${yamlText(service.name)}
          namespace: ${yamlText(service.namespace)}
          port: ${service.port}
      backendSettings:
        # The default of 1024 checks at once is an outage on a busy day.
        circuitBreaker:
          maxConnections: 64
          maxPendingRequests: 1024
          maxParallelRequests: 4096
        # Only where the check cannot have been looked at yet.
        retry:
          numRetries: 1
          retryOn:
            triggers: [connect-failure, refused-stream]
    # Sallyport answers within its budget of 4s.
    timeout: ${CHECK_TIMEOUT_SECONDS}s
    # Nothing goes through while Sallyport cannot be asked.
    failOpen: false
    statusOnError: 503
    # The decision was made for the route that was chosen.
    recomputeRoute: false
${body}`

const securityPolicy = (inputs: AttachInputs): string => `\
# Asks Sallyport about every request of the Gateway.
apiVersion: ${GROUP}/v1alpha1
kind: SecurityPolicy
metadata:
  name: sallyport
  namespace: ${yamlText(inputs.gateway.namespace)}
spec:
${targetRefs(inputs)}
${extAuth(inputs)}`

const bodyOf = ({ bodyBytes }: AttachInputs): string => `\
    # A body that Sallyport reads itself; a larger one is answered 413.
    bodyToExtAuth:
      maxRequestBytes: ${bodyBytes}
`

const callbackPolicy = (inputs: AttachInputs, upstream: ServiceAddress): string => `\
---
# Sends along the bodies that Sallyport reads itself. It stands in for the policy of the Gateway, and asks as that does.
apiVersion: ${GROUP}/v1alpha1
kind: SecurityPolicy
metadata:
  name: ${callbackName(upstream)}
  namespace: ${yamlText(upstream.namespace)}
spec:
  targetRefs:
    - group: gateway.networking.k8s.io
      kind: HTTPRoute
      name: ${callbackName(upstream)}
${extAuth(inputs, bodyOf(inputs))}`

const clientTrafficPolicy = (inputs: AttachInputs): string => `\
---
# A Gateway takes one ClientTrafficPolicy: if it has one, put these settings into that.
apiVersion: ${GROUP}/v1alpha1
kind: ClientTrafficPolicy
metadata:
  name: sallyport
  namespace: ${yamlText(inputs.gateway.namespace)}
spec:
${targetRefs(inputs)}
  # The path that Sallyport decides on is the path that Envoy routes on and the upstream receives.
  path:
    # \`%2F\` stays what it is, as applications use it within a segment: Sallyport refuses what could be read in two ways.
    escapedSlashesAction: KeepUnchanged
    disableMergeSlashes: false
  headers:
    # \`x_auth_subject\` reads like \`x-auth-subject\` to many upstreams.
    withUnderscoresAction: RejectRequest
    # \`shop.example.com.\` is the same host as \`shop.example.com\`.
    host:
      stripTrailingHostDot: true
`

const envoyProxy = ({ gateway, serviceTls }: AttachInputs): string =>
  serviceTls?.isMutual === true
    ? `\
---
# The certificate that the Gateway shows: the Secret ${serviceTls.secret} with tls.crt and tls.key, of this namespace. A Gateway
# takes one EnvoyProxy: if it has one, put this into that; if not, name it in the Gateway:
#   infrastructure: { parametersRef: { group: ${GROUP}, kind: EnvoyProxy, name: sallyport } }
apiVersion: ${GROUP}/v1alpha1
kind: EnvoyProxy
metadata:
  name: sallyport
  namespace: ${yamlText(gateway.namespace)}
spec:
  backendTLS:
    clientCertificateRef:
      group: ""
      kind: Secret
      name: ${yamlText(serviceTls.secret)}
`
    : ''

const grantTo = ({ service }: AttachInputs, namespace: string): string =>
  referenceGrant(service, { group: GROUP, kind: 'SecurityPolicy', namespace })

/** The policy of the callback paths, and the grant that it needs where the Gateway is elsewhere. */
const callbackPolicies = (inputs: AttachInputs, upstream: ServiceAddress): string =>
  callbackPolicy(inputs, upstream) +
  (upstream.namespace === inputs.gateway.namespace ? '' : grantTo(inputs, upstream.namespace))

/**
 * Envoy Gateway: policies on the Gateway, and a route to the protected Service where one is named.
 */
export const envoyGatewayFiles = (inputs: AttachInputs): readonly AttachFile[] => {
  const policies = [
    securityPolicy(inputs),
    clientTrafficPolicy(inputs),
    grantTo(inputs, inputs.gateway.namespace),
    backendTlsPolicy(inputs, 'Secret'),
    envoyProxy(inputs),
  ]
  return [
    { name: 'policies.yaml', text: policies.join('') },
    ...routeFiles(inputs),
    ...callbackFiles(inputs, (upstream) => callbackPolicies(inputs, upstream)),
  ]
}
