import { hash } from 'node:crypto'
import { isSigned } from '../../core/provider/profile-terms.ts'
import type { RelyingParty } from '../../core/provider/relying-party.ts'
import { isPushed, requestAlgorithm, whyNotAsked } from '../../core/provider/request-terms.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Awaitable } from '../../core/time/awaitable.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { requireEndpoint } from '../provider/metadata.ts'
import type { Providers } from '../provider/providers.ts'
import {
  type AskedOtherwise,
  authorizationParameters,
  createAuthorizationUrl,
  withParameters,
} from './authorization-request.ts'
import { contextRequestOf } from './context-request.ts'
import { createSignRequest } from './request-object.ts'

/** What somebody else asks for, and their code challenge: S256 (RFC 7636). */
type ForAnother = AskedOtherwise & { readonly codeChallenge: string }

/** Where a browser is sent to sign in. */
export type AskLogin = (
  ...asked: [...Parameters<RelyingParty['authorizationUrl']>, otherwise?: ForAnother]
) => Promise<string>

/** A login as it is asked for. */
export interface AskedLogin {
  /** Made anew for each try: a provider takes a request object once (RFC 9101 section 10.8). */
  readonly parameters: () => Awaitable<URLSearchParams>
  readonly redirectUri: string
  /** The parameters among them whose values come from the original request. */
  readonly forwarded: readonly string[]
}

/**
 * Hands an authorization request to the provider itself (RFC 9126). The `request_uri` that stands
 * for it from then on, once and for a short while.
 * @throws Fault `provider_unreachable`, or `provider_misconfigured` with what mends a refusal.
 */
export type PushRequest = (client: Client, asked: AskedLogin, budget: Budget) => Promise<string>

/**
 * Where a browser is sent to sign in: with the parameters, with a request object in their place, or
 * with a reference to what the provider has been handed, as client and provider have it. Only the
 * last takes a call.
 */
export const createAskLogin = (deps: {
  readonly providers: Providers
  readonly clock: Clock
  readonly push: PushRequest
}): AskLogin => {
  const { providers, push } = deps
  const authorizationUrl = createAuthorizationUrl()
  const sign = createSignRequest(deps)

  return async (client, login, forwarded, budget, otherwise) => {
    const { asking, provider } = client
    const metadata = await providers.of(provider).metadata.get(budget)
    const { requests } = metadata
    const endpoint = requireEndpoint(provider, metadata, 'authorization')
    const why = whyNotAsked(asking, requests)
    if (why !== undefined) throw new Fault('provider_misconfigured', `${client.name}: ${why}.`)
    const challenge = otherwise?.codeChallenge ?? hash('sha256', login.codeVerifier, 'base64url')
    const contexts = contextRequestOf(login, metadata)
    const parts = [client, contexts.login, challenge, forwarded, contexts.isEssential] as const
    const algorithm = isSigned(asking, requests) ? requestAlgorithm(asking, requests) : undefined
    const pushes = isPushed(asking, requests)
    if (algorithm === undefined && !pushes && otherwise === undefined) {
      return authorizationUrl(endpoint, ...parts)
    }
    const plain = authorizationParameters(...parts, otherwise)
    const parameters = () =>
      algorithm === undefined ? plain : sign(client, plain, algorithm, budget)
    if (!pushes) return withParameters(endpoint, await parameters())
    const sentAlong = Object.keys(forwarded).filter((name) => plain.get(name) === forwarded[name])
    const asked = { parameters, redirectUri: login.redirectUri, forwarded: sentAlong }
    const requestUri = await push(client, asked, budget)
    const reference = { client_id: client.clientId, request_uri: requestUri }
    return withParameters(endpoint, new URLSearchParams(reference))
  }
}
