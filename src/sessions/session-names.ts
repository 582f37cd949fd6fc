import { createHmac } from 'node:crypto'
import type { Keys, ProcessKey } from './keys.ts'

/** What sessions are found by. */
export type Finding =
  | { readonly kind: 'subject'; readonly subject: string }
  | { readonly kind: 'sid'; readonly issuer: string; readonly sid: string }
  | { readonly kind: 'client'; readonly client: string }
  | { readonly kind: 'all' }

/** The keys of the store under which a session is kept and found. */
export interface SessionNames {
  readonly record: (id: string) => string
  readonly entry: (id: string) => string
  /** The set to add to: named under the newest key. */
  readonly set: (by: Finding) => string
  /** Every set to look into, one for each key of the list. */
  readonly sets: (by: Finding) => readonly string[]
}

const partsOf = (by: Finding): readonly string[] => {
  switch (by.kind) {
    case 'subject':
      return [by.subject]
    case 'sid':
      return [by.issuer, by.sid]
    case 'client':
      return [by.client]
    case 'all':
      return []
  }
}

/**
 * Names of sets are keyed hashes (HMAC-SHA-256, RFC 2104): who reads names out of the store learns
 * nobody's, and cannot try out guesses.
 */
export const createSessionNames = (prefix: string, keys: Keys): SessionNames => {
  const under = (key: ProcessKey, by: Finding): string => {
    if (by.kind === 'all') return `${prefix}:sessions:all`
    const text = JSON.stringify([by.kind, ...partsOf(by)])
    const hash = createHmac('sha256', key.derive('session names')).update(text).digest('base64url')
    return `${prefix}:sessions:${by.kind}:${hash}`
  }
  return {
    record: (id) => `${prefix}:session:${id}`,
    entry: (id) => `${prefix}:entry:${id}`,
    set: (by) => under(keys.newest(), by),
    sets: (by) => [...new Set(keys.all().map((key) => under(key, by)))],
  }
}
