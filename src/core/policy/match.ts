/** One condition on the path of a request; all of them on the canonical, decoded path (R5). */
export type PathMatch =
  | { readonly kind: 'exact'; readonly path: string }
  | { readonly kind: 'prefix'; readonly path: string }
  | { readonly kind: 'pattern'; readonly source: string; readonly test: (path: string) => boolean }

/** A clause of `match`: every part that is set must hold. */
export interface Match {
  readonly path?: PathMatch
  /** Upper case; absent: every method. */
  readonly methods?: ReadonlySet<string>
}
