import { createHash } from 'node:crypto'
import { createKeys, type Keys, parseKeys } from '../../src/sessions/sealing/keys.ts'

/** The text of a process key, the same for the same name. */
export const keyText = (name: string): string => createHash('sha256').update(name).digest('base64')

/** A key list of these names, the first of which seals. */
export const keysOf = (...names: readonly [string, ...string[]]): Keys => {
  const parsed = parseKeys(names.map(keyText))
  if (!parsed.ok) throw new Error('keys of different names are different keys')
  return createKeys(parsed.keys)
}
