import type { Expression } from './expression.ts'

/** Where a value comes from that somebody else is told. */
export type Told =
  | {
      readonly kind: 'claim'
      /** One name per level. */
      readonly path: readonly string[]
    }
  /** For a header of the upstream it may look at the request; else at the identity alone. */
  | { readonly kind: 'expression'; readonly expression: Expression }
  /** The same for everybody. */
  | { readonly kind: 'text'; readonly text: string }

/** What Envoy's own filters and logs are told under one key. */
export interface MetadataEntry {
  readonly key: string
  readonly told: Told
}
