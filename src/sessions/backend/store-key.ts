import { createHash } from 'node:crypto'

/**
 * The key of a lock, a claimed id, a step, a form or a key: short and harmless whatever
 * the name holds.
 */
export const storeKey = (
  prefix: string,
  kind: 'lock' | 'used' | 'reached' | 'form' | 'assertion' | 'client' | 'key-since',
  name: string,
): string => `${prefix}:${kind}:${createHash('sha256').update(name).digest('base64url')}`
