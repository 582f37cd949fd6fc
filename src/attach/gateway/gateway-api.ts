import type { AttachFile, AttachInputs } from '../manifest/attachment.ts'
import { backendTlsPolicy } from '../manifest/backend-tls-policy.ts'
import { httpRoute } from '../manifest/http-route.ts'
import { referenceGrant } from '../manifest/reference-grant.ts'
import { yamlText } from '../manifest/yaml-text.ts'

const filters = ({ service }: AttachInputs): string => `\
      filters:
        # First of all filters. Every rule needs it: a rule without it is open.
        - type: ExternalAuth
          externalAuth:
            protocol: GRPC
            backendRef:
              name: ${yamlText(service.name)}
              namespace: ${yamlText(service.namespace)}
              port: ${service.port}
            # Without allowedHeaders, so that all are sent: Sallyport takes off every spelling of an identity header.
            grpc: {}
`

const shown = ({ gateway, serviceTls }: AttachInputs): string =>
  serviceTls?.isMutual === true
    ? `\
# The certificate that the Gateway shows is a setting of the Gateway ${gateway.name} itself, in ${gateway.namespace}:
#   spec: { tls: { backend: { clientCertificateRef: { group: "", kind: Secret, name: ${serviceTls.secret} } } } }
`
    : ''

/** A ConfigMap is the one kind that every gateway takes authorities from. */
const tls = (inputs: AttachInputs): string =>
  `${backendTlsPolicy(inputs, 'ConfigMap')}${shown(inputs)}`

/** Gateway API: a route whose filter asks Sallyport; from the experimental channel. */
export const gatewayApiFiles = (inputs: AttachInputs): readonly AttachFile[] => {
  const { gateway, hosts, upstream, service } = inputs
  if (upstream === undefined) return []
  const route = httpRoute({ gateway, hosts, upstream, filters: filters(inputs) })
  const from = {
    group: 'gateway.networking.k8s.io',
    kind: 'HTTPRoute',
    namespace: upstream.namespace,
  }
  return [
    { name: 'route.yaml', text: [route, referenceGrant(service, from), tls(inputs)].join('') },
  ]
}
