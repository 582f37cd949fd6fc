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

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Those that a provider can do nothing with unless they are of a form. */
const FORMS: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ['max_age', isMaxAge],
  ['acr_values', ({ length }) => length <= MAX_ACR_LENGTH],
  [
    'claims',
    (value) => {
      const json = jsonIn(value)
      return typeof json === 'object' && json !== null && !Array.isArray(json)
    },
  ],
  ['authorization_details', (value) => Array.isArray(jsonIn(value))],
])

/**
 * Whether a parameter of the original request can be passed on: what cannot be checked is not, nor
 * is what has to be JSON and is not (OpenID Connect Core 1.0 section 5.5, RFC 9396 section 2).
 */
export const isForwardable = (name: string, value: string): boolean =>
  FORMS.get(name)?.(value) ?? true

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
