import type { Json } from '../core/identity/identity.ts'

const MAX_SAID = 200

/** What is longer in one piece is no word: perhaps a token that was sent along. */
const LONG_PIECE = /\S{61,}/g

/**
 * What a decision point says, as a log may show it: bounded, printable, and without long pieces.
 */
export const said = (text: string): string =>
  text
    .slice(0, 4 * MAX_SAID)
    .replace(LONG_PIECE, '…')
    .replace(/[^\x20-\x7e…]/g, '?')
    .slice(0, MAX_SAID)

/** The member of an object under its own name; `undefined` for anything else. */
export const memberOf = (value: Json | undefined, name: string): Json | undefined => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const object = value as { readonly [name: string]: Json }
  return Object.hasOwn(object, name) ? object[name] : undefined
}
