import type { Claims, Json } from '../../core/identity/identity.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Provider } from '../../core/registration/provider.ts'
import { parseJsonObject } from '../../outbound/json.ts'
import type { Answer } from '../../outbound/outbound-fetch.ts'
import { plainText } from './authorization-response.ts'
import { namedBody } from './refusal.ts'

/** Whoever says more says "never": a century in seconds. */
const MAX_SECONDS = 100 * 365.25 * 24 * 3_600

const isAbsent = (value: Json | undefined): boolean =>
  value === undefined || value === null || value === ''

/**
 * `expires_in` if it says something, as a number or as text. Providers send 0, negative numbers and
 * empty text for "not known" or "never".
 */
const lifetimeIn = ({ expires_in: given }: Claims): { readonly expires_in?: number } => {
  const seconds = typeof given === 'number' || typeof given === 'string' ? Number(given) : 0
  return seconds > 0 && seconds <= MAX_SECONDS ? { expires_in: seconds } : {}
}

/** `scope` as text or as a list. Anything else grants nothing. */
const scopeIn = ({ scope }: Claims): { readonly scope?: string } => {
  if (scope === undefined || scope === null) return {}
  if (typeof scope === 'string') return { scope }
  if (!Array.isArray(scope)) return { scope: '' }
  return { scope: scope.filter((one) => typeof one === 'string').join(' ') }
}

const refreshTokenIn = ({ refresh_token: token }: Claims): { readonly refresh_token?: string } =>
  typeof token === 'string' && token !== '' ? { refresh_token: token } : {}

const idTokenIn = ({ id_token: token }: Claims): { readonly id_token?: Json } =>
  isAbsent(token) || token === undefined ? {} : { id_token: token }

/** The name of a JSON type, for sentences that may not show the value. */
const typeOf = (value: Json): string => {
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** What an access token is made of, and a header can carry (RFC 6749 appendix A.12). */
const VISIBLE = /^[\x20-\x7e]+$/

/** How a token is used (RFC 6749 section 7.1, RFC 9449 section 5). */
export type TokenType = 'Bearer' | 'DPoP'

const isOfType = (type: Json | undefined, expected: TokenType): boolean =>
  isAbsent(type) ? expected === 'Bearer' : String(type).toLowerCase() === expected.toLowerCase()

/**
 * Why an answer is a downgrade where a token was to be bound to a key, as a sentence; `undefined`
 * for one that is none, or has no token.
 */
export const whyDowngraded = ({ text }: Answer, { name }: Provider): string | undefined => {
  const { access_token: token, token_type: type } = parseJsonObject(text) ?? {}
  if (isAbsent(token) || isOfType(type, 'DPoP')) return undefined
  const came = isAbsent(type) ? 'absent' : `"${plainText(String(type))}"`
  return `${name}: the token_type of its token answer is ${came}, and has to be DPoP, as \`senderConstrained\` of the client says: a token that anybody could use is not taken. Have the provider bind the tokens of this client to keys.`
}

const complaintAbout = (document: Claims, expected: TokenType): string | undefined => {
  const { access_token: accessToken, token_type: type, id_token: idToken } = document
  if (isAbsent(accessToken)) {
    const why = isAbsent(idToken)
      ? 'check `endpoints.token` of the IdentityProvider'
      : 'some providers issue one only where a scope of an API is asked for: add that scope to `scopes` of the OIDCClient'
    return `its token answer has no access_token; ${why}`
  }
  if (typeof accessToken !== 'string') {
    return `the access_token of its token answer is ${typeOf(accessToken ?? null)}, and has to be text`
  }
  if (!VISIBLE.test(accessToken)) {
    return 'the access_token of its token answer has characters that no access token has, so that no header could carry it'
  }
  if (!isOfType(type, expected)) {
    const mend =
      String(type).toLowerCase() === 'dpop'
        ? ': it binds tokens to keys, so set `senderConstrained: DPoP` of the OIDCClient'
        : ''
    return `the token_type of its token answer is "${plainText(String(type))}", and has to be ${expected}${mend}`
  }
  if (isAbsent(idToken) || typeof idToken === 'string') return undefined
  return `the id_token of its token answer is ${typeOf(idToken ?? null)}, and has to be text`
}

/**
 * A successful token answer (RFC 6749 section 5.1) as the library can take it. What is written
 * otherwise and means the same is taken; the one thing that is missing is named.
 * @throws Fault `provider_misconfigured` for an answer that has no usable tokens.
 */
export const tidyTokenAnswer = (
  answer: Answer,
  { name }: Provider,
  expected: TokenType = 'Bearer',
): Claims => {
  const document = parseJsonObject(answer.text)
  const complaint =
    document === undefined
      ? `its token endpoint answered with ${namedBody(answer)}; check \`endpoints.token\` of the IdentityProvider`
      : complaintAbout(document, expected)
  if (document === undefined || complaint !== undefined) {
    throw new Fault('provider_misconfigured', `${name}: ${complaint}.`)
  }
  return {
    access_token: document.access_token ?? null,
    token_type: 'bearer',
    ...lifetimeIn(document),
    ...scopeIn(document),
    ...refreshTokenIn(document),
    ...idTokenIn(document),
  }
}
