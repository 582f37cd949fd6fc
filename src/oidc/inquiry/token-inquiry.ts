import { hash } from 'node:crypto'
import type { Claims } from '../../core/identity/identity.ts'
import type { CredentialMethod } from '../../core/policy/policy.ts'
import type {
  AskAbout,
  InquiryFacts,
  IntrospectionMethod,
  TokenInquiry,
  UserinfoMethod,
} from '../../core/provider/token-inquiry.ts'
import type { Verification } from '../../core/provider/token-verifier.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { SharedAnswers } from '../../core/session/shared-answers.ts'
import type { Awaitable } from '../../core/time/awaitable.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { issuerDifferenceAmong } from '../provider/issuer.ts'
import type { Providers } from '../provider/providers.ts'
import { type Rejected, rejected, skewOf } from '../token/access-token-claims.ts'
import { bindingOf } from '../token/binding.ts'
import { isAccessTokenIssuer } from '../token/issuers.ts'
import { readJwt, type UnverifiedJwt } from '../token/jwt.ts'
import { isNumericDate } from '../token/numeric-date.ts'
import { type BearerKind, bearerKindOf, kindOf } from '../token/token-type.ts'
import {
  boundAsCarried,
  checkVouched,
  otherTokenBy,
  readIntrospection,
} from './introspection-answer.ts'
import { createAskIntrospection } from './introspection-endpoint.ts'
import { createRemembered, type Question } from './remembered.ts'
import { readUserinfo } from './userinfo-answer.ts'
import { createAskUserinfo } from './userinfo-endpoint.ts'

type Verified = Extract<Verification, { readonly kind: 'verified' }>

/** A token that is a JWT, if it is one, under the digest that stands for it. */
interface ShownToken {
  readonly token: string
  readonly digest: string
  readonly jwt: UnverifiedJwt | undefined
}

const inactive = (detail: string): Rejected => rejected('token_inactive', detail)

const NOT_ACTIVE = 'The provider says that the token is not active.'

/** What explains a refusal of a token that should be good, where the token says that it should. */
const whyInactive = (
  { jwt }: ShownToken,
  { client }: IntrospectionMethod,
  nowMs: number,
): string => {
  const exp = jwt?.claims.exp
  if (!isNumericDate(exp) || exp * 1_000 <= nowMs) return NOT_ACTIVE
  return `${NOT_ACTIVE} It says itself that it has not expired: if nobody has taken it back, the provider may not tell OIDCClient ${client.name} about it. Keycloak tells a client only about tokens that have its client id ("${client.clientId}") in aud: add an audience mapper to the client that they are issued to (docs/ways-in.md).`
}

/**
 * A JWT that is no access token, or bound so that nobody could prove it, is shown to nobody; of an
 * opaque token nothing is known.
 */
const refusedUnasked = (
  { jwt, digest }: ShownToken,
  kindOfToken: (jwt: UnverifiedJwt) => BearerKind,
): Rejected | undefined => {
  if (jwt === undefined) return undefined
  const kind = kindOfToken(jwt)
  if (kind.kind === 'neither') return rejected('token_type_invalid', kind.why)
  if (kind.kind === 'id_token') return rejected('token_type_invalid', 'The token is an ID token.')
  const binding = bindingOf(jwt.claims, digest)
  return typeof binding === 'string' ? rejected('token_binding_unknown', binding) : undefined
}

/** The methods that may ask about a token: one that names its issuer is shown to no other. */
const methodsFor = <Method extends CredentialMethod>(
  { jwt }: ShownToken,
  methods: readonly Method[],
): readonly Method[] | Rejected => {
  const claims = jwt?.claims
  if (typeof claims?.iss !== 'string') return methods
  const fitting = methods.filter(({ provider }) => isAccessTokenIssuer(provider, claims))
  if (fitting.length > 0) return fitting
  const issuers = methods.map(({ provider }) => provider.issuer)
  const difference = issuerDifferenceAmong(issuers, claims.iss, false)
  return rejected('token_issuer_mismatch', `Its iss claim ${difference}.`)
}

/** What is the same in every question of a method, made once. */
const createNames = <Method extends CredentialMethod>(
  of: (method: Method) => readonly string[],
) => {
  const names = new WeakMap<Method, string>()
  return (digest: string, method: Method): string => {
    const known = names.get(method)
    if (known !== undefined) return `${digest} ${known}`
    const made = JSON.stringify(of(method))
    names.set(method, made)
    return `${digest} ${made}`
  }
}

const endOf = ({ jwt }: ShownToken): { readonly tokenEndsAtMs?: number } => {
  const exp = jwt?.claims.exp
  return isNumericDate(exp) ? { tokenEndsAtMs: exp * 1_000 } : {}
}

/** A refusal that says more of a token than that it is not active. */
const telling = (before: Rejected | undefined, now: Rejected): Rejected =>
  before === undefined || before.reason === 'token_inactive' ? now : before

/** How one kind of method asks. */
interface Inquirer<Method> {
  readonly nameOf: (digest: string, method: Method) => string
  readonly questionOf: (shown: ShownToken, method: Method) => Question
  /** What a JWT is to whom it would be shown. */
  readonly kindOf: (jwt: UnverifiedJwt) => BearerKind
  /** What has to hold for this method at every use. */
  readonly check: (verified: Verified, method: Method) => Rejected | undefined
}

/**
 * Asks providers about tokens. What comes back is judged before it counts, and remembered for as
 * long as the rule says and the token lives, under the token's SHA-256 and the generations of
 * provider and client.
 */
export const createTokenInquiry = (deps: {
  readonly providers: Providers
  readonly clock: Clock
  readonly shared: Pick<SharedAnswers, 'of'>
  readonly maxEntries: number
  readonly observe: (facts: InquiryFacts) => void
}): TokenInquiry => {
  const { clock, observe } = deps
  const askIntrospection = createAskIntrospection(deps)
  const askUserinfo = createAskUserinfo(deps)
  const remembered = createRemembered(deps)

  const observed = async (
    way: InquiryFacts['way'],
    asked: Promise<Claims | undefined>,
  ): Promise<Claims | undefined> => {
    try {
      const told = await asked
      observe({ way, outcome: told === undefined ? 'inactive' : 'active' })
      return told
    } catch (thrown) {
      observe({ way, outcome: 'failed' })
      throw thrown
    }
  }

  const aboutIt = async (
    { token, jwt }: ShownToken,
    { client, settings: { signed } }: IntrospectionMethod,
    budget: Budget,
  ): Promise<Claims | undefined> => {
    const told = await askIntrospection(token, { client, signed }, budget)
    if (told.active !== true) return undefined
    if (jwt === undefined) return told
    const other = otherTokenBy(told, jwt)
    if (other === undefined) return boundAsCarried(told, jwt)
    const message = `${client.name}: the introspection endpoint gave an answer about another token: its ${other} is not that of the token.`
    throw new Fault('provider_misconfigured', message)
  }

  const byIntrospection: Inquirer<IntrospectionMethod> = {
    nameOf: createNames(({ client, provider, settings }) => [
      'introspection',
      client.name,
      client.generation,
      provider.name,
      provider.generation,
      settings.signed,
      String(settings.ttlMs),
    ]),
    questionOf: (shown, method) => ({
      name: byIntrospection.nameOf(shown.digest, method),
      ttlMs: method.settings.ttlMs,
      ...endOf(shown),
      skewMs: skewOf(method.provider),
      ask: (budget) => observed('introspection', aboutIt(shown, method, budget)),
      read: (told) => readIntrospection(told, method.provider, shown.digest, clock.nowMs()),
      inactive: () => inactive(whyInactive(shown, method, clock.nowMs())),
    }),
    kindOf,
    check: checkVouched,
  }

  const byUserinfo: Inquirer<UserinfoMethod> = {
    nameOf: createNames(({ provider, settings }) => [
      'userinfo',
      provider.name,
      provider.generation,
      String(settings.ttlMs),
    ]),
    questionOf: (shown, method) => ({
      name: byUserinfo.nameOf(shown.digest, method),
      ttlMs: method.settings.ttlMs,
      ...endOf(shown),
      skewMs: skewOf(method.provider),
      ask: (budget) => observed('userinfo', askUserinfo(shown.token, method.provider, budget)),
      read: (claims) => readUserinfo(claims, method.provider),
      inactive: () => inactive('The userinfo endpoint does not take the token.'),
    }),
    kindOf: bearerKindOf,
    check: () => undefined,
  }

  const settle = <Method>(
    verification: Verification,
    method: Method,
    { check }: Inquirer<Method>,
  ): Verification =>
    verification.kind === 'rejected' ? verification : (check(verification, method) ?? verification)

  /** One after the other; a provider that gives no answer decides only if no other vouches. */
  const askEach = async <Method extends CredentialMethod>(
    shown: ShownToken,
    methods: readonly Method[],
    inquirer: Inquirer<Method>,
    budget: Budget,
  ): Promise<Verification> => {
    let refusal: Rejected | undefined
    let fault: Fault | undefined
    for (const method of methods) {
      const question = inquirer.questionOf(shown, method)
      try {
        const known = remembered.known(question.name) ?? (await remembered.of(question, budget))
        const answer = settle(known, method, inquirer)
        if (answer.kind === 'verified') return answer
        refusal = telling(refusal, answer)
      } catch (thrown) {
        if (!(thrown instanceof Fault)) throw thrown
        fault ??= thrown
      }
    }
    if (fault !== undefined) throw fault
    return refusal ?? inactive('There is nobody to ask about the token.')
  }

  const createAsk =
    <Method extends CredentialMethod>(inquirer: Inquirer<Method>): AskAbout<Method> =>
    (token, methods, budget): Awaitable<Verification> => {
      const digest = hash('sha256', token, 'base64url')
      for (const method of methods) {
        const known = remembered.known(inquirer.nameOf(digest, method))
        if (known?.kind !== 'verified') continue
        const answer = settle(known, method, inquirer)
        if (answer.kind === 'verified') return answer
      }
      const shown = { token, digest, jwt: readJwt(token) }
      const refused = refusedUnasked(shown, inquirer.kindOf)
      const fitting = methodsFor(shown, methods)
      if ('kind' in fitting) return fitting
      return refused ?? askEach(shown, fitting, inquirer, budget)
    }

  return { introspect: createAsk(byIntrospection), userinfo: createAsk(byUserinfo) }
}
