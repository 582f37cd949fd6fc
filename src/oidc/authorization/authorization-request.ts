import type { AskedAuthentication } from '../../core/identity/asked-authentication.ts'
import type { LoginState } from '../../core/provider/login-state.ts'
import type { Client } from '../../core/registration/client.ts'
import { signsMessages } from '../../core/registration/profile.ts'
import { parseJsonObject } from '../../outbound/json.ts'
import { type OwnKey, ownKeyOf } from '../binding/own-key.ts'
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

/** `claims` that ask for one of these as well; `undefined`: the former are no object. */
const claimsFor = (former: string | null, values: readonly string[]): string | undefined => {
  const claims = former === null ? {} : parseJsonObject(former)
  if (claims === undefined) return undefined
  const { id_token: own } = claims
  const others = typeof own === 'object' && own !== null && !Array.isArray(own) ? own : {}
  return JSON.stringify({ ...claims, id_token: { ...others, acr: { essential: true, values } } })
}

/**
 * Asks for contexts in place of any that are asked for: as an essential claim where the provider
 * takes that, and else by `acr_values`; what both would mean together is nobody's to say (OpenID
 * Connect Core 1.0 section 5.5.1.1).
 */
const askContexts = (
  parameters: URLSearchParams,
  values: readonly string[],
  takesClaimsParameter: boolean,
): void => {
  const claims = takesClaimsParameter ? claimsFor(parameters.get('claims'), values) : undefined
  if (claims === undefined) parameters.set('acr_values', values.join(' '))
  else {
    parameters.set('claims', claims)
    parameters.delete('acr_values')
  }
}

/** Asks for what raises a session; of two ages the stricter counts. */
const askMore = (
  parameters: URLSearchParams,
  { acrValues, maxAgeMs }: AskedAuthentication,
  takesClaimsParameter: boolean,
): void => {
  if (acrValues !== undefined) askContexts(parameters, acrValues, takesClaimsParameter)
  if (maxAgeMs === undefined) return
  const former = parameters.get('max_age')
  const seconds = Math.floor(maxAgeMs / 1_000)
  const least = former === null ? seconds : Math.min(seconds, Number(former))
  parameters.set('max_age', String(least))
}

/** A profile that wants signed answers calls the mode of a code's by its short name. */
const modeToAsk = ({ responseMode, profile }: Client['asking']): string | undefined => {
  if (responseMode === 'query') return undefined
  return signsMessages(profile) && responseMode === 'query.jwt' ? 'jwt' : responseMode
}

/** The code is bound to the key as well (RFC 9449 section 10), whoever gets hold of it. */
const keyOf = (
  { senderConstrained }: Client,
  { proofKey }: LoginState,
): Pick<OwnKey, 'jkt'> | undefined =>
  senderConstrained === 'DPoP' && proofKey !== undefined ? ownKeyOf(proofKey) : undefined

/** What somebody else asks for, in the place of what client and login say. */
export interface AskedOtherwise {
  /** As they are: without `openid` there is no ID token. */
  readonly scopes: readonly string[]
  readonly resources: readonly string[]
}

/** Nobody would hold the nonce of another's request against an ID token, so that none is sent. */
const setAsked = (
  parameters: URLSearchParams,
  client: Client,
  { state, nonce }: LoginState,
  otherwise: AskedOtherwise | undefined,
): void => {
  const scopes = otherwise?.scopes ?? scopesToRequest(client)
  if (scopes.length > 0) parameters.set('scope', scopes.join(' '))
  parameters.set('state', state)
  if (otherwise === undefined) parameters.set('nonce', nonce)
}

/**
 * The parameters of an authorization request: code, PKCE S256, `state` and `nonce` (R16). What the
 * end-user's request forwards comes first, so that configuration wins over it, and the protocol
 * over both. What raises a session is asked for on top of that: as a claim, where the provider
 * takes the `claims` parameter.
 */
export const authorizationParameters = (
  client: Client,
  login: LoginState,
  codeChallenge: string,
  forwarded: Readonly<Record<string, string>>,
  takesClaimsParameter = false,
  otherwise?: AskedOtherwise,
): URLSearchParams => {
  const parameters = new URLSearchParams()
  setFree(parameters, forwarded)
  setFree(parameters, client.authorizationParameters)
  if (login.stepUp !== undefined) askMore(parameters, login.stepUp, takesClaimsParameter)
  parameters.set('response_type', 'code')
  const mode = modeToAsk(client.asking)
  if (mode !== undefined) parameters.set('response_mode', mode)
  parameters.set('client_id', client.clientId)
  parameters.set('redirect_uri', login.redirectUri)
  setAsked(parameters, client, login, otherwise)
  parameters.set('code_challenge', codeChallenge)
  parameters.set('code_challenge_method', 'S256')
  const key = keyOf(client, login)
  if (key !== undefined) parameters.set('dpop_jkt', key.jkt)
  const { resources } = otherwise ?? client
  for (const resource of resources) parameters.append('resource', resource)
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
  takesClaimsParameter?: boolean,
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
 * compiled client, and again when the endpoint is another; what a request forwards, or what raises
 * a session, makes a URL of its own.
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

  return (endpoint, client, login, codeChallenge, forwarded, takesClaimsParameter) => {
    const isPlain = login.stepUp === undefined && login.proofKey === undefined
    const isOwn = Object.keys(forwarded).length === 0 && isPlain
    const template = isOwn ? templateFor(endpoint, client, login).template : undefined
    if (template === undefined) {
      return withParameters(
        endpoint,
        authorizationParameters(client, login, codeChallenge, forwarded, takesClaimsParameter),
      )
    }
    return filled(template, [login.redirectUri, login.state, login.nonce, codeChallenge])
  }
}
