import {
  type AttachFile,
  type AttachInputs,
  CHECK_TIMEOUT_SECONDS,
  type ServiceAddress,
} from '../manifest/attachment.ts'
import { callbackFiles, callbackName, routeFiles } from '../manifest/http-route.ts'
import { referenceGrant } from '../manifest/reference-grant.ts'
import { yamlList, yamlText } from '../manifest/yaml-text.ts'

const GROUP = 'gateway.kgateway.dev'

const extension = ({ service, gateway }: AttachInputs): string => `\
# How Sallyport is asked.
apiVersion: ${GROUP}/v1alpha1
kind: GatewayExtension
metadata:
  name: sallyport
  namespace: ${yamlText(gateway.namespace)}
spec:
  extAuth:
    # headersToForward stays unset, so that all headers are sent: Sallyport takes off every spelling of an identity header.
    # percentageEnabled stays unset: the requests that it leaves out go through unasked.
    grpcService:
      backendRef:
        name: ${yamlText(service.name)}
        namespace: ${yamlText(service.namespace)}
        port: ${service.port}
      # Sallyport answers within its budget of 4s.
      requestTimeout: ${CHECK_TIMEOUT_SECONDS}s
    # Nothing goes through while Sallyport cannot be asked.
    failOpen: false
    statusOnError: 503
    # The decision was made for the route that was chosen.
    clearRouteCache: false
`

const policy = ({ gateway }: AttachInputs): string => `\
---
# Asks Sallyport about every request of the Gateway.
apiVersion: ${GROUP}/v1alpha1
kind: TrafficPolicy
metadata:
  name: sallyport
  namespace: ${yamlText(gateway.namespace)}
spec:
  targetRefs:
    - group: gateway.networking.k8s.io
      kind: Gateway
      name: ${yamlText(gateway.name)}
  extAuth:
    extensionRef:
      name: sallyport
`

const callbackPolicy = (
  { gateway, bodyBytes }: AttachInputs,
  upstream: ServiceAddress,
): string => `\
---
# Sends along the bodies that Sallyport reads itself. It stands in for the policy of the Gateway, and asks as that does.
apiVersion: ${GROUP}/v1alpha1
kind: TrafficPolicy
metadata:
  name: ${callbackName(upstream)}
  namespace: ${yamlText(upstream.namespace)}
spec:
  targetRefs:
    - group: gateway.networking.k8s.io
      kind: HTTPRoute
      name: ${callbackName(upstream)}
  extAuth:
    extensionRef:
      name: sallyport
      namespace: ${yamlText(gateway.namespace)}
    withRequestBody:
      maxRequestBytes: ${bodyBytes}
      allowPartialMessage: true
`

const backendConfig = ({ service, serviceTls }: AttachInputs): string => {
  if (serviceTls === undefined) return ''
  const { secret, serverName, isMutual } = serviceTls
  const members = isMutual ? 'ca.crt, tls.crt and tls.key' : 'ca.crt'
  const simple = isMutual ? '' : '\n    simpleTLS: true'
  return `\
---
# Sallyport is asked by TLS. The Secret ${secret} with ${members} has to be in this namespace.
apiVersion: ${GROUP}/v1alpha1
kind: BackendConfigPolicy
metadata:
  name: ${yamlText(service.name)}
  namespace: ${yamlText(service.namespace)}
spec:
  targetRefs:
    - group: ""
      kind: Service
      name: ${yamlText(service.name)}
  tls:
    secretRef:
      name: ${yamlText(secret)}${simple}
    sni: ${yamlText(serverName)}
    verifySubjectAltNames: ${yamlList([serverName])}
    alpnProtocols: [h2]
`
}

/** kgateway: an extension, and a policy on the Gateway that asks it. */
export const kgatewayFiles = (inputs: AttachInputs): readonly AttachFile[] => {
  const from = { group: GROUP, kind: 'GatewayExtension', namespace: inputs.gateway.namespace }
  const policies = [
    extension(inputs),
    policy(inputs),
    referenceGrant(inputs.service, from),
    backendConfig(inputs),
  ]
  return [
    { name: 'policies.yaml', text: policies.join('') },
    ...routeFiles(inputs),
    ...callbackFiles(inputs, (upstream) => callbackPolicy(inputs, upstream)),
  ]
}
