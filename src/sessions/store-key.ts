import { createHash } from 'node:crypto'

/** The key of a lock or a claimed id: short and harmless whatever the name holds. */
export const storeKey = (prefix: string, kind: 'lock' | 'used', name: string): string =>
  `${prefix}:${kind}:${createHash('sha256').update(name).digest('base64url')}`
