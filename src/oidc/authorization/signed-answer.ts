import type { CallbackReading } from '../../core/provider/relying-party.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Awaitable } from '../../core/time/awaitable.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { issuerDifference, shown } from '../provider/issuer.ts'
import type { Providers } from '../provider/providers.ts'
import { skewOf } from '../token/access-token-claims.ts'
import { mayBeIssuer } from '../token/issuers.ts'
import { readJwt, type UnverifiedJwt } from '../token/jwt.ts'
import { isNumericDate } from '../token/numeric-date.ts'
import {
  audiencesOf,
  checkHeader,
  checkSigned,
  createOpenForClient,
} from '../token/provider-jwt.ts'
import { checkFreshSignature } from '../token/signature.ts'

/** What a callback says and its provider signed, or as it came where nothing is to be signed. */
export type AnswerCheck =
  | { readonly kind: 'right'; readonly says: URLSearchParams }
  | { readonly kind: 'wrong'; readonly detail: string }

/**
 * The answers of providers to authorization requests, as their clients ask for them: parameters, or
 * one JWT that holds them (JARM, JWT Secured Authorization Response Mode for OAuth 2.0).
 */
export interface Answers {
  /** For finding the login that an answer belongs to: anybody may have made it. */
  readonly read: (client: Client, query: URLSearchParams) => Awaitable<CallbackReading>
  /**
   * Every check of JARM section 2.4 but that of `state`, which is in what the answer says.
   * @throws Fault if the provider's keys were never fetched and cannot be.
   */
  readonly check: (client: Client, query: URLSearchParams, budget: Budget) => Promise<AnswerCheck>
}

/** What the `typ` header may say, if anything. */
const TYPES = ['jwt']

/** Claims that speak of the JWT, and are no parameters. */
const OF_THE_JWT: ReadonlySet<string> = new Set(['aud', 'jti', 'sub'])

/** Parameters are text; the claims that are none say nothing (section 2.1). */
const saidIn = ({ claims }: UnverifiedJwt): URLSearchParams =>
  new URLSearchParams(
    Object.entries(claims).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' && !OF_THE_JWT.has(name) ? [[name, value]] : [],
    ),
  )

type Opened =
  | { readonly kind: 'jwt'; readonly jwt: UnverifiedJwt }
  | Extract<CallbackReading, { kind: 'malformed' }>

const malformed = (detail: string): Opened => ({ kind: 'malformed', detail })

const unsigned = (query: URLSearchParams): Opened => {
  const error = query.get('error')
  const told = error === null ? '' : `; it says that it is the error ${shown(error)}`
  return malformed(
    `The client asks for signed answers (\`authorizationRequest.responseMode\`), and this one is not signed${told}.`,
  )
}

const checkParties = (jwt: UnverifiedJwt, { provider, clientId }: Client): string | undefined => {
  const { iss } = jwt.claims
  if (typeof iss !== 'string' || !mayBeIssuer(provider, iss)) {
    return `Its iss claim ${issuerDifference(provider.issuer, iss)}.`
  }
  return audiencesOf(jwt).includes(clientId) ? undefined : 'Its aud claim does not name the client.'
}

const checkTimes = (
  { claims: { exp, iat, nbf } }: UnverifiedJwt,
  skewMs: number,
  nowMs: number,
): string | undefined => {
  if (!isNumericDate(exp)) return 'Its exp claim is absent or malformed.'
  if (exp * 1000 + skewMs <= nowMs) return 'Its exp claim has passed.'
  for (const [name, time] of Object.entries({ iat, nbf })) {
    if (time === undefined) continue
    if (!isNumericDate(time)) return `Its ${name} claim is malformed.`
    if (time * 1000 - skewMs > nowMs) return `Its ${name} claim lies ahead.`
  }
  return undefined
}

const isSigned = ({ asking }: Client): boolean => asking.responseMode.endsWith('.jwt')

/** Reads answers of whatever mode. The key that opens ID tokens opens them as well. */
export const createReadAnswer = () => {
  const open = createOpenForClient()

  const opened = async (client: Client, query: URLSearchParams): Promise<Opened> => {
    const response = query.get('response')
    if (response === null) return unsigned(query)
    if ([...query].length > 1) {
      return malformed('The signed answer has parameters beside it, which nobody signed.')
    }
    const out = await open(client, response)
    if (out.kind === 'refused') return malformed(`The signed answer: ${out.detail}`)
    const jwt = readJwt(out.compact)
    return jwt === undefined
      ? malformed('The signed answer is no JWT in compact form.')
      : { kind: 'jwt', jwt }
  }

  const readSigned = async (client: Client, query: URLSearchParams): Promise<CallbackReading> => {
    const out = await opened(client, query)
    return out.kind === 'jwt' ? { kind: 'read', says: saidIn(out.jwt) } : out
  }

  const read: Answers['read'] = (client, query) =>
    isSigned(client) ? readSigned(client, query) : { kind: 'read', says: query }

  return { opened, read }
}

/** Reads answers, and verifies those that are signed. */
export const createAnswers = (deps: {
  readonly providers: Providers
  readonly clock: Clock
}): Answers => {
  const { providers, clock } = deps
  const { opened, read } = createReadAnswer()

  const wrong = (detail: string): AnswerCheck => ({
    kind: 'wrong',
    detail: `The signed answer: ${detail}`,
  })

  return {
    read,
    check: async (client, query, budget) => {
      if (!isSigned(client)) return { kind: 'right', says: query }
      const out = await opened(client, query)
      if (out.kind === 'malformed') return { kind: 'wrong', detail: out.detail }
      const { jwt } = out
      const { provider } = client
      const refused =
        checkHeader(jwt, { provider, asking: client.asking }, TYPES) ??
        checkParties(jwt, client) ??
        checkTimes(jwt, skewOf(provider), clock.nowMs())
      if (refused !== undefined) return wrong(refused)
      const signed = await checkSigned(
        jwt,
        providers.of(provider).keys,
        budget,
        checkFreshSignature,
      )
      return signed.kind === 'valid' ? { kind: 'right', says: saidIn(jwt) } : wrong(signed.detail)
    },
  }
}
