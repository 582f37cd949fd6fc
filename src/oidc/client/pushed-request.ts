import type { Configuration } from 'openid-client'
import { Fault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Provider } from '../../core/registration/provider.ts'
import type { Clock } from '../../core/time/clock.ts'
import { parseJsonObject } from '../../outbound/json.ts'
import { ANOTHER_TRY, type Answer } from '../../outbound/outbound-fetch.ts'
import type { AskedLogin, PushRequest } from '../authorization/ask-login.ts'
import type { Providers } from '../provider/providers.ts'
import { createConfigureClient, faultIn } from './client-configuration.ts'
import {
  CLIENT_REFUSED,
  isAboutClient,
  isTransient,
  namedBody,
  type Refusal,
  refusalIn,
  whyClientRefused,
} from './refusal.ts'

/**
 * Anybody can begin logins. A provider that takes calls of those who have signed in is not to be
 * kept busy with more than these, whichever clients announce them.
 */
const MOST_AT_ONCE = 32

const ENDPOINT = 'pushed authorization request endpoint'

const FIELD = '`endpoints.pushedAuthorizationRequest` of the IdentityProvider'

/** What mends a refusal, by its error. */
const REMEDIES: Readonly<Record<string, (redirectUri: string) => string>> = {
  invalid_redirect_uri: (uri) => `register the redirect URI ${uri} there, to the letter`,
  invalid_request: (uri) =>
    `compare the redirect URI ${uri} with what is registered there, and \`authorizationRequest\` with what the provider takes`,
  invalid_request_object: () =>
    'register the public half of the key that `authentication.privateKeyRef` names, or the URL of the keys of `authentication.managedKey`, and the algorithm, for request objects',
  invalid_scope: () => 'check `scopes` of the OIDCClient',
  invalid_target: () => 'check `resources` of the OIDCClient',
  unauthorized_client: () => 'allow this client the response type code, and pushed requests',
  unsupported_response_type: () => 'allow this client the response type code',
}

/** What is sent along may be what is not taken, whatever the configuration says. */
const sentAlong = ({ forwarded }: AskedLogin): string =>
  forwarded.length === 0
    ? ''
    : `; it may also be that what \`forwardParameters\` lets through from the original request is not taken (here: ${forwarded.join(', ')})`

const refusedBy = (
  refusal: Refusal,
  client: Client,
  asked: AskedLogin,
  configuration: Configuration,
): Fault => {
  const { error, detail } = refusal
  const what = `${client.name}: the ${ENDPOINT} refused the login: ${detail}`
  if (isTransient(refusal)) return new Fault('provider_unreachable', `${what}.`)
  const listed = configuration.serverMetadata().token_endpoint_auth_methods_supported
  const mend = isAboutClient(refusal)
    ? whyClientRefused(client, listed)
    : error === undefined
      ? `check ${FIELD}`
      : REMEDIES[error]?.(asked.redirectUri)
  const along = isAboutClient(refusal) ? '' : sentAlong(asked)
  const message = `${what}${mend === undefined ? '' : `; ${mend}`}${along}.`
  const cause = isAboutClient(refusal) ? CLIENT_REFUSED : undefined
  return new Fault('provider_misconfigured', message, { cause })
}

/** Printable ASCII of a length that any URL has room for. */
const REQUEST_URI = /^[!-~]{1,2048}$/

const isOver = (lifetime: unknown): boolean =>
  (typeof lifetime === 'number' || typeof lifetime === 'string') && Number(lifetime) <= 0

/** Of a success (section 2.2), whatever else is in it. How long it lives is for the provider. */
const requestUriIn = (answer: Answer, { name }: Provider): string => {
  const document = parseJsonObject(answer.text)
  const uri = document?.request_uri
  const isUri = typeof uri === 'string' && REQUEST_URI.test(uri)
  if (isUri && !isOver(document?.expires_in)) return uri
  const complaint = isUri
    ? 'its request_uri has expired as it comes, by its expires_in'
    : document === undefined
      ? `it is ${namedBody(answer)}; check ${FIELD}`
      : 'its request_uri is absent, or no printable text of at most 2048 characters'
  const message = `${name}: the answer of its ${ENDPOINT} cannot be used: ${complaint}.`
  throw new Fault('provider_misconfigured', message)
}

/**
 * Pushes by openid-client, with the client's own authentication. What broke off before an answer is
 * tried once more, made anew: the worst of it is a request that nobody comes for.
 */
export const createPushRequest = (deps: {
  readonly providers: Providers
  readonly clock: Clock
}): PushRequest => {
  const configure = createConfigureClient(deps)
  const underWay = new Map<string, number>()

  const attempt: PushRequest = async (client, asked, budget) => {
    const parameters = await asked.parameters()
    let refusal: Refusal | undefined
    let requestUri = ''
    const configuration = await configure(
      client,
      (answer, sent) => {
        refusal = refusalIn(answer, sent, client)
        if (refusal !== undefined) return Response.json({ error: 'refused' }, { status: 400 })
        requestUri = requestUriIn(answer, client.provider)
        return Response.json({ request_uri: requestUri, expires_in: 1 }, { status: 201 })
      },
      budget,
      { isAnonymous: true },
    )
    const { buildAuthorizationUrlWithPAR } = await import('openid-client')
    try {
      await buildAuthorizationUrlWithPAR(configuration, parameters)
    } catch (thrown) {
      const fault = faultIn(thrown)
      if (fault !== undefined) throw fault
      if (refusal !== undefined) throw refusedBy(refusal, client, asked, configuration)
      throw thrown
    }
    return requestUri
  }

  const twice: PushRequest = async (...request) => {
    try {
      return await attempt(...request)
    } catch (thrown) {
      const [, , { signal }] = request
      if (faultIn(thrown)?.cause !== ANOTHER_TRY || signal.aborted) throw thrown
      return attempt(...request)
    }
  }

  return async (...request) => {
    const [{ provider }] = request
    const { name } = provider
    const others = underWay.get(name) ?? 0
    if (others >= MOST_AT_ONCE) {
      const message = `${name}: ${others} logins are being announced to it at this moment.`
      throw new Fault('provider_unreachable', message)
    }
    underWay.set(name, others + 1)
    try {
      return await twice(...request)
    } finally {
      const left = (underWay.get(name) ?? 1) - 1
      if (left === 0) underWay.delete(name)
      else underWay.set(name, left)
    }
  }
}
