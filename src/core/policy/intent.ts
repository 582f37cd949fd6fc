import type { Client, Rule } from './policy.ts'

/** Which road a request takes through its policy; found without opening any credential. */
export type Intent =
  | { readonly kind: 'callback'; readonly client: Client }
  | { readonly kind: 'logout'; readonly client: Client }
  | { readonly kind: 'front_channel_logout'; readonly client: Client }
  | { readonly kind: 'public'; readonly rule: Rule }
  | { readonly kind: 'protected'; readonly rule: Rule }
  /** The path is not canonical where a path decides. */
  | { readonly kind: 'ambiguous' }
