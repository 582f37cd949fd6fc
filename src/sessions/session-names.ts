import { createHmac } from 'node:crypto'
import type { Keys, ProcessKey } from './sealing/keys.ts'

/**
 * What sessions are found by. What is about one client has a set of its own: no other tenant can
 * fill it, whatever issuers and subjects its sessions name.
 */
export type Finding =
  /** Absent `client`: of every client. */
  | { readonly kind: 'subject'; readonly subject: string; readonly client?: string }
  | {
      readonly kind: 'sid'
      readonly issuer: string
      readonly sid: string
      readonly client: string
    }
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
      return by.client === undefined ? [by.subject] : [by.subject, by.client]
    case 'sid':
      return [by.issuer, by.sid, by.client]
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
