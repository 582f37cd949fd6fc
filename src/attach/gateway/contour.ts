import {
  type AttachFile,
  type AttachInputs,
  CHECK_TIMEOUT_SECONDS,
  type ServiceAddress,
} from '../manifest/attachment.ts'
import { hostName } from '../manifest/host-name.ts'
import { yamlText } from '../manifest/yaml-text.ts'

const extensionService = ({ service }: AttachInputs): string => `\
# How Sallyport is asked.
apiVersion: projectcontour.io/v1alpha1
kind: ExtensionService
metadata:
  name: sallyport
  namespace: ${yamlText(service.namespace)}
spec:
  # Without TLS; \`h2\`, with \`validation\`, where Sallyport has a certificate.
  protocol: h2c
  services:
    - name: ${yamlText(service.name)}
      port: ${service.port}
  # The default of 1024 checks at once is an outage on a busy day.
  circuitBreakerPolicy:
    maxConnections: 64
    maxPendingRequests: 1024
    maxRequests: 4096
`

const httpProxy = (
  { service, tlsSecret }: AttachInputs,
  upstream: ServiceAddress,
  host: string,
): string => `\
apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata:
  name: ${yamlText(hostName(host))}
  namespace: ${yamlText(upstream.namespace)}
spec:
  virtualhost:
    fqdn: ${yamlText(host)}
    # Contour asks a server of this kind only where it ends TLS; plain requests are sent on to https.
    tls:
      secretName: ${yamlText(tlsSecret)}
    authorization:
      extensionRef:
        name: sallyport
        namespace: ${yamlText(service.namespace)}
      # Sallyport answers within its budget of 4s.
      responseTimeout: ${CHECK_TIMEOUT_SECONDS}s
      # Nothing goes through while Sallyport cannot be asked.
      failOpen: false
  routes:
    - conditions:
        - prefix: /
      # No limit on the whole answer, which would cut event streams; the default is 15s.
      timeoutPolicy:
        response: infinity
      services:
        - name: ${yamlText(upstream.name)}
          port: ${upstream.port}
`

/** Contour: a service that is asked, and a proxy for each host that asks it. */
export const contourFiles = (inputs: AttachInputs): readonly AttachFile[] => {
  const { hosts, upstream } = inputs
  if (upstream === undefined) return []
  const proxies = hosts.map((host) => httpProxy(inputs, upstream, host))
  return [
    { name: 'extension-service.yaml', text: extensionService(inputs) },
    { name: 'route.yaml', text: proxies.join('---\n') },
  ]
}
