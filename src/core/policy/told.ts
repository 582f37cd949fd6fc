/** Where a value comes from that somebody else is told. */
export type Told =
  | {
      readonly kind: 'claim'
      /** One name per level. */
      readonly path: readonly string[]
    }
  /** The same for everybody. */
  | { readonly kind: 'text'; readonly text: string }
