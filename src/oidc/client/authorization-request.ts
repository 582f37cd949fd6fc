import type { LoginState } from '../../core/provider/login-state.ts'
import type { Client } from '../../core/registration/client.ts'
import { scopesToRequest } from '../token/scopes.ts'

/**
 * What makes an authorization request ours; neither configuration nor a forwarded parameter may say
 * anything else.
 */
const PROTECTED: ReadonlySet<string> = new Set([
  'response_type',
  'response_mode',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'resource',
  'request',
  'request_uri',
])

const setFree = (
  parameters: URLSearchParams,
  values: Readonly<Record<string, string>>,
): undefined => {
  for (const [name, value] of Object.entries(values)) {
    if (!PROTECTED.has(name.toLowerCase())) parameters.set(name, value)
  }
}

/**
 * The parameters of an authorization request: code, PKCE S256, `state` and `nonce` (R16). What the
 * end-user's request forwards comes first, so that configuration wins over it, and the protocol
 * over both.
 */
export const authorizationParameters = (
  client: Client,
  login: LoginState,
  codeChallenge: string,
  forwarded: Readonly<Record<string, string>>,
): URLSearchParams => {
  const parameters = new URLSearchParams()
  setFree(parameters, forwarded)
  setFree(parameters, client.authorizationParameters)
  parameters.set('response_type', 'code')
  parameters.set('client_id', client.clientId)
  parameters.set('redirect_uri', login.redirectUri)
  parameters.set('scope', scopesToRequest(client).join(' '))
  parameters.set('state', login.state)
  parameters.set('nonce', login.nonce)
  parameters.set('code_challenge', codeChallenge)
  parameters.set('code_challenge_method', 'S256')
  for (const resource of client.resources) parameters.append('resource', resource)
  return parameters
}

/**
 * A URL with these parameters in its query, in place of those of the same name that it has; the
 * rest of it in the form of the URL Standard.
 */
export const withParameters = (endpoint: string, parameters: URLSearchParams): string => {
  const url = new URL(endpoint)
  for (const name of new Set(parameters.keys())) url.searchParams.delete(name)
  for (const [name, value] of parameters) url.searchParams.append(name, value)
  return url.href
}

/** The URL of an authorization request; see `authorizationParameters` for what is in it. */
export type AuthorizationUrl = (
  endpoint: string,
  client: Client,
  login: LoginState,
  codeChallenge: string,
  forwarded: Readonly<Record<string, string>>,
) => string

/** What an attempt brings, in the order in which the URL has it. */
type OfAttempt = readonly [redirectUri: string, state: string, nonce: string, challenge: string]

/** Stand in the places of what an attempt brings; a URL that has one elsewhere has no template. */
const PLACES: OfAttempt = ['place-0.of', 'place-1.of', 'place-2.of', 'place-3.of']

/** The text between the places, one piece more than there are places. */
type Template = readonly string[]

const templateOf = (url: string): Template | undefined => {
  const pieces = url.split(/place-[0-3]\.of/)
  const places = url.match(/place-[0-3]\.of/g) ?? []
  const isInOrder = places.length === PLACES.length && PLACES.every((p, nth) => p === places[nth])
  return isInOrder ? pieces : undefined
}

const PLAIN = /^[A-Za-z0-9*._-]*$/

/** A value as `application/x-www-form-urlencoded` has it (URL Standard section 5.2). */
const encoded = (value: string): string =>
  PLAIN.test(value) ? value : `${new URLSearchParams([['', value]])}`.slice(1)

const filled = (template: Template, values: OfAttempt): string =>
  template.reduce((url, piece, nth) => `${url}${encoded(values[nth - 1] ?? '')}${piece}`)

interface Kept {
  readonly endpoint: string
  readonly template: Template | undefined
}

/**
 * Makes the URLs of authorization requests. All but what the attempt brings is made once for each
 * compiled client, and again when the endpoint is another; what a request forwards makes a URL of
 * its own.
 */
export const createAuthorizationUrl = (): AuthorizationUrl => {
  const kept = new WeakMap<Client, Kept>()

  const templateFor = (endpoint: string, client: Client, login: LoginState): Kept => {
    const known = kept.get(client)
    if (known?.endpoint === endpoint) return known
    const [redirectUri, state, nonce, challenge] = PLACES
    const inPlaces: LoginState = { ...login, redirectUri, state, nonce }
    const parameters = authorizationParameters(client, inPlaces, challenge, {})
    const made = { endpoint, template: templateOf(withParameters(endpoint, parameters)) }
    kept.set(client, made)
    return made
  }

  return (endpoint, client, login, codeChallenge, forwarded) => {
    const isOwn = Object.keys(forwarded).length === 0
    const template = isOwn ? templateFor(endpoint, client, login).template : undefined
    if (template === undefined) {
      return withParameters(
        endpoint,
        authorizationParameters(client, login, codeChallenge, forwarded),
      )
    }
    return filled(template, [login.redirectUri, login.state, login.nonce, codeChallenge])
  }
}
