import type { Budget } from '../time/budget.ts'

/** What a client says of itself at the URL that is its `client_id`. */
export interface ClientDocument {
  readonly clientId: string
  /** `client_name`, as it may be shown to people; the client's own word. */
  readonly name?: string
  /** At least one; each an absolute URI without a fragment. Whether it may be used is not said. */
  readonly redirectURIs: readonly string[]
}

/** A document, or why there is none. */
export type FoundDocument =
  | { readonly kind: 'found'; readonly document: ClientDocument }
  /** `problem`: one sentence for the developer of the client; it tells nothing of our networks. */
  | { readonly kind: 'refused'; readonly problem: string }
  /** Nobody looked, as too many are looked for: another try may be worth it in so many seconds. */
  | { readonly kind: 'busy'; readonly problem: string; readonly seconds: number }

/**
 * Client ID metadata documents (draft-ietf-oauth-client-id-metadata-document): clients that are
 * registered nowhere. Whoever asks chose the URL, and is not signed in.
 */
export interface ClientDocuments {
  /**
   * At once for what is remembered. Never throws: what cannot be had is `refused`. `take` is asked
   * before a fetch that nobody has under way and nothing stands in for, and answers as that of a
   * `RateLimit`.
   */
  readonly find: (clientId: string, budget: Budget, take: () => number) => Promise<FoundDocument>
}
