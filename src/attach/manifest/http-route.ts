import type { AttachFile, AttachInputs, NamespacedName, ServiceAddress } from './attachment.ts'
import { yamlList, yamlText } from './yaml-text.ts'

/** What one HTTPRoute says. */
export interface HttpRouteFacts {
  readonly gateway: NamespacedName
  readonly hosts: readonly string[]
  readonly upstream: ServiceAddress
  /** The `filters` of its one rule, as indented YAML; absent: none. */
  readonly filters?: string
}

/** The HTTPRoute that brings hosts to the protected Service, and stands beside it. */
export const httpRoute = ({ gateway, hosts, upstream, filters = '' }: HttpRouteFacts): string => `\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: sallyport-${upstream.name}
  namespace: ${yamlText(upstream.namespace)}
spec:
  parentRefs:
    - name: ${yamlText(gateway.name)}
      namespace: ${yamlText(gateway.namespace)}
  hostnames: ${yamlList(hosts)}
  rules:
    - matches:
        - path:
            type: PathPrefix
            value: /
      # No limit on the whole answer, which would cut event streams.
      timeouts:
        request: 0s
${filters}      backendRefs:
        - name: ${yamlText(upstream.name)}
          port: ${upstream.port}
`

/** The file of that route, where a protected Service is named. */
export const routeFiles = ({ gateway, hosts, upstream }: AttachInputs): readonly AttachFile[] =>
  upstream === undefined
    ? []
    : [{ name: 'route.yaml', text: httpRoute({ gateway, hosts, upstream }) }]
