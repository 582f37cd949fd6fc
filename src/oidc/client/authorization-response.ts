import type { LoginState } from '../../core/provider/login-state.ts'
import type { CodeOutcome } from '../../core/provider/relying-party.ts'
import type { Reason } from '../../core/reason/reason.ts'
import type { Provider } from '../../core/registration/provider.ts'
import { issuerDifference } from '../provider/issuer.ts'
import { mayBeIssuer } from '../token/issuers.ts'

/** A login that ends without tokens. */
export type RefusedLogin = Extract<CodeOutcome, { kind: 'refused' }>

/** Makes a refusal; the sentence goes to the log alone. */
export const refuseLogin = (reason: Reason, detail: string): RefusedLogin => ({
  kind: 'refused',
  reason,
  detail,
})

const MAX_DETAIL = 200

/**
 * Text of somebody else for our log: printable ASCII, no markup, bounded (RFC 6749 section
 * 4.1.2.1).
 */
export const plainText = (text: string): string =>
  text.slice(0, MAX_DETAIL).replace(/[^\x20-\x7e]|[<>&"'\\`]/g, '?')

const malformed = (detail: string): RefusedLogin => refuseLogin('malformed_callback', detail)

const checkShape = (query: URLSearchParams): RefusedLogin | undefined => {
  const names = [...query.keys()]
  if (new Set(names).size < names.length)
    return malformed('A parameter of the callback is repeated.')
  const isOther = ['response', 'id_token', 'access_token'].some((name) => query.has(name))
  if (isOther) return malformed('The callback answers another kind of request.')
  const isOne = Boolean(query.get('code')) !== Boolean(query.get('error'))
  return isOne ? undefined : malformed('The callback has neither code nor error, or both.')
}

/**
 * RFC 9207 section 2.4: a wrong `iss` is refused always, a missing one if the provider said it
 * sends it.
 */
const checkIssuer = (
  query: URLSearchParams,
  provider: Provider,
  sendsIssuer: boolean,
): RefusedLogin | undefined => {
  const issuer = query.get('iss')
  if (issuer === null) {
    if (!sendsIssuer) return undefined
    return refuseLogin('id_token_invalid', 'The callback lacks the iss parameter.')
  }
  if (mayBeIssuer(provider, issuer)) return undefined
  const difference = issuerDifference(provider.issuer, issuer)
  return refuseLogin('id_token_invalid', `The iss parameter of the callback ${difference}.`)
}

const checkError = (query: URLSearchParams): RefusedLogin | undefined => {
  const error = query.get('error')
  if (error === null) return undefined
  const description = query.get('error_description')
  const detail = description === null ? error : `${error}: ${description}`
  return refuseLogin('provider_error', `The provider answered ${plainText(detail)}`)
}

/** Everything about a callback that can be refused before its code is sent anywhere (R17, R20). */
export const checkCallback = (
  query: URLSearchParams,
  login: LoginState,
  provider: Provider,
  sendsIssuer: boolean,
): RefusedLogin | undefined => {
  const refused = checkShape(query) ?? checkIssuer(query, provider, sendsIssuer)
  if (refused !== undefined) return refused
  if (query.get('state') !== login.state) {
    return refuseLogin('state_mismatch', 'The state parameter belongs to another login.')
  }
  return checkError(query)
}
