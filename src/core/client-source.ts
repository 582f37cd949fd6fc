import type { Client } from './registration/client.ts'

/** What is known about an OIDCClient. */
export type ClientLookup =
  | {
      readonly kind: 'found'
      readonly client: Client
      /**
       * Every client with its client id at its issuer, by providers of the same namespace, itself
       * included: the provider knows but one.
       */
      readonly sameRegistration: readonly string[]
    }
  | { readonly kind: 'none' }
  /** It is there and cannot be used for now; `detail` is a sentence for the log. */
  | { readonly kind: 'broken'; readonly detail: string }
  | { readonly kind: 'not_synced' }

/** The clients of the current snapshot, whether a route uses them or not. */
export interface ClientSource {
  /** `name`: `namespace/name` of the resource. */
  readonly find: (name: string) => ClientLookup
}
