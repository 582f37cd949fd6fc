import type { Claims } from '../../core/identity/identity.ts'
import { parseJsonObject } from '../../outbound/json.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** The object in a part of a JWT; `undefined` for anything else. */
export const objectIn = (part: string): Claims | undefined => {
  try {
    return parseJsonObject(decoder.decode(Buffer.from(part, 'base64url')))
  } catch {
    return undefined
  }
}
