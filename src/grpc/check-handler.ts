import type { Check, Failed } from '../core/check.ts'
import type { Verdict } from '../core/decision/decision.ts'
import { deny, denyFault } from '../core/decision/deny.ts'
import { asFault, Fault } from '../core/reason/fault.ts'
import type { Request } from '../core/request/request.ts'
import type { Awaitable } from '../core/time/awaitable.ts'
import type { Budget } from '../core/time/budget.ts'
import type { Clock } from '../core/time/clock.ts'
import type { Random } from '../core/time/random.ts'
import type { CheckTracing, TracedCheck } from '../core/tracing.ts'
import { createBudget, type EndableBudget } from './budget.ts'
import type { CheckCall, ServeCheck } from './call/check-call.ts'
import type { HeaderLimits } from './limits.ts'
import type { ReadCheckRequest } from './message/check-request.ts'
import type { Observations } from './observations.ts'
import { createRequestParser, requestIdOf } from './request.ts'
import type { Answering } from './response.ts'

/** What answering one check takes. */
export interface CheckHandlerDeps extends HeaderLimits {
  readonly read: ReadCheckRequest
  readonly check: Check
  readonly failed: Failed
  readonly answer: Answering
  readonly observations: Observations
  /** Absent: no trace tells of checks. */
  readonly tracing?: CheckTracing
  readonly clock: Clock
  readonly random: Random
  readonly budgetMs: number
}

interface Pending {
  readonly call: CheckCall
  /** To whom it is answered, before more is known of the request. */
  readonly caller: Parameters<Answering>[1]
  readonly startedAtMs: number
  request?: Request
  trace?: TracedCheck
  settled: boolean
}

/**
 * The part of the deadline that is spent here; the rest is for the answer to travel before Envoy
 * gives up.
 */
const DEADLINE_SHARE = 0.8

/** The caller of a check that failed before anything was known about it. */
const NOBODY = { requestId: 'unknown', header: () => undefined } as const

const attempt = (
  { check, failed }: Pick<CheckHandlerDeps, 'check' | 'failed'>,
  request: Request,
  budget: Budget,
): Awaitable<Verdict> => {
  try {
    return check(request, budget)
  } catch (thrown) {
    return failed(request, thrown)
  }
}

/** Apart from where checks begin, so that those of which no trace tells hold nothing for it. */
const tracedAttempt = (
  trace: TracedCheck,
  deps: Pick<CheckHandlerDeps, 'check' | 'failed'>,
  request: Request,
  budget: Budget,
): Awaitable<Verdict> => trace.run(() => attempt(deps, request, budget))

/**
 * Answers `Authorization.Check`, always and once, with a verdict (R1): a thrown error, a rejection,
 * a spent budget and a caller that has gone are verdicts too, never gRPC errors. A check that
 * answers at once costs neither timer nor signal.
 */
export const createCheckHandler = (deps: CheckHandlerDeps): ServeCheck => {
  const { read, failed, answer, observations, clock, random } = deps
  const parse = createRequestParser(deps)

  const note = ({ request, caller, startedAtMs, trace }: Pending, verdict: Verdict): void => {
    const facts = {
      ...(request === undefined ? {} : { request }),
      requestId: caller.requestId,
      verdict,
      durationMs: performance.now() - startedAtMs,
    }
    observations.note(trace === undefined ? facts : { ...facts, trace: trace.ids })
    try {
      trace?.end(facts)
    } catch {
      // It promised not to throw, and a span costs neither the answer nor its line.
    }
  }

  const settle = (pending: Pending, asked: Verdict): void => {
    if (pending.settled) return
    pending.settled = true
    const { verdict, response } = answer(asked, pending.caller)
    pending.call.answer(response)
    note(pending, verdict)
  }

  const budgetMsOf = (call: CheckCall): number => {
    const remainingMs = call.deadlineMs - clock.nowMs()
    return Math.max(0, Math.min(remainingMs * DEADLINE_SHARE, deps.budgetMs))
  }

  /** Nobody is to be told, so nothing is rendered. */
  const leave = (pending: Pending): void => {
    pending.settled = true
    note(pending, deny('caller_gone'))
  }

  const settleLater = (
    pending: Pending,
    request: Request,
    verdict: Promise<Verdict>,
    budget: EndableBudget,
  ): void => {
    const timer = setTimeout(() => {
      const fault = new Fault('budget_exceeded', 'The budget of the check is spent.')
      settle(pending, failed(request, fault))
      budget.end(fault)
    }, budgetMsOf(pending.call))
    const end = (asked: Verdict): void => {
      clearTimeout(timer)
      settle(pending, asked)
    }
    pending.call.onCancelled(() => {
      clearTimeout(timer)
      if (pending.settled) return
      leave(pending)
      budget.end(new Fault('budget_exceeded', 'Envoy gave up on the check.'))
    })
    verdict.then(end, (thrown: unknown) => end(failed(request, thrown)))
  }

  const handle: ServeCheck = (call) => {
    const startedAtMs = performance.now()
    const view = read(call.message)
    const { header } = view.headers
    const caller = { requestId: requestIdOf(view, random), header }
    const pending: Pending = { call, caller, startedAtMs, settled: false }
    if (call.isCancelled()) return leave(pending)
    const trace = deps.tracing?.begin(call, header)
    if (trace !== undefined) pending.trace = trace
    const parsed = parse(view, caller.requestId)
    if (!parsed.ok) return settle(pending, deny(parsed.reason))
    const request = parsed.value
    pending.request = request
    const budget = createBudget()
    const outcome =
      trace === undefined
        ? attempt(deps, request, budget)
        : tracedAttempt(trace, deps, request, budget)
    if (outcome instanceof Promise) return settleLater(pending, request, outcome, budget)
    settle(pending, outcome)
  }

  return (call) => {
    try {
      handle(call)
    } catch (thrown) {
      call.answer(answer(denyFault(asFault(thrown)), NOBODY).response)
    }
  }
}
