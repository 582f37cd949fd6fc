import type { Claims } from '../../core/identity/identity.ts'
import type { Client } from '../../core/registration/client.ts'
import { trimBlanksAndLineEnds } from '../../core/request/trim-blanks.ts'
import type { Budget } from '../../core/time/budget.ts'
import { parseJsonObject } from '../../outbound/json.ts'
import type { Answer } from '../../outbound/outbound-fetch.ts'
import { admittedAlgorithms } from '../provider/algorithms.ts'
import { requireEndpoint } from '../provider/metadata.ts'
import type { Providers } from '../provider/providers.ts'
import { mayBeIssuer } from '../token/issuers.ts'
import { readJwt } from '../token/jwt.ts'
import { checkSignature } from '../token/signature.ts'
import { isSuccess, namedBody, refusalIn } from './refusal.ts'

/** What the userinfo endpoint said about the end-user, or why it cannot be used as a sentence. */
export type UserinfoOutcome =
  | { readonly kind: 'claims'; readonly claims: Claims }
  | { readonly kind: 'refused'; readonly detail: string }

/** Asks the userinfo endpoint about the end-user of an access token. */
export type Userinfo = (
  client: Client,
  accessToken: string,
  subject: string,
  budget: Budget,
) => Promise<UserinfoOutcome>

const refused = (detail: string): UserinfoOutcome => ({ kind: 'refused', detail })

const isFor = ({ aud }: Claims, { clientId }: Client): boolean =>
  aud === undefined || (Array.isArray(aud) ? aud : [aud]).includes(clientId)

/** Of a provider of many tenants `iss` names one; the subject is that of the ID token. */
const isFrom = ({ iss }: Claims, { provider }: Client): boolean =>
  iss === undefined || (typeof iss === 'string' && mayBeIssuer(provider, iss))

const judge = (claims: Claims, client: Client, subject: string): UserinfoOutcome =>
  claims.sub === subject
    ? { kind: 'claims', claims }
    : refused(
        `${client.provider.name}: the userinfo answer ${claims.sub === undefined ? 'has no sub' : 'is about another sub'}.`,
      )

/**
 * OpenID Connect Core 1.0 section 5.3: plain JSON, or a JWT signed like an ID token, whose `iss`
 * and `aud` must then be right where they are given. A `sub` other than that of the ID token means
 * that the answer is about somebody else (section 5.3.2), so nothing of it counts.
 */
export const createUserinfo = (deps: { readonly providers: Providers }): Userinfo => {
  const { providers } = deps

  const signedClaims = async (
    answer: Answer,
    client: Client,
    subject: string,
    budget: Budget,
  ): Promise<UserinfoOutcome> => {
    const { name, signingAlgorithms } = client.provider
    const jwt = readJwt(trimBlanksAndLineEnds(answer.text))
    if (jwt === undefined) {
      return refused(`${name}: the userinfo answer is ${namedBody(answer)}, and no JWT either.`)
    }
    const isAdmitted = admittedAlgorithms(signingAlgorithms).includes(jwt.algorithm)
    if (!isAdmitted || jwt.hasCritical) {
      return refused(`${name}: the userinfo answer is signed in a way that is not admitted.`)
    }
    if (!isFrom(jwt.claims, client) || !isFor(jwt.claims, client)) {
      return refused(`${name}: the userinfo answer is of another issuer or for another client.`)
    }
    const { keys } = providers.of(client.provider)
    const signature = await checkSignature(jwt, keys, budget)
    return signature.kind === 'valid'
      ? judge(jwt.claims, client, subject)
      : refused(`${name}: the signature of the userinfo answer is not valid.`)
  }

  return async (client, accessToken, subject, budget) => {
    const { fetch, metadata } = providers.of(client.provider)
    const url = requireEndpoint(client.provider, await metadata.get(budget), 'userinfo')
    const headers = {
      accept: 'application/json, application/jwt',
      authorization: `Bearer ${accessToken}`,
    }
    const { signal } = budget
    const answer = await fetch.call({ method: 'GET', url, headers, signal })
    if (!isSuccess(answer)) {
      const sent = new URLSearchParams({ token: accessToken })
      const why = refusalIn(answer, sent, client)?.detail ?? ''
      return refused(`${client.provider.name}: the userinfo endpoint refused: ${why}.`)
    }
    const claims = parseJsonObject(answer.text)
    return claims === undefined
      ? signedClaims(answer, client, subject, budget)
      : judge(claims, client, subject)
  }
}
