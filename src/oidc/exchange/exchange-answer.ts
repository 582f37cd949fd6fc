import type { Claims } from '../../core/identity/identity.ts'
import type { Exchange } from '../../core/policy/upstream.ts'
import { parseJsonObject } from '../../outbound/json.ts'
import type { Answer } from '../../outbound/outbound-fetch.ts'
import { plainText } from '../client/authorization-response.ts'
import { namedBody } from '../client/refusal.ts'
import { isEncrypted } from '../token/encrypted-token.ts'
import { readJwt, type UnverifiedJwt } from '../token/jwt.ts'
import { TOKEN_TYPES } from './exchange-request.ts'

/** A token that was issued for another, as far as the answer itself tells. Nothing is verified. */
export interface IssuedToken {
  readonly token: string
  /** What has to be verified of it; absent: nobody here can read it, and the rule takes that. */
  readonly jwt?: UnverifiedJwt
  /** How long it lasts, by the answer; absent where that does not say. */
  readonly lifetimeMs?: number
}

/** An answer as it may be used, or why it may not, as a part of a sentence. */
export type ReadAnswer =
  | { readonly kind: 'issued'; readonly issued: IssuedToken }
  | { readonly kind: 'unusable'; readonly why: string }

/** No gateway takes a header that is longer. */
export const MAX_TOKEN_LENGTH = 32 * 1024

/** What a header can carry behind `Bearer` (RFC 6750 section 2.1). */
const TOKEN68 = /^[A-Za-z0-9\-._~+/]+=*$/

/** A year: whoever says more says nothing. */
const MAX_SECONDS = 366 * 24 * 3_600

const unusable = (why: string): ReadAnswer => ({ kind: 'unusable', why })

const shown = (value: unknown): string =>
  typeof value === 'string' ? `"${plainText(value)}"` : 'no text'

const complaintAboutTypes = (
  { token_type: type, issued_token_type: issued }: Claims,
  expected: Exchange,
): string | undefined => {
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') {
    return `its token_type is ${shown(type)}, and has to be Bearer: the upstream could not be sent such a token`
  }
  if (issued !== TOKEN_TYPES.access_token && issued !== TOKEN_TYPES.jwt) {
    return `its issued_token_type is ${shown(issued)}, and has to be ${TOKEN_TYPES.access_token}, or that of a JWT`
  }
  if (expected.requestedTokenType === 'jwt' && issued !== TOKEN_TYPES.jwt) {
    return `its issued_token_type is ${shown(issued)}, and ${TOKEN_TYPES.jwt} was asked for`
  }
  return undefined
}

const complaintAboutToken = (token: unknown): string | undefined => {
  if (typeof token !== 'string' || token === '') return 'it has no access_token'
  if (token.length > MAX_TOKEN_LENGTH) {
    return `its access_token is ${token.length} bytes long, and no more than ${MAX_TOKEN_LENGTH} are taken`
  }
  return TOKEN68.test(token)
    ? undefined
    : 'its access_token has characters that no token in a header has'
}

const lifetimeIn = ({ expires_in: given }: Claims): Pick<IssuedToken, 'lifetimeMs'> => {
  const seconds = typeof given === 'number' || typeof given === 'string' ? Number(given) : 0
  return seconds > 0 && seconds <= MAX_SECONDS ? { lifetimeMs: Math.floor(seconds * 1_000) } : {}
}

const ACCEPT = 'set `upstream.exchange.opaque` to Accept'

/**
 * Why a token that nobody here can read is not taken. One that is encrypted is a JWT (RFC 7519
 * section 3), for the upstream to open.
 */
const complaintAboutUnread = (
  token: string,
  { issued_token_type: issued }: Claims,
  { takesOpaque }: Exchange,
): string | undefined => {
  const isClosed = isEncrypted(token)
  if (takesOpaque) {
    return isClosed || issued !== TOKEN_TYPES.jwt
      ? undefined
      : 'its access_token is no JWT, as issued_token_type says'
  }
  return isClosed
    ? `its access_token is encrypted, so that nobody here can tell whom it is of and for: have the provider sign tokens for this upstream and not encrypt them, or ${ACCEPT}`
    : `its access_token is no JWT, so that nobody here can tell whom it is of and for: have the provider issue JWTs, or ${ACCEPT}`
}

/**
 * Reads what a token endpoint answered instead of a refusal (RFC 8693 section 2.2.1). Every member
 * that is required is looked at: what is not said is not guessed. A refresh token is not looked at,
 * and so never used.
 */
export const readExchangeAnswer = (answer: Answer, expected: Exchange): ReadAnswer => {
  const document = parseJsonObject(answer.text)
  if (document === undefined) return unusable(`it is ${namedBody(answer)}`)
  const complaint =
    complaintAboutToken(document.access_token) ?? complaintAboutTypes(document, expected)
  if (complaint !== undefined) return unusable(complaint)
  const token = String(document.access_token)
  const jwt = readJwt(token)
  const unread = jwt === undefined ? complaintAboutUnread(token, document, expected) : undefined
  if (unread !== undefined) return unusable(unread)
  const issued = { token, ...(jwt === undefined ? {} : { jwt }), ...lifetimeIn(document) }
  return { kind: 'issued', issued }
}
