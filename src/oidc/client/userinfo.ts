import type { Claims } from '../../core/identity/identity.ts'
import type { Tokens } from '../../core/provider/tokens.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Provider } from '../../core/registration/provider.ts'
import { signersFor } from '../../core/registration/signers.ts'
import { trimBlanksAndLineEnds } from '../../core/request/trim-blanks.ts'
import type { Awaitable } from '../../core/time/awaitable.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { parseJsonObject } from '../../outbound/json.ts'
import type { Answer } from '../../outbound/outbound-fetch.ts'
import { ownKeyOf } from '../binding/own-key.ts'
import { callProven, withNonce } from '../binding/proven-call.ts'
import { admittedAlgorithms } from '../provider/algorithms.ts'
import { endpointsFor } from '../provider/endpoints.ts'
import { requireEndpoint } from '../provider/metadata.ts'
import { certificateOf } from '../provider/own-ways.ts'
import type { Providers } from '../provider/providers.ts'
import { createOpenAnswer, isEncrypted, type OpenedAnswer } from '../token/encrypted-token.ts'
import { mayBeIssuer } from '../token/issuers.ts'
import { readJwt, type UnverifiedJwt } from '../token/jwt.ts'
import { keysFieldOf, NOTHING_OPENS } from '../token/provider-jwt.ts'
import { checkSignature } from '../token/signature.ts'
import { isSuccess, namedBody, refusalIn } from './refusal.ts'
import type { TokenType } from './token-answer.ts'

/** What the userinfo endpoint said about the end-user, or why it cannot be used as a sentence. */
export type UserinfoOutcome =
  | { readonly kind: 'claims'; readonly claims: Claims }
  | { readonly kind: 'refused'; readonly detail: string }

/**
 * Asks the userinfo endpoint about the end-user of an access token, which is proven if it is bound
 * to a key (RFC 9449 section 7).
 */
export type Userinfo = (
  client: Client,
  tokens: Pick<Tokens, 'accessToken' | 'proofKey'>,
  subject: string,
  budget: Budget,
) => Promise<UserinfoOutcome>

const refused = (detail: string): UserinfoOutcome => ({ kind: 'refused', detail })

const isFor = ({ aud }: Claims, { clientId }: Client): boolean =>
  aud === undefined || (Array.isArray(aud) ? aud : [aud]).includes(clientId)

/** Of a provider of many tenants `iss` names one; the subject is that of the ID token. */
const isFrom = ({ iss }: Claims, provider: Provider): boolean =>
  iss === undefined || (typeof iss === 'string' && mayBeIssuer(provider, iss))

const judge = (claims: Claims, client: Client, subject: string): UserinfoOutcome =>
  claims.sub === subject
    ? { kind: 'claims', claims }
    : refused(
        `${client.provider.name}: the userinfo answer ${claims.sub === undefined ? 'has no sub' : 'is about another sub'}.`,
      )

/** What the userinfo endpoint is asked with. */
export const userinfoHeaders = (accessToken: string, scheme: TokenType = 'Bearer') => ({
  accept: 'application/json, application/jwt',
  authorization: `${scheme} ${accessToken}`,
})

/** Who asks, with what opens an answer and what makes one count. */
export type AskingClient = Pick<Client, 'name' | 'decryptionKeys' | 'userinfoSigned'>

/**
 * Reads the claims of a success of the userinfo endpoint, whoever they are about. Without a client
 * what is encrypted stays closed.
 */
export type ReadUserinfo = (
  answer: Answer,
  provider: Provider,
  isMeant: (claims: Claims) => boolean,
  budget: Budget,
  client?: AskingClient,
) => Promise<UserinfoOutcome>

const NOBODY_OPENS = {
  kind: 'refused',
  detail: 'It is encrypted, and tokens of callers are shown there without a key that opens it.',
} as const

/**
 * OpenID Connect Core 1.0 section 5.3: plain JSON, or a JWT signed like an ID token, whose `iss`
 * must then be right where it is given, and which `isMeant` has to agree to; either of them may be
 * encrypted.
 */
export const createReadUserinfo = (deps: { readonly providers: Providers }): ReadUserinfo => {
  const { providers } = deps
  const open = createOpenAnswer()

  const opened = (text: string, client: AskingClient | undefined): Awaitable<OpenedAnswer> => {
    if (client === undefined) return NOBODY_OPENS
    const { decryptionKeys: keys } = client
    return keys === undefined ? NOTHING_OPENS : open(text, keys, keysFieldOf(client))
  }

  const signedClaims = async (
    jwt: UnverifiedJwt,
    provider: Provider,
    isMeant: (claims: Claims) => boolean,
    budget: Budget,
  ): Promise<UserinfoOutcome> => {
    const { name, signingAlgorithms } = provider
    const isAdmitted = admittedAlgorithms(signingAlgorithms).includes(jwt.algorithm)
    if (!isAdmitted || jwt.hasCritical) {
      return refused(`${name}: the userinfo answer is signed in a way that is not admitted.`)
    }
    if (!isFrom(jwt.claims, provider) || !isMeant(jwt.claims)) {
      return refused(`${name}: the userinfo answer is of another issuer or for another client.`)
    }
    const signature = await checkSignature(jwt, providers.of(provider).keys, budget)
    return signature.kind === 'valid'
      ? { kind: 'claims', claims: jwt.claims }
      : refused(`${name}: the signature of the userinfo answer is not valid.`)
  }

  const unsignedClaims = (
    claims: Claims,
    { name }: Provider,
    client: AskingClient | undefined,
  ): UserinfoOutcome =>
    client?.userinfoSigned === 'Always'
      ? refused(
          `${name}: the userinfo answer is not signed, which \`claims.userinfoSigned\` demands.`,
        )
      : { kind: 'claims', claims }

  const bareOf = async (text: string, client: AskingClient | undefined): Promise<OpenedAnswer> => {
    if (isEncrypted(text)) return opened(text, client)
    const claims = parseJsonObject(text)
    return claims === undefined ? { kind: 'signed', compact: text } : { kind: 'claims', claims }
  }

  return async (answer, provider, isMeant, budget, client) => {
    const { name } = provider
    const bare = await bareOf(trimBlanksAndLineEnds(answer.text), client)
    if (bare.kind === 'refused') {
      return refused(`${name}: the userinfo answer cannot be used. ${bare.detail}`)
    }
    if (bare.kind === 'claims') return unsignedClaims(bare.claims, provider, client)
    const jwt = readJwt(bare.compact)
    return jwt === undefined
      ? refused(`${name}: the userinfo answer is ${namedBody(answer)}, and no JWT either.`)
      : signedClaims(jwt, provider, isMeant, budget)
  }
}

/**
 * The userinfo endpoint for a session. A signed answer must be for the client where it has an
 * `aud`. A `sub` other than that of the ID token means that the answer is about somebody else
 * (section 5.3.2), so nothing of it counts.
 */
export const createUserinfo = (deps: {
  readonly providers: Providers
  readonly clock: Clock
}): Userinfo => {
  const { providers, clock } = deps
  const read = createReadUserinfo(deps)

  const ask = async (
    client: Client,
    url: string,
    { accessToken, proofKey }: Pick<Tokens, 'accessToken' | 'proofKey'>,
    { signal }: Budget,
  ): Promise<Answer> => {
    const { provider } = client
    const { fetchFor, nonces } = providers.of(provider)
    const { call } = fetchFor(client)
    const asking = { method: 'GET', url, signal } as const
    if (proofKey === undefined) return call({ ...asking, headers: userinfoHeaders(accessToken) })
    const key = ownKeyOf(proofKey)
    const request = { ...asking, headers: userinfoHeaders(accessToken, 'DPoP') }
    return withNonce(() => callProven({ provider, call, nonces, clock }, key, request, accessToken))
  }

  return async (client, tokens, subject, budget) => {
    const { accessToken } = tokens
    const { provider } = client
    const { metadata } = providers.of(provider)
    const known = await metadata.get(budget)
    const plain = requireEndpoint(provider, known, 'userinfo')
    const { userinfo: url = plain } = endpointsFor(known, certificateOf(client) !== undefined)
    const answer = await ask(client, url, tokens, budget)
    if (!isSuccess(answer)) {
      const sent = new URLSearchParams({ token: accessToken })
      const why = refusalIn(answer, sent, client)?.detail ?? ''
      return refused(`${provider.name}: the userinfo endpoint refused: ${why}.`)
    }
    const signer = { ...provider, signingAlgorithms: signersFor(client) }
    const isMeant = (claims: Claims): boolean => isFor(claims, client)
    const outcome = await read(answer, signer, isMeant, budget, client)
    return outcome.kind === 'claims' ? judge(outcome.claims, client, subject) : outcome
  }
}
