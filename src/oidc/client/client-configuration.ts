import type { ClientAuth, Configuration, CustomFetch } from 'openid-client'
import { Fault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import { signersFor } from '../../core/registration/signers.ts'
import type { Awaitable } from '../../core/time/awaitable.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { Answer, OutboundRequest } from '../../outbound/outbound-fetch.ts'
import type { OwnKey } from '../binding/own-key.ts'
import { callProven } from '../binding/proven-call.ts'
import { admittedAlgorithms } from '../provider/algorithms.ts'
import { endpointsFor } from '../provider/endpoints.ts'
import { type ProviderMetadata, requireEndpoint } from '../provider/metadata.ts'
import { certificateOf } from '../provider/own-ways.ts'
import type { Providers } from '../provider/providers.ts'
import { skewOf } from '../token/access-token-claims.ts'
import {
  audienceOf,
  byAssertion,
  byManagedKey,
  createClientAuthentication,
} from './client-authentication.ts'

/** Whom a provider is asked as: a client that is registered here, or one that a caller is. */
export type AskingClient = Pick<
  Client,
  'name' | 'provider' | 'clientId' | 'authentication' | 'bindingCertificate'
> &
  Partial<Pick<Client, 'asking' | 'senderConstrained'>>

/** What the library is to see of a provider's answer to what was sent. */
export type Reading = (answer: Answer, sent: URLSearchParams) => Awaitable<Response>

/**
 * What is special about a call: `accept` in the place of the library's, who can cause it, and the
 * key that it is to be proven by; what then ends for want of a nonce is for `withNonce`.
 */
type Special = { readonly accept?: string; readonly key?: OwnKey | undefined } & Pick<
  OutboundRequest,
  'isAnonymous'
>

/** openid-client, set up for one client and one call. */
export type ConfigureClient = (
  client: AskingClient,
  read: Reading,
  budget: Budget,
  special?: Special,
) => Promise<Configuration>

/** The fault in what the library threw: it wraps what the way out threw. */
export const faultIn = (thrown: unknown): Fault | undefined => {
  if (thrown instanceof Fault) return thrown
  return thrown instanceof Error ? faultIn(thrown.cause) : undefined
}

/** Loaded at the first login: nothing before it needs the library. */
const library = () => import('openid-client')

type Library = Awaited<ReturnType<typeof library>>

/** The library asks the machine for the time; told the difference, it lives by our clock. */
const clockOptions = (
  { clockSkew, clockTolerance }: Library,
  client: AskingClient,
  clock: Clock,
) => ({
  [clockSkew]: Math.round((clock.nowMs() - Date.now()) / 1000),
  [clockTolerance]: skewOf(client.provider) / 1000,
})

/** The library hands on what is in the query of the endpoint, and the browser carries that. */
const withoutQuery = (endpoint: string): string => {
  const url = new URL(endpoint)
  url.search = ''
  return url.href
}

const serverOf = (client: AskingClient, metadata: ProviderMetadata) => {
  const { provider } = client
  const required = requireEndpoint(provider, metadata, 'token')
  const endpoints = endpointsFor(metadata, certificateOf(client) !== undefined)
  const { authorization } = metadata.endpoints
  const { token = required, pushedAuthorizationRequest, revocation, introspection } = endpoints
  const { token: methods, revocation: revocationMethods } = metadata.authenticationMethods
  return {
    issuer: provider.issuer,
    token_endpoint: token,
    ...(authorization === undefined ? {} : { authorization_endpoint: withoutQuery(authorization) }),
    ...(pushedAuthorizationRequest === undefined
      ? {}
      : { pushed_authorization_request_endpoint: pushedAuthorizationRequest }),
    ...(revocation === undefined ? {} : { revocation_endpoint: revocation }),
    ...(introspection === undefined ? {} : { introspection_endpoint: introspection }),
    ...(methods === undefined ? {} : { token_endpoint_auth_methods_supported: [...methods] }),
    ...(revocationMethods === undefined
      ? {}
      : { revocation_endpoint_auth_methods_supported: [...revocationMethods] }),
    authorization_response_iss_parameter_supported:
      (metadata.sendsIssuer || client.asking?.profile !== undefined) &&
      provider.tenants === undefined,
    id_token_signing_alg_values_supported: [...admittedAlgorithms(signersFor(client))],
  }
}

/**
 * Configurations whose calls go over the provider's own way out, with the client's own
 * authentication. No configuration is discovered by the library, and no call outlives its budget.
 */
export const createConfigureClient = (deps: {
  readonly providers: Providers
  readonly clock: Clock
}): ConfigureClient => {
  const { providers, clock } = deps
  const authentications = new WeakMap<AskingClient, Promise<ClientAuth>>()

  const authenticationOf = async (
    client: AskingClient,
    server: ReturnType<typeof serverOf>,
    budget: Budget,
  ): Promise<ClientAuth> => {
    const { name, authentication } = client
    if (authentication.method === 'service_account_token') {
      const { assertionAudience, method: _, ...account } = authentication
      const audience = audienceOf(assertionAudience, server)
      const wanted = { client: name, audience, ...account }
      return byAssertion(await providers.tokenOfServiceAccount(wanted, budget))
    }
    if ('rotationMs' in authentication) {
      return byManagedKey(authentication, await providers.keyOfClient(name, budget))
    }
    const known = authentications.get(client)
    if (known !== undefined) return known
    const made = createClientAuthentication(client, authentication)
    authentications.set(client, made)
    made.catch(() => authentications.delete(client))
    return made
  }

  const fetchFor =
    (client: AskingClient, read: Reading, budget: Budget, special: Special): CustomFetch =>
    async (url, { headers: said, body }) => {
      const { provider } = client
      const { fetchFor: way, nonces } = providers.of(provider)
      const { call } = way(client, special.isAnonymous)
      const { signal } = budget
      const sent = String(body)
      const { accept, key, ...who } = special
      const headers = accept === undefined ? said : { ...said, accept }
      const request = { method: 'POST', url, headers, body: sent, signal, ...who } as const
      const answer =
        key === undefined
          ? await call(request)
          : await callProven({ provider, call, nonces, clock }, key, request)
      return read(answer, new URLSearchParams(sent))
    }

  return async (client, read, budget, special = {}) => {
    const metadata = await providers.of(client.provider).metadata.get(budget)
    const server = serverOf(client, metadata)
    const authentication = await authenticationOf(client, server, budget)
    const openid = await library()
    const options = clockOptions(openid, client, clock)
    const configuration = new openid.Configuration(server, client.clientId, options, authentication)
    configuration[openid.customFetch] = fetchFor(client, read, budget, special)
    configuration.timeout = 0
    // The way out itself decides whether http is permitted.
    openid.allowInsecureRequests(configuration)
    return configuration
  }
}
