import type { CallTracing } from '../core/tracing.ts'
import type { DeniedNetwork } from './networks.ts'
import type { OutboundProxy } from './proxy.ts'

/** The process's rules for calls to providers; an absent one has its safe default. */
export interface OutboundOptions {
  /** Permits http issuers and endpoints, for local trials. */
  readonly allowInsecureIssuers?: boolean
  /** Default: loopback, link-local and metadata. */
  readonly denyNetworks?: readonly DeniedNetwork[]
  /** Exceptions in CIDR notation; they win. */
  readonly allowNetworks?: readonly string[]
  /** PEM certificates that are trusted for every provider besides those of Node.js. */
  readonly caPem?: string
  /** Leads to every provider that names none of its own; absent: providers are called directly. */
  readonly proxy?: OutboundProxy
  /** How we name ourselves in every call; absent: `sallyport`. */
  readonly userAgent?: string
  /** Absent: no trace tells of calls. */
  readonly tracing?: CallTracing
}
