import type { CheckPorts } from '../core/check-ports.ts'
import { clientsInOrder } from '../core/cookie/chosen-client.ts'
import type { Authentication, Unauthenticated } from '../core/identity/identity.ts'
import { partOf } from '../core/policy/part.ts'
import type {
  AskedProof,
  AuthenticateMethod,
  BearerMethod,
  CredentialMethod,
  Policy,
  Rule,
} from '../core/policy/policy.ts'
import type { Verification } from '../core/provider/token-verifier.ts'
import type { Reason } from '../core/reason/reason.ts'
import type { Request } from '../core/request/request.ts'
import { type Awaitable, andThen } from '../core/time/awaitable.ts'
import type { Budget } from '../core/time/budget.ts'
import { createFindPresented } from '../policy/ways/presented-token.ts'
import { type TokenMethod, takesBearerTokens, wayOf } from '../policy/ways/ways.ts'
import { createProving } from './proving.ts'
import { createFindFor, forResource } from './resource/audience.ts'
import { createSessionAuthentication } from './session/session.ts'
import { wantedToken } from './session/wanted-token.ts'
import { createVerified, refused } from './verified-identity.ts'

/** Finds out who is calling, by the methods of the rule in their order. */
export type Authenticate = (
  request: Request,
  policy: Policy,
  rule: Rule,
  budget: Budget,
) => Awaitable<Authentication>

/** What is asked of somebody who presents nothing: of several, what most callers can have. */
const missingFor = ({ authenticate }: Rule): Reason => {
  if (authenticate.some(({ kind }) => kind === 'session')) return 'login_required'
  const takesTokens = authenticate.some(
    (method) =>
      method.kind === 'bearer' ||
      (method.kind === 'credential' && wayOf(method.way).scheme === 'Bearer'),
  )
  const takesSecrets = authenticate.some(({ kind }) => kind === 'credential')
  return takesSecrets && !takesTokens ? 'credential_required' : 'token_required'
}

const nothingFor = (rule: Rule): Unauthenticated => ({
  kind: 'unauthenticated',
  reason: missingFor(rule),
  presented: 'none',
  clearCookies: [],
})

/** The same refusal, and the cookies that another one before it removes as well. */
const clearingBoth = (telling: Unauthenticated, before: Unauthenticated, now: Unauthenticated) => ({
  ...telling,
  clearCookies: [...before.clearCookies, ...now.clearCookies],
})

/** Of two that are none of the same kind, the one that was presented first says why. */
const neither = <Now extends Authentication>(
  before: Unauthenticated,
  now: Now,
): Now | Unauthenticated => {
  if (now.kind === 'authenticated') return now
  return clearingBoth(before.presented === 'none' ? now : before, before, now)
}

/** The same of a token that came with the scheme `DPoP`, which the challenge is to have. */
const withScheme = (refusal: Authentication, scheme: 'DPoP' | undefined): Authentication =>
  scheme === undefined || refusal.kind === 'authenticated' ? refusal : { ...refusal, scheme }

const tooLarge = ({ length }: string, methods: readonly BearerMethod[]): Unauthenticated => {
  const most = Math.max(...methods.map(({ maxBytes }) => maxBytes))
  const detail = `The token is ${length} bytes long, and \`bearer.maxBytes\` takes ${most} at most.`
  return refused('bearer', 'token_too_large', detail)
}

/** One attempt to find out who is calling; `undefined`: it finds nothing to look at. */
type Attempt = (
  request: Request,
  policy: Policy,
  budget: Budget,
) => Awaitable<Authentication> | undefined

/**
 * An attempt, and whether what it refused is for the attempts after it to answer: of a token, for
 * those that take tokens.
 */
interface Step {
  readonly attempt: Attempt
  readonly takesTokens: boolean
  readonly isOpen: (refused: Unauthenticated) => boolean
}

/** What is no token of any issuer that was looked for may be one that somebody else knows. */
const NOT_OURS: ReadonlySet<Reason> = new Set(['token_malformed', 'token_issuer_mismatch'])

const isFinal = (): boolean => false
const isAnyRefusal = (): boolean => true
const isUnread = ({ reason }: Unauthenticated): boolean => NOT_OURS.has(reason)

/** Members of one kind are asked together, where the first of them stands. */
const kindOf = (method: AuthenticateMethod): string =>
  method.kind === 'credential' ? method.way : method.kind

/** What each step of a rule is made of. */
interface Attempts {
  readonly bySession: (rule: Rule) => Attempt
  readonly byBearer: (methods: readonly BearerMethod[], rivals: readonly TokenMethod[]) => Attempt
  readonly byWay: (
    name: string,
    methods: readonly CredentialMethod[],
    rivals: readonly TokenMethod[],
  ) => Attempt
}

const stepsOf = (rule: Rule, { bySession, byBearer, byWay }: Attempts): readonly Step[] => {
  const { authenticate } = rule
  const kinds = [...new Set(authenticate.map(kindOf))]
  return kinds.flatMap((kind): readonly Step[] => {
    if (kind === 'anonymous') return []
    if (kind === 'session') {
      return [{ attempt: bySession(rule), takesTokens: false, isOpen: isAnyRefusal }]
    }
    const rivals = authenticate.filter(takesBearerTokens).filter((one) => kindOf(one) !== kind)
    if (kind === 'bearer') {
      const bearers = authenticate.filter((method) => method.kind === 'bearer')
      const isOpen = rivals.length > 0 ? isUnread : isFinal
      return [{ attempt: byBearer(bearers, rivals), takesTokens: true, isOpen }]
    }
    const methods = authenticate.filter((method) => method.kind === 'credential')
    const ofThis = methods.filter(({ way }) => way === kind)
    const takesTokens = ofThis.some(takesBearerTokens)
    const isOpen = takesTokens && rivals.length > 0 ? isUnread : isFinal
    return [{ attempt: byWay(kind, ofThis, takesTokens ? rivals : []), takesTokens, isOpen }]
  })
}

const createVerifiers = (ports: CheckPorts) => {
  const create = (name: string) => {
    const way = wayOf(name)
    const presented = way.scheme === 'Bearer' ? 'bearer' : 'secret'
    return {
      verify: way.verifier(ports),
      verified: createVerified(name, presented),
      presented,
    } as const
  }
  const made = new Map<string, ReturnType<typeof create>>()
  return (name: string) => {
    const one = made.get(name) ?? create(name)
    made.set(name, one)
    return one
  }
}

/** The steps of a rule with what there is of somebody who presents nothing; made once. */
const createPlans = (attempts: Attempts) => {
  const known = new WeakMap<Rule, { steps: readonly Step[]; nothing: Unauthenticated }>()
  return (rule: Rule) => {
    const before = known.get(rule)
    if (before !== undefined) return before
    const made = { steps: stepsOf(rule, attempts), nothing: nothingFor(rule) }
    known.set(rule, made)
    return made
  }
}

/**
 * A credential that is absent passes the question to the next method. One that is refused ends it:
 * a caller learns what is wrong with its token instead of being taken for somebody else. A session
 * that is not one lets a later method answer. A bearer token that one method cannot read is for the
 * others that take tokens, and for nobody else.
 */
export const createAuthenticate = (ports: CheckPorts): Authenticate => {
  const sessionOf = createSessionAuthentication(ports)
  const verifiedBearer = createVerified('bearer', 'bearer')
  const verifiers = createVerifiers(ports)
  const prove = createProving(ports)

  /** A token that was verified counts once what binds it is proven. */
  const settling =
    (members: readonly AskedProof[]) =>
    (
      request: Request,
      scheme: 'DPoP' | undefined,
      verification: Verification,
      outcome: Authentication,
      budget: Budget,
    ): Awaitable<Authentication> => {
      if (verification.kind === 'rejected') return withScheme(outcome, scheme)
      const { binding } = verification
      if (binding === undefined && scheme === undefined) return outcome
      const needsNonce = members.some(({ nonce }) => nonce === true)
      return prove(request, { scheme, binding, needsNonce }, outcome, budget)
    }

  /** The sessions of the clients one after the other; the first that is good is the caller's. */
  const bySession = (rule: Rule): Attempt => {
    const wanted = wantedToken(rule)
    return (request, policy, budget) => {
      const clients = clientsInOrder(partOf(policy, rule), request)
      const [first] = clients
      if (first === undefined) return undefined
      const own = sessionOf(request, first, wanted, budget)
      if (clients.length === 1) return own
      return clients.slice(1).reduce(
        (former, client) =>
          andThen(former, (before) => {
            if (before.kind === 'authenticated') return before
            const next = sessionOf(request, client, wanted, budget)
            return andThen(next, (now) => neither(before, now))
          }),
        own,
      )
    }
  }

  const byBearer: Attempts['byBearer'] = (all, rivals) => {
    const findToken = createFindPresented(all, rivals)
    const settle = settling([...all, ...rivals])
    return (request, policy, budget) => {
      const found = findToken(request)
      if (found.kind === 'none') return undefined
      const { scheme } = found
      switch (found.kind) {
        case 'malformed':
          return withScheme(refused('bearer', 'token_malformed', found.detail), scheme)
        case 'one': {
          const { token, methods: fitting, moved } = found
          const methods = forResource(fitting, policy, request)
          const taking = methods.filter(({ maxBytes }) => token.length <= maxBytes)
          if (taking.length === 0) return withScheme(tooLarge(token, methods), scheme)
          return andThen(ports.verifier.verify(token, taking, budget), (verification) => {
            const outcome = verifiedBearer(verification, moved ? token : undefined)
            return settle(request, scheme, verification, outcome, budget)
          })
        }
      }
    }
  }

  const byWay: Attempts['byWay'] = (name, methods, rivals) => {
    const find = createFindFor(wayOf(name), methods, rivals)
    const settle = settling([...methods, ...rivals])
    const { verify, verified, presented } = verifiers(name)
    return (request, policy, budget) => {
      const shown = find(policy, request)
      if (shown.kind === 'none') return undefined
      const { scheme } = shown
      switch (shown.kind) {
        case 'malformed': {
          const { reason = 'token_malformed', detail } = shown
          return withScheme(refused(presented, reason, detail), scheme)
        }
        case 'one': {
          const { credential, moved } = shown
          return andThen(verify(credential, methods, request, budget), (verification) => {
            const outcome = verified(verification, moved)
            return settle(request, scheme, verification, outcome, budget)
          })
        }
      }
    }
  }

  const planOf = createPlans({ bySession, byBearer, byWay })

  return (request, policy, rule, budget) => {
    const { steps, nothing } = planOf(rule)
    /** A token that was refused says why, whatever was before it. */
    const joined = (
      before: Unauthenticated | undefined,
      now: Unauthenticated,
      isFirst: boolean,
    ) => {
      if (before === undefined) return now
      return isFirst ? clearingBoth(now, before, now) : neither(before, now)
    }
    /** `isOfToken`: what was refused is a token, which those answer for that take tokens. */
    const from = (
      index: number,
      before: Unauthenticated | undefined,
      isOfToken: boolean,
    ): Awaitable<Authentication> => {
      for (let at = index; at < steps.length; at += 1) {
        const step = steps[at]
        if (step === undefined || (isOfToken && !step.takesTokens)) continue
        const answer = step.attempt(request, policy, budget)
        if (answer === undefined) continue
        return andThen(answer, (now) => {
          if (now.kind === 'authenticated' || !step.isOpen(now)) return now
          return from(at + 1, joined(before, now, step.takesTokens && !isOfToken), step.takesTokens)
        })
      }
      return before ?? nothing
    }
    return from(0, undefined, false)
  }
}
