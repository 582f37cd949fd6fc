import {
  type AttachFile,
  type AttachInputs,
  CHECK_TIMEOUT_SECONDS,
  type ServiceAddress,
  type ServiceTls,
} from '../manifest/attachment.ts'
import { hostName } from '../manifest/host-name.ts'
import { yamlText } from '../manifest/yaml-text.ts'

const PLAIN = `\
  protocol: h2c`

const shown = ({ secret }: ServiceTls): string => `\
  # Contour shows one certificate to every server: in its own configuration, set
  #   tls: { envoy-client-certificate: { name: ${secret}, namespace: <that of Contour> } }
`

const protocol = ({ serviceTls }: AttachInputs): string =>
  serviceTls === undefined
    ? PLAIN
    : `\
${serviceTls.isMutual ? shown(serviceTls) : ''}\
  # The Secret with ca.crt has to be in this namespace.
  protocol: h2
  validation:
    caSecret: ${yamlText(serviceTls.secret)}
    subjectName: ${yamlText(serviceTls.serverName)}`

const extensionService = (inputs: AttachInputs): string => `\
# How Sallyport is asked.
apiVersion: projectcontour.io/v1alpha1
kind: ExtensionService
metadata:
  name: sallyport
  namespace: ${yamlText(inputs.service.namespace)}
spec:
${protocol(inputs)}
  services:
    - name: ${yamlText(inputs.service.name)}
      port: ${inputs.service.port}
  # The default of 1024 checks at once is an outage on a busy day.
  circuitBreakerPolicy:
    maxConnections: 64
    maxPendingRequests: 1024
    maxRequests: 4096
`

const body = ({ bodyPaths, bodyBytes }: AttachInputs): string =>
  bodyPaths.length === 0
    ? ''
    : `
      # The bodies that Sallyport reads itself. Contour knows this for a whole host alone: the beginning of every other
      # body is sent along as well.
      withRequestBody:
        maxRequestBytes: ${bodyBytes}
        allowPartialMessage: true`

const httpProxy = (inputs: AttachInputs, upstream: ServiceAddress, host: string): string => `\
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
      secretName: ${yamlText(inputs.tlsSecret)}
    authorization:
      extensionRef:
        name: sallyport
        namespace: ${yamlText(inputs.service.namespace)}
      # Sallyport answers within its budget of 4s.
      responseTimeout: ${CHECK_TIMEOUT_SECONDS}s
      # Nothing goes through while Sallyport cannot be asked.
      failOpen: false${body(inputs)}
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
