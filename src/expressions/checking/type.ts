import type { Kind } from '../value/value.ts'

/** What is known of a value before anything is evaluated. */
export type Type =
  | { readonly kind: 'any' | Exclude<Kind, 'list' | 'map'> }
  | { readonly kind: 'list'; readonly of: Type }
  /** All keys are texts, or nothing is known of them. */
  | { readonly kind: 'map'; readonly keys: Type; readonly of: Type }
  /** Something with fields of its own, and no value by itself. */
  | { readonly kind: 'object'; readonly fields: Readonly<Record<string, Type>> }

/** Nothing is known. */
export const ANY: Type = { kind: 'any' }
/** True or false. */
export const BOOL: Type = { kind: 'bool' }
/** Text. */
export const STRING: Type = { kind: 'string' }
