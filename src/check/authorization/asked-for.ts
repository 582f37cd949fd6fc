import type { Policy } from '../../core/policy/policy.ts'
import { type ProtectedResource, resourceUrlOf } from '../../core/policy/protected-resource.ts'
import type { AuthorizationServer } from '../../core/registration/authorization-server.ts'
import { repeatedIn } from '../../core/request/query.ts'
import type { Request } from '../../core/request/request.ts'
import { type OAuthError, quoted } from './answers.ts'

/** What a client may ask for by its query, read. */
export interface AskedFor {
  readonly codeChallenge: string
  readonly resource: ProtectedResource
  /** What the person agrees to, whatever the host has besides. */
  readonly resourceUrl: string
  readonly scopes: readonly string[]
  readonly prompt?: string
}

type Here = {
  readonly request: Pick<Request, 'authority'>
  readonly policy: Pick<Policy, 'resources'>
  readonly server: Pick<AuthorizationServer, 'client'>
}

const error = (name: string, description: string): OAuthError => ({ error: name, description })

/** SHA-256 in base64url (RFC 7636 section 4.2). */
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/

const MAX_SCOPE = 1_024

const listOf = ({ policy }: Pick<Here, 'policy'>): readonly ProtectedResource[] =>
  policy.resources?.list ?? []

/**
 * The resource of this host that a parameter names (RFC 8707), with or without a slash at its end;
 * without one, that with the shortest path. `undefined`: there is no such.
 */
export const resourceNamed = (
  { request, policy }: Pick<Here, 'request' | 'policy'>,
  named: string | null,
): ProtectedResource | undefined => {
  const all = listOf({ policy })
  if (named === null) return all.at(-1)
  const plain = named.endsWith('/') ? named.slice(0, -1) : named
  return all.find((one) => resourceUrlOf(request.authority, one) === plain)
}

const whyUnsupported = (query: URLSearchParams): OAuthError | undefined => {
  if (query.has('request')) {
    return error('request_not_supported', 'Request objects are not taken: send the parameters.')
  }
  if (query.has('request_uri')) {
    return error('request_uri_not_supported', 'request_uri is not taken: send the parameters.')
  }
  if (query.get('response_type') !== 'code') {
    return error('unsupported_response_type', 'response_type has to be code.')
  }
  return (query.get('response_mode') ?? 'query') === 'query'
    ? undefined
    : error('invalid_request', 'response_mode has to be query, or absent.')
}

const whyNoChallenge = (query: URLSearchParams): OAuthError | undefined => {
  if (query.get('code_challenge_method') !== 'S256') {
    return error('invalid_request', 'code_challenge_method has to be S256 (RFC 7636).')
  }
  return CHALLENGE.test(query.get('code_challenge') ?? '')
    ? undefined
    : error('invalid_request', 'code_challenge has to be 43 characters of base64url (RFC 7636).')
}

const whyRepeated = (query: URLSearchParams): OAuthError | undefined => {
  const repeated = repeatedIn(query.keys())
  if (repeated === undefined) return undefined
  return repeated === 'resource'
    ? error('invalid_target', 'One token is for one resource: send the parameter resource once.')
    : error('invalid_request', `The parameter ${quoted(repeated)} is repeated.`)
}

/** What may be granted for a resource: what it lists, and what our client asks for. */
const grantable = ({ server }: Pick<Here, 'server'>, { scopes }: ProtectedResource) =>
  new Set([...scopes, ...server.client.scopes])

const scopesIn = (
  here: Here,
  resource: ProtectedResource,
  query: URLSearchParams,
): readonly string[] | OAuthError => {
  const text = query.get('scope') ?? ''
  if (text.length > MAX_SCOPE) return error('invalid_scope', 'The list of scopes is too long.')
  const wanted = [...new Set(text.split(' ').filter((one) => one !== ''))]
  if (wanted.length === 0) {
    return resource.scopes.length > 0 ? resource.scopes : here.server.client.scopes
  }
  const may = grantable(here, resource)
  const granted = wanted.filter((one) => may.has(one))
  return granted.length > 0
    ? granted
    : error('invalid_scope', `None of the scopes is granted here: ask for ${[...may].join(' ')}.`)
}

const PROMPTS: ReadonlySet<string> = new Set(['consent', 'login', 'select_account'])

/** What of `prompt` goes on to the provider; no person can be left unasked. */
const promptIn = (query: URLSearchParams): { readonly prompt?: string } | OAuthError => {
  const wanted = (query.get('prompt') ?? '').split(' ')
  if (wanted.includes('none')) {
    return error('consent_required', 'A person is asked each time, so that prompt cannot be none.')
  }
  const prompt = [...new Set(wanted)].filter((one) => PROMPTS.has(one)).join(' ')
  return prompt === '' ? {} : { prompt }
}

/** Reads what a client asks for, or says the first thing that is wrong with it. */
export const askedForIn = (here: Here, query: URLSearchParams): AskedFor | OAuthError => {
  const refused = whyRepeated(query) ?? whyUnsupported(query) ?? whyNoChallenge(query)
  if (refused !== undefined) return refused
  const named = query.get('resource')
  const resource = resourceNamed(here, named)
  if (resource === undefined) {
    const own = listOf(here).map((one) => resourceUrlOf(here.request.authority, one))
    const description = `${quoted(named ?? '')} is no resource of this host: ask for ${own.join(' or ')}.`
    return error('invalid_target', description)
  }
  const scopes = scopesIn(here, resource, query)
  if ('error' in scopes) return scopes
  const prompt = promptIn(query)
  if ('error' in prompt) return prompt
  return {
    codeChallenge: query.get('code_challenge') ?? '',
    resource,
    resourceUrl: resourceUrlOf(here.request.authority, resource),
    scopes,
    ...prompt,
  }
}
