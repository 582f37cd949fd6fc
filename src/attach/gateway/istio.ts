import { isWildcard } from '../../policy/matching/host.ts'
import {
  type AttachFile,
  type AttachInputs,
  CHECK_TIMEOUT_SECONDS,
} from '../manifest/attachment.ts'
import { serviceHost } from '../manifest/service-name.ts'
import { yamlList, yamlText } from '../manifest/yaml-text.ts'

const body = ({ bodyPaths, bodyBytes }: AttachInputs): string =>
  bodyPaths.length === 0
    ? ''
    : `\
        # The bodies that Sallyport reads itself. Istio knows this for all that asks the provider alone: the beginning of
        # every other body is sent along as well.
        includeRequestBodyInCheck:
          maxRequestBytes: ${bodyBytes}
          allowPartialMessage: true
`

const meshConfig = (inputs: AttachInputs): string => `\
# Values of the chart of istiod, and no manifest: add them to those that you have.
#   helm upgrade istiod istio/istiod -n istio-system --reuse-values --values mesh-config.yaml
meshConfig:
  # The path that Sallyport decides on is the path that Envoy routes on and the upstream receives.
  # \`%2F\` stays what it is, as applications use it within a segment: Sallyport refuses what could be read in two ways.
  pathNormalization:
    normalization: MERGE_SLASHES
  # A Helm list replaces the one before it: keep the providers that you have.
  extensionProviders:
    - name: sallyport
      envoyExtAuthzGrpc:
        service: ${serviceHost(inputs.service, inputs)}
        port: ${inputs.service.port}
        # The default of 600s keeps a request hanging. Sallyport answers within its budget of 4s.
        timeout: ${CHECK_TIMEOUT_SECONDS}s
        # Nothing goes through while Sallyport cannot be asked.
        failOpen: false
        statusOnError: "503"
${body(inputs)}`

const target = ({ gateway, selector }: AttachInputs): string =>
  selector === undefined
    ? `\
  targetRefs:
    - group: gateway.networking.k8s.io
      kind: Gateway
      name: ${yamlText(gateway.name)}`
    : `\
  selector:
    matchLabels:
      ${yamlText(selector.key)}: ${yamlText(selector.value)}`

/**
 * A host with whatever may follow it: a port or a dot. Too much, as in `shop.example.com.test`, is
 * asked about as well.
 */
const anyPort = (host: string): string => `${host}*`

const EVERY_REQUEST = `\
    # Every request of the gateway. Sallyport answers 404 for a host that no ProtectedRoute names.
    - {}`

const WILDCARD = `\
    # Every request of the gateway: a wildcard host with a port cannot be matched here, so that a request which names
    # a port would pass unasked. Sallyport answers 404 for a host that no ProtectedRoute names.
    - {}`

const rules = ({ hosts }: AttachInputs): string => {
  if (hosts.length === 0) return EVERY_REQUEST
  if (hosts.some(isWildcard)) return WILDCARD
  return `\
    # Any other host of the gateway is not asked about. The star stands for a port or a trailing dot.
    - to:
        - operation:
            hosts: ${yamlList(hosts.map(anyPort))}`
}

const policy = (inputs: AttachInputs): string => `\
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: sallyport
  namespace: ${yamlText(inputs.selector === undefined ? inputs.gateway.namespace : inputs.namespace)}
spec:
${target(inputs)}
  # A workload takes one provider: with a second CUSTOM policy of another provider, Istio denies everything.
  action: CUSTOM
  provider:
    name: sallyport
  rules:
${rules(inputs)}
`

const destinationRule = (inputs: AttachInputs): string => {
  const { serviceTls, selector, gateway, namespace } = inputs
  if (serviceTls === undefined) return ''
  const { secret, serverName, isMutual } = serviceTls
  const members = isMutual ? 'ca.crt, tls.crt and tls.key' : 'ca.crt'
  return `\
# Sallyport is asked by TLS. The Secret ${secret} with ${members} has to be in this namespace.
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: sallyport
  namespace: ${yamlText(selector === undefined ? gateway.namespace : namespace)}
spec:
  host: ${serviceHost(inputs.service, inputs)}
  trafficPolicy:
    tls:
      mode: ${isMutual ? 'MUTUAL' : 'SIMPLE'}
      credentialName: ${yamlText(secret)}
      sni: ${yamlText(serverName)}
      subjectAltNames: ${yamlList([serverName])}
`
}

/** Istio: a provider of the mesh, and a policy on the gateway that asks it. */
export const istioFiles = (inputs: AttachInputs): readonly AttachFile[] => [
  { name: 'mesh-config.yaml', text: meshConfig(inputs) },
  { name: 'authorization-policy.yaml', text: policy(inputs) },
  ...(inputs.serviceTls === undefined
    ? []
    : [{ name: 'destination-rule.yaml', text: destinationRule(inputs) }]),
]
