import type { CheckPorts } from '../core/check-ports.ts'
import { clientsInOrder } from '../core/cookie/chosen-client.ts'
import type { Authentication, Identity, Unauthenticated } from '../core/identity/identity.ts'
import { partOf } from '../core/policy/part.ts'
import type { BearerMethod, Policy, Rule } from '../core/policy/policy.ts'
import type { Verification } from '../core/provider/token-verifier.ts'
import type { Request } from '../core/request/request.ts'
import { type Awaitable, andThen } from '../core/time/awaitable.ts'
import type { Budget } from '../core/time/budget.ts'
import { type BearerToken, createFindToken, type FindToken } from './bearer-token.ts'
import { createSessionAuthentication } from './session/session.ts'
import { wantedToken } from './session/wanted-token.ts'

/** Finds out who is calling, by the methods of the rule in their order. */
export type Authenticate = (
  request: Request,
  policy: Policy,
  rule: Rule,
  budget: Budget,
) => Awaitable<Authentication>

const nothingFor = (rule: Rule): Unauthenticated => ({
  kind: 'unauthenticated',
  reason: rule.authenticate.some((method) => method.kind === 'session')
    ? 'login_required'
    : 'token_required',
  presented: 'none',
  clearCookies: [],
})

interface Methods {
  readonly takesBearers: boolean
  readonly findToken: FindToken
  readonly takesSessions: boolean
  readonly isBearerFirst: boolean
  /** What there is of somebody who presents nothing. */
  readonly nothing: Unauthenticated
}

/** The methods of a rule, taken apart once. */
const createMethods = () => {
  const known = new WeakMap<Rule, Methods>()
  return (rule: Rule): Methods => {
    const before = known.get(rule)
    if (before !== undefined) return before
    const { authenticate } = rule
    const bearers = authenticate.filter((method) => method.kind === 'bearer')
    const made: Methods = {
      takesBearers: bearers.length > 0,
      findToken: createFindToken(bearers),
      takesSessions: authenticate.some(({ kind }) => kind === 'session'),
      isBearerFirst: authenticate[0]?.kind === 'bearer',
      nothing: nothingFor(rule),
    }
    known.set(rule, made)
    return made
  }
}

/** Of two sessions that are none, the one that was presented says why. */
const neither = (before: Unauthenticated, now: Authentication): Authentication => {
  if (now.kind === 'authenticated') return now
  const telling = before.presented === 'none' ? now : before
  return { ...telling, clearCookies: [...before.clearCookies, ...now.clearCookies] }
}

const bearerRefused = (reason: Unauthenticated['reason'], detail: string): Unauthenticated => ({
  kind: 'unauthenticated',
  reason,
  presented: 'bearer',
  detail,
  clearCookies: [],
})

const tooLarge = ({ length }: string, methods: readonly BearerMethod[]): Unauthenticated => {
  const most = Math.max(...methods.map(({ maxBytes }) => maxBytes))
  const detail = `The token is ${length} bytes long, and \`bearer.maxBytes\` takes ${most} at most.`
  return bearerRefused('token_too_large', detail)
}

type Found = Extract<BearerToken, { readonly kind: 'one' }>

type Verified = Extract<Verification, { readonly kind: 'verified' }>

/** `accessToken`: one that does not reach the upstream by itself. */
const authenticated = (
  { issuer, subject, claims, scopes, bearer }: Verified,
  accessToken: Pick<Identity, 'accessToken'>,
): Authentication => {
  const { exp } = claims
  const expiresAtMs = typeof exp === 'number' ? exp * 1_000 : Number.POSITIVE_INFINITY
  const whom = { via: 'bearer', bearer, issuer, subject, claims, scopes, expiresAtMs } as const
  return { kind: 'authenticated', identity: { ...whom, ...accessToken } }
}

const STAYING = {}

/**
 * What verifications come to, each made once: one that the verifier remembers is the same object,
 * and the same identity, at every check.
 */
const createVerified = () => {
  const staying = new WeakMap<Verified, Authentication>()
  const moving = new WeakMap<Verified, Authentication>()
  return (verification: Verification, { token, moved }: Found): Authentication => {
    if (verification.kind === 'rejected') {
      return bearerRefused(verification.reason, verification.detail)
    }
    const known = moved ? moving : staying
    const before = known.get(verification)
    if (before !== undefined) return before
    const made = authenticated(verification, moved ? { accessToken: token } : STAYING)
    known.set(verification, made)
    return made
  }
}

/**
 * A credential that is absent passes the question to the next method. A bearer token that is
 * refused ends it: an API client learns what is wrong with its token instead of being taken for
 * somebody else. A session that is not one lets a later method answer.
 */
export const createAuthenticate = (ports: CheckPorts): Authenticate => {
  const bySession = createSessionAuthentication(ports)
  const verified = createVerified()
  const methodsOf = createMethods()

  /** The sessions of the clients one after the other; the first that is good is the caller's. */
  const byAnySession = (
    request: Request,
    policy: Policy,
    rule: Rule,
    budget: Budget,
  ): Awaitable<Authentication> | undefined => {
    const wanted = wantedToken(rule)
    const clients = clientsInOrder(partOf(policy, rule), request)
    const [first] = clients
    if (first === undefined) return undefined
    const own = bySession(request, first, wanted, budget)
    if (clients.length === 1) return own
    return clients.slice(1).reduce(
      (former, client) =>
        andThen(former, (before) => {
          if (before.kind === 'authenticated') return before
          const next = bySession(request, client, wanted, budget)
          return andThen(next, (now) => neither(before, now))
        }),
      own,
    )
  }

  const byBearer = (
    request: Request,
    { findToken }: Methods,
    budget: Budget,
  ): Awaitable<Authentication> | undefined => {
    const found = findToken(request)
    switch (found.kind) {
      case 'none':
        return undefined
      case 'malformed':
        return bearerRefused('token_malformed', found.detail)
      case 'one': {
        const { token, methods } = found
        const taking = methods.filter(({ maxBytes }) => token.length <= maxBytes)
        if (taking.length === 0) return tooLarge(token, methods)
        return andThen(ports.verifier.verify(token, taking, budget), (verification) =>
          verified(verification, found),
        )
      }
    }
  }

  return (request, policy, rule, budget) => {
    const methods = methodsOf(rule)
    const { takesBearers, isBearerFirst, takesSessions, nothing } = methods
    const bearer = isBearerFirst ? byBearer(request, methods, budget) : undefined
    if (bearer !== undefined) return bearer
    const session = takesSessions ? byAnySession(request, policy, rule, budget) : undefined
    if (isBearerFirst || !takesBearers) return session ?? nothing
    return andThen(session ?? nothing, (authentication) =>
      authentication.kind === 'authenticated'
        ? authentication
        : (byBearer(request, methods, budget) ?? authentication),
    )
  }
}
