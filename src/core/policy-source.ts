import type { Policy } from './policy/policy.ts'
import type { Client } from './registration/client.ts'
import type { Request } from './request/request.ts'

/** What is known about a host. */
export type PolicyLookup =
  | { readonly kind: 'found'; readonly policy: Policy }
  | { readonly kind: 'none' }
  /**
   * The host is where these clients are called back, and nothing else. `broken`: why others that
   * are called back here cannot be, as sentences without their full stops.
   */
  | {
      readonly kind: 'callbacks'
      readonly clients: readonly Client[]
      readonly broken: readonly string[]
    }
  /** The gateway's route names another ProtectedRoute than the one that owns the host (R3). */
  | { readonly kind: 'conflict'; readonly policy: string }
  /** The host has an owner whose policy cannot be used; `detail` is a sentence for the log. */
  | { readonly kind: 'broken'; readonly policy: string; readonly detail: string }
  | { readonly kind: 'not_synced' }

/** The current snapshot. */
export interface PolicySource {
  readonly find: (request: Pick<Request, 'host' | 'contextExtensions'>) => PolicyLookup
}
