import type { Claims } from '../../core/identity/identity.ts'
import type { DecryptionKey } from '../../core/registration/decryption-key.ts'
import { parseJsonObject } from '../../outbound/json.ts'

/** A JWS in compact form, taken apart. Nothing in it is verified. */
export interface UnverifiedJwt {
  readonly compact: string
  readonly algorithm: string
  readonly keyId?: string
  /** The `typ` header in lower case without `application/` (RFC 7515 section 4.1.9). */
  readonly type?: string
  /**
   * Whether there is a `crit` header. We know no extension, so every one is unknown (RFC 7515
   * section 4.1.11).
   */
  readonly hasCritical: boolean
  /** What opened it, where it came encrypted. */
  readonly openedBy?: DecryptionKey
  readonly claims: Claims
}

/** The signature may be empty here, so that `alg: none` is refused by its name. */
const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*$/

const decoder = new TextDecoder('utf-8', { fatal: true })

const decode = (part: string): Claims | undefined => {
  try {
    return parseJsonObject(decoder.decode(Buffer.from(part, 'base64url')))
  } catch {
    return undefined
  }
}

const isTextOrAbsent = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === 'string'

const typeOf = (typ: string | undefined): { readonly type?: string } =>
  typ === undefined ? {} : { type: typ.toLowerCase().replace(/^application\//, '') }

/**
 * Takes a compact JWS apart; `undefined` for anything that is none. Key material in its header is
 * never looked at (R22).
 */
export const readJwt = (compact: string): UnverifiedJwt | undefined => {
  const [, first, second] = COMPACT.exec(compact) ?? []
  if (first === undefined || second === undefined) return undefined
  const header = decode(first)
  const claims = decode(second)
  if (header === undefined || claims === undefined) return undefined
  const { alg, kid, typ } = header
  if (typeof alg !== 'string' || !isTextOrAbsent(kid) || !isTextOrAbsent(typ)) return undefined
  return {
    compact,
    algorithm: alg,
    ...(kid === undefined ? {} : { keyId: kid }),
    ...typeOf(typ),
    hasCritical: header.crit !== undefined,
    claims,
  }
}
