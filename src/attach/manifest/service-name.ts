import type { ServiceAddress } from './attachment.ts'

/** The name of a Service in the cluster's DNS. */
export const serviceHost = (
  { name, namespace }: ServiceAddress,
  { clusterDomain }: { readonly clusterDomain: string },
): string => `${name}.${namespace}.svc.${clusterDomain}`
