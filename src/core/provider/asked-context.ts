import type { Client } from '../registration/client.ts'

/** What an authorization request asks of the authentication, and the ID token has to answer. */
export interface AskedContext {
  /** `max_age` (OpenID Connect Core 1.0 section 3.1.2.1): decimal digits. */
  readonly maxAge?: string
  /** `acr_values`: separated by spaces. */
  readonly acrValues?: string
}

const MAX_ACR_LENGTH = 512

/** Whether a `max_age` is whole seconds that a provider can read. */
export const isMaxAge = (text: string): boolean => /^[0-9]{1,9}$/.test(text)

/** Whether a parameter of the original request can be passed on: what cannot be checked is not. */
export const isForwardable = (name: string, value: string): boolean => {
  if (name === 'max_age') return isMaxAge(value)
  return name !== 'acr_values' || value.length <= MAX_ACR_LENGTH
}

/** What the parameters of a request ask; nothing for most. */
export const askedContextIn = (parameters: Readonly<Record<string, string>>): AskedContext => ({
  ...(parameters.max_age === undefined ? {} : { maxAge: parameters.max_age }),
  ...(parameters.acr_values === undefined ? {} : { acrValues: parameters.acr_values }),
})

/** What a login asked: the client wins over what the original request forwarded. */
export const askedContextOf = (
  client: Pick<Client, 'authorizationParameters'>,
  forwarded: AskedContext | undefined,
): AskedContext => ({ ...forwarded, ...askedContextIn(client.authorizationParameters) })
