/** What an administrator may do; who may end sessions may see them. */
export type AdminRole = 'view' | 'end-sessions'

/** By what somebody was recognised. */
export type AdminWay = 'token' | 'certificate' | 'assertion'

/** Somebody who was recognised, and may do something. */
export interface Administrator {
  /** What audit lines say. */
  readonly name: string
  /** Never empty. */
  readonly roles: readonly AdminRole[]
  readonly way: AdminWay
}

/** Every role: what administrators have where nothing says otherwise. */
export const EVERY_ROLE: readonly AdminRole[] = ['view', 'end-sessions']

/** What comes of asking who sends a request. */
export type Admission =
  | { readonly kind: 'admitted'; readonly administrator: Administrator }
  /** Something that is demanded is missing, or is not among what counts. */
  | { readonly kind: 'unknown'; readonly lacks: AdminWay }
  /** Recognised, or claiming to be, and refused for a reason that a sentence says. */
  | { readonly kind: 'forbidden'; readonly who?: string; readonly sentence: string }

/** A token that a request shows: itself, or the hash of one that was shown before. */
export type ShownToken =
  | { readonly kind: 'token'; readonly token: string }
  /** SHA-256, base64url. */
  | { readonly kind: 'hash'; readonly hash: string }
