import type { Request } from '../../core/request/request.ts'
import type { Shown } from './way.ts'

/** A name with its secret, as they are: not encoded in any way. */
export interface NameAndSecret {
  readonly name: string
  readonly secret: string
}

const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i
const CLAIMS_TO_BE_ONE = /^basic(?:[ \t]|$)/i

/** Beyond that nobody is asked: no id and no password is as long. */
const MAX_BASE64_LENGTH = 8_192

/** RFC 7617 section 2: neither has any. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const NOT_ONE: Shown<never> = {
  kind: 'malformed',
  reason: 'credential_malformed',
  detail: 'The authorization header does not hold one name and secret (RFC 7617).',
}

const NONE: Shown<never> = { kind: 'none' }

const textOf = (base64: string): string | undefined => {
  try {
    const bytes = atob(base64)
    // Padding bits that are not zero would be a second way to write the same.
    if (btoa(bytes) !== base64) return undefined
    return decoder.decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)))
  } catch {
    return undefined
  }
}

/**
 * The name and secret in `Authorization` (RFC 7617), taken as they are: what a client had encoded
 * besides, as RFC 6749 section 2.3.1 has it done for token endpoints, stays so. Both are there,
 * are UTF-8 and have no control characters; the name has no colon, and everything behind the first
 * one is the secret.
 */
export const basicOf = (request: Pick<Request, 'header'>): Shown<NameAndSecret> => {
  const header = request.header('authorization')
  if (header === undefined || !CLAIMS_TO_BE_ONE.test(header)) return NONE
  const [, base64 = ''] = BASIC.exec(header) ?? []
  if (base64 === '' || base64.length > MAX_BASE64_LENGTH) return NOT_ONE
  const text = textOf(base64)
  if (text === undefined || CONTROL.test(text)) return NOT_ONE
  const colon = text.indexOf(':')
  const name = text.slice(0, Math.max(colon, 0))
  const secret = text.slice(colon + 1)
  if (name === '' || secret === '') return NOT_ONE
  return { kind: 'one', credential: { name, secret } }
}
