import type { Reason } from '../reason/reason.ts'
import type { PhraseKey } from './phrases.ts'

/** What is put into a phrase: text of somebody else as it is, or a time in seconds. */
export type PhraseValues = Readonly<Record<string, string | { readonly seconds: number }>>

/**
 * Something that a page says in the language of its reader: a phrase, one with what is put into it,
 * or the message of a reason.
 */
export type Phrase =
  | PhraseKey
  | { readonly key: PhraseKey; readonly values: PhraseValues }
  | { readonly messageOf: Reason }
