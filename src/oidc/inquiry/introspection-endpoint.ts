import type { Configuration } from 'openid-client'
import type { Claims } from '../../core/identity/identity.ts'
import type { IntrospectionMethod } from '../../core/provider/token-inquiry.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import { signersFor } from '../../core/registration/signers.ts'
import { trimBlanksAndLineEnds } from '../../core/request/trim-blanks.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { parseJsonObject } from '../../outbound/json.ts'
import type { Answer } from '../../outbound/outbound-fetch.ts'
import { createConfigureClient, faultIn } from '../client/client-configuration.ts'
import {
  isAboutClient,
  namedBody,
  type Refusal,
  refusalIn,
  whyClientRefused,
} from '../client/refusal.ts'
import { admittedAlgorithms } from '../provider/algorithms.ts'
import { type ProviderMetadata, requireEndpoint } from '../provider/metadata.ts'
import type { Providers } from '../provider/providers.ts'
import { skewOf } from '../token/access-token-claims.ts'
import { mayBeIssuer } from '../token/issuers.ts'
import { readJwt, type UnverifiedJwt } from '../token/jwt.ts'
import { audiencesOf, checkSigned, checkTimesIfExpiring } from '../token/provider-jwt.ts'

/** Who asks, and whether the answer has to be signed. */
export type Asking = Pick<IntrospectionMethod, 'client'> & {
  readonly signed: IntrospectionMethod['settings']['signed']
}

/**
 * Asks an introspection endpoint; the answer has an `active` that is true or false.
 * @throws Fault `provider_unreachable` or `provider_misconfigured`
 */
export type AskIntrospection = (token: string, asking: Asking, budget: Budget) => Promise<Claims>

const SIGNED = 'token-introspection+jwt'
const SIGNED_TYPE = `application/${SIGNED}`
const PLAIN_TYPE = 'application/json'

/** RFC 7009 section 2.2.1; `oidc-provider` says it of every JWT. */
const UNSUPPORTED_TYPE = 'unsupported_token_type'

const TRANSIENT: ReadonlySet<string> = new Set(['temporarily_unavailable', 'server_error'])

const wrong = ({ name }: Client, what: string): Fault =>
  new Fault('provider_misconfigured', `${name}: the introspection endpoint ${what}.`)

/** Whether the provider says that it signs answers, in a way that is admitted. */
const isOffered = (
  client: Client,
  { offers: { introspectionAlgorithms = [] } }: ProviderMetadata,
): boolean => {
  const admitted = admittedAlgorithms(signersFor(client))
  return introspectionAlgorithms.some((algorithm) => admitted.includes(algorithm))
}

/** What is asked for (RFC 9701 section 4). A client may be registered for plain answers alone. */
const acceptOf = ({ client, signed }: Asking, metadata: ProviderMetadata): string => {
  if (signed === 'Always') return SIGNED_TYPE
  return isOffered(client, metadata) ? `${SIGNED_TYPE}, ${PLAIN_TYPE};q=0.9` : PLAIN_TYPE
}

const refusedBy = (refusal: Refusal, client: Client, configuration: Configuration): Fault => {
  const { error = '', detail } = refusal
  const what = `refused the request: ${detail}`
  if (TRANSIENT.has(error)) {
    return new Fault('provider_unreachable', wrong(client, what).message)
  }
  if (error === UNSUPPORTED_TYPE) {
    return wrong(
      client,
      `${what}; have tokens of this kind taken by a member \`bearer\`, before \`introspection\``,
    )
  }
  if (!isAboutClient(refusal)) return wrong(client, what)
  const {
    introspection_endpoint_auth_methods_supported: own,
    token_endpoint_auth_methods_supported: general,
  } = configuration.serverMetadata()
  return wrong(client, `${what}; ${whyClientRefused(client, own ?? general)}`)
}

/** Why a signed answer is not one for this client, but for its signature (RFC 9701 section 5). */
const whyNotOurs = (jwt: UnverifiedJwt, client: Client, nowMs: number): string | undefined => {
  const { provider, clientId } = client
  if (jwt.type !== SIGNED) return `Its typ header is not ${SIGNED}.`
  if (jwt.hasCritical) return 'Its crit header names an unknown extension.'
  if (!admittedAlgorithms(signersFor(client)).includes(jwt.algorithm)) {
    return 'Its alg header is not in signingAlgorithms.'
  }
  const { iss } = jwt.claims
  if (typeof iss !== 'string' || !mayBeIssuer(provider, iss)) {
    return 'Its iss claim is not the issuer.'
  }
  if (!audiencesOf(jwt).includes(clientId)) return 'Its aud claim does not name the client.'
  return checkTimesIfExpiring(jwt, skewOf(provider), nowMs)
}

const isObject = (value: unknown): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Token introspection with the client's own authentication. A signed answer is checked whole; a
 * plain one is vouched for by TLS.
 */
export const createAskIntrospection = (deps: {
  readonly providers: Providers
  readonly clock: Clock
}): AskIntrospection => {
  const { providers, clock } = deps
  const configure = createConfigureClient(deps)

  const signedClaims = async (answer: Answer, client: Client, budget: Budget): Promise<Claims> => {
    const jwt = readJwt(trimBlanksAndLineEnds(answer.text))
    if (jwt === undefined) throw wrong(client, 'says that its answer is signed, and it is no JWT')
    const why = whyNotOurs(jwt, client, clock.nowMs())
    const no = (detail: string) =>
      wrong(client, `gave a signed answer that does not count: ${detail}`)
    if (why !== undefined) throw no(why.slice(0, -1))
    const signature = await checkSigned(jwt, providers.of(client.provider).keys, budget)
    if (signature.kind !== 'valid') throw no(signature.detail.slice(0, -1))
    const told = jwt.claims.token_introspection
    if (!isObject(told)) throw no('It has no token_introspection claim')
    return told
  }

  const claimsOf = async (answer: Answer, asking: Asking, budget: Budget): Promise<Claims> => {
    const { client, signed } = asking
    if (answer.contentType === SIGNED_TYPE) return signedClaims(answer, client, budget)
    if (signed === 'Always') {
      throw wrong(
        client,
        'gave an answer without a signature, and `signed` of the rule is Always: have the provider sign for this client, or leave `signed` out',
      )
    }
    const claims = parseJsonObject(answer.text)
    if (claims !== undefined) return claims
    const text = `answered with ${namedBody(answer)}; check \`endpoints.introspection\` of the IdentityProvider`
    throw new Fault('provider_unreachable', wrong(client, text).message)
  }

  return async (token, asking, budget) => {
    const { client } = asking
    const metadata = await providers.of(client.provider).metadata.get(budget)
    requireEndpoint(client.provider, metadata, 'introspection')
    let refusal: Refusal | undefined
    let received: Answer | undefined
    const configuration = await configure(
      client,
      (answer, sent) => {
        refusal = refusalIn(answer, sent, client)
        received = answer
        return Response.json({ active: false })
      },
      budget,
      { accept: acceptOf(asking, metadata) },
    )
    const { tokenIntrospection } = await import('openid-client')
    try {
      await tokenIntrospection(configuration, token, { token_type_hint: 'access_token' })
    } catch (thrown) {
      throw faultIn(thrown) ?? thrown
    }
    if (refusal !== undefined) throw refusedBy(refusal, client, configuration)
    if (received === undefined) throw wrong(client, 'was not asked')
    const claims = await claimsOf(received, asking, budget)
    if (typeof claims.active === 'boolean') return claims
    throw wrong(client, 'gave an answer whose `active` is neither true nor false')
  }
}
