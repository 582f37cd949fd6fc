import type { NamespacedName, ServiceAddress } from './attachment.ts'
import { yamlText } from './yaml-text.ts'

/** Who refers to a Service. */
export interface Referrer extends Pick<NamespacedName, 'namespace'> {
  readonly group: string
  readonly kind: string
}

/** Lets objects of another namespace refer to a Service; empty where none is needed. */
export const referenceGrant = (service: ServiceAddress, from: Referrer): string =>
  from.namespace === service.namespace
    ? ''
    : `\
---
# Lets a ${from.kind} of the namespace ${from.namespace} refer to Sallyport.
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata:
  name: ${yamlText(`${service.name}-from-${from.namespace}`)}
  namespace: ${yamlText(service.namespace)}
spec:
  from:
    - group: ${from.group}
      kind: ${from.kind}
      namespace: ${yamlText(from.namespace)}
  to:
    - group: ""
      kind: Service
      name: ${yamlText(service.name)}
`
