import type { AttachInputs } from './attachment.ts'
import { yamlText } from './yaml-text.ts'

/**
 * What makes a gateway of the Gateway API ask Sallyport by TLS, and know it by its certificate;
 * empty where it asks in plain HTTP/2. `kind`: what the gateway takes the authority from.
 */
export const backendTlsPolicy = (
  { service, serviceTls }: AttachInputs,
  kind: 'Secret' | 'ConfigMap',
): string =>
  serviceTls === undefined
    ? ''
    : `\
---
# Sallyport is asked by TLS. The ${kind} ${serviceTls.secret} with ca.crt has to be in this namespace.
apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata:
  name: ${yamlText(service.name)}
  namespace: ${yamlText(service.namespace)}
spec:
  targetRefs:
    - group: ""
      kind: Service
      name: ${yamlText(service.name)}
  validation:
    caCertificateRefs:
      - group: ""
        kind: ${kind}
        name: ${yamlText(serviceTls.secret)}
    hostname: ${yamlText(serviceTls.serverName)}
`
