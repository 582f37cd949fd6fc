import type { AttachFile, AttachInputs } from '../manifest/attachment.ts'
import { backendTlsPolicy } from '../manifest/backend-tls-policy.ts'
import { httpRoute, routeName } from '../manifest/http-route.ts'
import { referenceGrant } from '../manifest/reference-grant.ts'
import { yamlText } from '../manifest/yaml-text.ts'

const body = ({ bodyBytes }: AttachInputs): string => `\
            # A body that Sallyport reads itself; of a larger one, as much as fits.
            forwardBody:
              maxSize: ${bodyBytes}
`

const filters = ({ service }: AttachInputs, forwarding: string): string => `\
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
${forwarding}`

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
  const { gateway, hosts, upstream, service, bodyPaths: paths } = inputs
  if (upstream === undefined) return []
  const callback = paths.length === 0 ? [] : [{ paths, filters: filters(inputs, body(inputs)) }]
  const rules = [...callback, { filters: filters(inputs, '') }]
  const route = httpRoute({ name: routeName(upstream), gateway, hosts, upstream, rules })
  const from = {
    group: 'gateway.networking.k8s.io',
    kind: 'HTTPRoute',
    namespace: upstream.namespace,
  }
  return [
    { name: 'route.yaml', text: [route, referenceGrant(service, from), tls(inputs)].join('') },
  ]
}
