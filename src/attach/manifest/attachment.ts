/** A Service by its name, and the port of it that is meant. */
export interface ServiceAddress {
  readonly name: string
  readonly namespace: string
  readonly port: number
}

/** A host of the network by its name or address, and a port of it. */
export interface NetworkAddress {
  readonly host: string
  readonly port: number
}

/** How Sallyport is asked by TLS. */
export interface ServiceTls {
  /**
   * The Secret with `ca.crt`, which vouches for Sallyport, and with `tls.crt` and `tls.key` where
   * the gateway shows a certificate. For a plain Envoy the folder that holds them.
   */
  readonly secret: string
  /** The name that Sallyport's certificate must carry. */
  readonly serverName: string
  /** Whether the gateway shows a certificate of its own. */
  readonly isMutual: boolean
}

/** An object by its name. */
export interface NamespacedName {
  readonly name: string
  readonly namespace: string
}

/** A label that selects pods. */
export interface Label {
  readonly key: string
  readonly value: string
}

/** What the manifests of one gateway are filled in with; all of it has been checked. */
export interface AttachInputs {
  /** Sallyport's gRPC port. */
  readonly service: ServiceAddress
  /** False: nobody named the service, and it is the one that the chart makes by default. */
  readonly isServiceNamed: boolean
  /** The same where it is no Service: only for a plain Envoy. */
  readonly serviceAddress: NetworkAddress | undefined
  /** Absent: Sallyport is asked in plain HTTP/2. */
  readonly serviceTls: ServiceTls | undefined
  /** The Gateway of the Gateway API. */
  readonly gateway: NamespacedName
  /** Istio without the Gateway API: what selects the pods of the gateway. */
  readonly selector: Label | undefined
  /** Where the objects go that belong to the gateway and not to a Gateway or a Service. */
  readonly namespace: string
  /** Canonical hosts, of which some may be wildcards. Empty: every host. */
  readonly hosts: readonly string[]
  /** The protected Service. */
  readonly upstream: ServiceAddress | undefined
  /** The same where it is no Service: only for a plain Envoy. */
  readonly upstreamAddress: NetworkAddress | undefined
  /** The Secret with the certificate of the hosts, beside the protected Service. */
  readonly tlsSecret: string
  readonly clusterDomain: string
  /**
   * The paths whose bodies are sent along: where providers answer by a form, and where clients
   * register and get tokens. Empty: no body is.
   */
  readonly bodyPaths: readonly string[]
  /** The largest of them that Sallyport takes, in bytes. */
  readonly bodyBytes: number
}

/** One file of manifests. */
export interface AttachFile {
  readonly name: string
  /** YAML, of one document or more. */
  readonly text: string
}

/**
 * How long a gateway waits for a check: longer than `check.budget`, within which all is answered.
 */
export const CHECK_TIMEOUT_SECONDS = 5
