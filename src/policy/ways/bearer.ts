import type { Request } from '../../core/request/request.ts'

const BEARER = /^bearer +([\x21-\x2b\x2d-\x7e]+)$/i
const CLAIMS_TO_BE_ONE = /^bearer(?:[ \t]|$)/i

/**
 * The bearer credential of a request: one token, something that is not one, or none (RFC 6750
 * section 2.1).
 */
export const bearerOf = (request: Request): string | 'malformed' | undefined => {
  const header = request.header('authorization')
  if (header === undefined) return undefined
  const [, token] = BEARER.exec(header) ?? []
  return token ?? (CLAIMS_TO_BE_ONE.test(header) ? 'malformed' : undefined)
}
