import type { Configuration } from 'openid-client'
import type { Exchange } from '../../core/policy/upstream.ts'
import type { SubjectToken } from '../../core/provider/token-exchange.ts'
import type { TokenVerifier } from '../../core/provider/token-verifier.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { type ConfigureClient, faultIn } from '../client/client-configuration.ts'
import { type Refusal, refusalIn } from '../client/refusal.ts'
import { readJwt, type UnverifiedJwt } from '../token/jwt.ts'
import {
  type Actor,
  complaintAboutAct,
  complaintAboutActor,
  complaintAboutMayAct,
} from './acting.ts'
import type { ActorToken, ActorTokens } from './actor-token.ts'
import {
  type IssuedToken,
  MAX_TOKEN_LENGTH,
  type ReadAnswer,
  readExchangeAnswer,
} from './exchange-answer.ts'
import {
  type Blame,
  blameOf,
  isAboutActor,
  namesSubject,
  operatorSentence,
} from './exchange-refusal.ts'
import { EXCHANGE_GRANT, exchangeParameters } from './exchange-request.ts'

/** What a provider made of a subject token; everything in a token that can be verified is. */
export type Asked =
  | { readonly kind: 'token'; readonly token: string; readonly expiresAtMs?: number }
  | { readonly kind: 'subject_refused'; readonly detail: string }

/** Asks a provider for one exchange. */
export type AskExchange = (
  client: Client,
  subject: SubjectToken,
  exchange: Exchange,
  budget: Budget,
) => Promise<Asked>

/** What asking takes. */
export interface AskingDeps {
  readonly configure: ConfigureClient
  readonly verifier: Pick<TokenVerifier, 'verify'>
  readonly actorTokens: ActorTokens
  readonly clock: Clock
}

/** The token of whoever acts, and what it says. */
type Acting = Actor & ActorToken

/**
 * An actor token as new as this is not what a provider refused without saying what: it has not had
 * the time to be revoked, or to be lost with the memory of the provider.
 */
const NEW_ACTOR_MS = 60_000

const untrusted = ({ name }: Client, why: string): Fault =>
  new Fault(
    'exchange_refused',
    `${name}: what the token endpoint answered to an exchange is not taken: ${why}.`,
  )

const withoutStop = (sentence: string): string => sentence.replace(/\.$/, '')

const NO_JWT =
  'is no JWT, so that nobody here can tell whether the new token names it: have the provider issue JWTs, or set `upstream.exchange.opaque` to Accept'

/** @throws Fault `exchange_refused` where it cannot act for the subject. */
const mayAct = (
  client: Client,
  subject: SubjectToken,
  { actor, takesOpaque }: Exchange & { readonly actor: Client },
  got: ActorToken,
): Acting => {
  const claims = readJwt(got.token)?.claims
  const acting = { ...got, client: actor.name, ...(claims === undefined ? {} : { claims }) }
  const complaint =
    claims === undefined && !takesOpaque ? NO_JWT : complaintAboutActor(acting, actor.clientId)
  if (complaint !== undefined) {
    const message = `${client.name}: nothing was exchanged: the token of OIDCClient ${actor.name}, which acts, ${complaint}.`
    throw new Fault('exchange_refused', message)
  }
  const said = [readJwt(subject.token)?.claims.may_act, subject.mayAct]
  const withheld = said
    .map((mayAct) => complaintAboutMayAct(mayAct, acting))
    .find((one) => one !== undefined)
  if (withheld === undefined) return acting
  const message = `${client.name}: nothing was exchanged: the may_act claim of the access token ${withheld}, so that OIDCClient ${actor.name} may not act for its subject.`
  throw new Fault('exchange_refused', message)
}

const hasActor = (exchange: Exchange): exchange is Exchange & { readonly actor: Client } =>
  exchange.actor !== undefined

/** Whom the new token has to be of: the very subject of the one that was shown. */
const subjectIn = ({ token, subject }: SubjectToken): string => {
  const sub = readJwt(token)?.claims.sub
  return typeof sub === 'string' && sub !== '' ? sub : subject
}

/** What the new token has to be for: the target that was named, or what it says where none was. */
const audiencesFor = (
  { audience, resource }: Exchange,
  { claims: { aud } }: UnverifiedJwt,
): readonly string[] => {
  const named = audience ?? resource
  if (named !== undefined) return [named]
  return (Array.isArray(aud) ? aud : [aud]).filter((one) => typeof one === 'string')
}

/**
 * Exchanges one token (RFC 8693), by the generic grant of openid-client over the provider's own way
 * out. The answer is trusted as little as any: a JWT is verified as a bearer token of this provider
 * would be, for the audience that was asked for, and has to be of the same subject. Nothing is sent
 * twice.
 */
export const createAskExchange = (deps: AskingDeps): AskExchange => {
  const { configure, verifier, actorTokens, clock } = deps

  const verified = async (
    client: Client,
    subject: SubjectToken,
    exchange: Exchange,
    jwt: UnverifiedJwt,
    acting: Acting | undefined,
    budget: Budget,
  ): Promise<number> => {
    const { provider } = client
    const method = {
      kind: 'bearer',
      provider,
      audiences: audiencesFor(exchange, jwt),
      audienceClaim: 'aud',
      maxBytes: MAX_TOKEN_LENGTH,
      accepts: ['access_token'],
    } as const
    const verification = await verifier.verify(jwt.compact, [method], budget)
    if (verification.kind === 'rejected') {
      throw untrusted(client, withoutStop(verification.detail))
    }
    if (verification.binding !== undefined) {
      throw untrusted(
        client,
        'it is bound to a key, which the upstream could have proven by nobody',
      )
    }
    const isSameIssuer = verification.issuer === subject.issuer || provider.tenants === undefined
    if (!isSameIssuer) throw untrusted(client, 'its iss claim names another tenant')
    if (verification.subject !== subjectIn(subject)) {
      throw untrusted(client, 'its sub claim is not that of the token which was exchanged')
    }
    const unnamed =
      acting === undefined ? undefined : complaintAboutAct(verification.claims, acting)
    if (unnamed !== undefined) throw untrusted(client, unnamed)
    const expiresAtMs = Number(verification.claims.exp) * 1_000
    if (expiresAtMs <= clock.nowMs()) throw untrusted(client, 'its exp claim has passed')
    return expiresAtMs
  }

  const endOf = (answeredBy: number | undefined, { lifetimeMs }: IssuedToken, askedAtMs: number) =>
    Math.min(
      answeredBy ?? Number.POSITIVE_INFINITY,
      askedAtMs + (lifetimeMs ?? Number.POSITIVE_INFINITY),
    )

  /** Whether the token of the actor may be what was refused: nobody is sent away for that. */
  const mayBeActor = ({ gotAtMs }: Acting, blame: Blame, refusal: Refusal): boolean =>
    isAboutActor(refusal) ||
    (blame === 'subject' && !namesSubject(refusal) && clock.nowMs() - gotAtMs >= NEW_ACTOR_MS)

  const refusedBy = async (
    client: Client,
    exchange: Exchange,
    refusal: Refusal,
    acting: Acting | undefined,
    configuration: Configuration,
    budget: Budget,
  ): Promise<Asked> => {
    const blame = blameOf(refusal)
    const isActorDoubted = acting !== undefined && mayBeActor(acting, blame, refusal)
    if (isActorDoubted && hasActor(exchange)) await actorTokens.distrust(exchange.actor, budget)
    if (blame === 'subject' && isActorDoubted) {
      const message = `${client.name}: the token endpoint refused to exchange a token: ${refusal.detail}, which does not say whether that of the caller is meant or that of the actor: another one is got for the actor, and the next request asks again.`
      throw new Fault('exchange_refused', message)
    }
    if (blame === 'subject') {
      const detail = `The provider does not exchange the access token: ${refusal.detail}.`
      return { kind: 'subject_refused', detail }
    }
    const listed = configuration.serverMetadata().token_endpoint_auth_methods_supported
    const message = operatorSentence(client, exchange, refusal, listed)
    throw new Fault(blame === 'provider' ? 'provider_unreachable' : 'exchange_refused', message)
  }

  return async (client, subject, exchange, budget) => {
    const acting = hasActor(exchange)
      ? mayAct(client, subject, exchange, await actorTokens.of(exchange.actor, budget))
      : undefined
    let refusal: Refusal | undefined
    let answered: ReadAnswer | undefined
    const configuration = await configure(
      client,
      (answer, sent) => {
        refusal = refusalIn(answer, sent, client)
        if (refusal === undefined) answered = readExchangeAnswer(answer, exchange)
        // The library has nothing more to find: what counts was read.
        return answered?.kind === 'issued'
          ? Response.json({ access_token: answered.issued.token, token_type: 'bearer' })
          : Response.json({ error: 'refused' }, { status: 400 })
      },
      budget,
    )
    const askedAtMs = clock.nowMs()
    try {
      const { genericGrantRequest } = await import('openid-client')
      const parameters = exchangeParameters(subject.token, exchange, acting?.token)
      await genericGrantRequest(configuration, EXCHANGE_GRANT, parameters)
    } catch (thrown) {
      const fault = faultIn(thrown)
      if (fault !== undefined) throw fault
      if (refusal !== undefined) {
        return await refusedBy(client, exchange, refusal, acting, configuration, budget)
      }
      if (answered?.kind !== 'unusable') throw thrown
    }
    if (answered === undefined) throw untrusted(client, 'nothing was read')
    if (answered.kind === 'unusable') throw untrusted(client, answered.why)
    const { issued } = answered
    const { token, jwt } = issued
    const byItself =
      jwt === undefined ? undefined : await verified(client, subject, exchange, jwt, acting, budget)
    const expiresAtMs = endOf(byItself, issued, askedAtMs)
    return { kind: 'token', token, ...(Number.isFinite(expiresAtMs) ? { expiresAtMs } : {}) }
  }
}
