import type { AttachFile, AttachInputs, NamespacedName, ServiceAddress } from './attachment.ts'
import { yamlList, yamlText } from './yaml-text.ts'

/** What one rule of an HTTPRoute says. */
interface RouteRule {
  /** The paths that it is about, and none below them; absent: every path. */
  readonly paths?: readonly string[]
  /** Its `filters`, as indented YAML; absent: none. */
  readonly filters?: string
}

/** What one HTTPRoute says. */
export interface HttpRouteFacts {
  readonly name: string
  readonly gateway: NamespacedName
  readonly hosts: readonly string[]
  readonly upstream: ServiceAddress
  readonly rules: readonly RouteRule[]
}

/** What the route to a protected Service is called. */
export const routeName = ({ name }: ServiceAddress): string => `sallyport-${name}`

/** What the route of its callback paths is called. */
export const callbackName = (upstream: ServiceAddress): string => `${routeName(upstream)}-callback`

const pathMatch = (type: string, value: string): string => `\
        - path:
            type: ${type}
            value: ${value}
`

const rule = ({ port, name }: ServiceAddress, { paths, filters = '' }: RouteRule): string => `\
    - matches:
${paths?.map((path) => pathMatch('Exact', JSON.stringify(path))).join('') ?? pathMatch('PathPrefix', '/')}\
      # No limit on the whole answer, which would cut event streams.
      timeouts:
        request: 0s
${filters}      backendRefs:
        - name: ${yamlText(name)}
          port: ${port}
`

/** The HTTPRoute that brings hosts to the protected Service, and stands beside it. */
export const httpRoute = ({ name, gateway, hosts, upstream, rules }: HttpRouteFacts): string => `\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: ${name}
  namespace: ${yamlText(upstream.namespace)}
spec:
  parentRefs:
    - name: ${yamlText(gateway.name)}
      namespace: ${yamlText(gateway.namespace)}
  hostnames: ${yamlList(hosts)}
  rules:
${rules.map((one) => rule(upstream, one)).join('')}`

/** The file of that route, where a protected Service is named. */
export const routeFiles = ({ gateway, hosts, upstream }: AttachInputs): readonly AttachFile[] =>
  upstream === undefined
    ? []
    : [
        {
          name: 'route.yaml',
          text: httpRoute({ name: routeName(upstream), gateway, hosts, upstream, rules: [{}] }),
        },
      ]

/**
 * The file of a route of the callback paths alone, and of the policy by which their bodies are sent
 * along; none where no body is. `policy`: begins with the line that parts documents.
 */
export const callbackFiles = (
  { gateway, hosts, upstream, bodyPaths }: AttachInputs,
  policy: (upstream: ServiceAddress) => string,
): readonly AttachFile[] => {
  if (upstream === undefined || bodyPaths.length === 0) return []
  const route = { name: callbackName(upstream), gateway, hosts, upstream }
  const text = httpRoute({ ...route, rules: [{ paths: bodyPaths }] })
  return [{ name: 'callback.yaml', text: text + policy(upstream) }]
}
