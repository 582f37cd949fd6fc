import type { WantedToken } from '../../core/provider/service-account-tokens.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { onceUnderWay } from '../../core/time/once-under-way.ts'
import { withinBudget } from '../../core/time/within-budget.ts'
import type { RequestToken, TokenAnswer } from '../../kubernetes/api/token-request.ts'
import { failed, type Outcome } from './outcome.ts'
import { audiencesOf, judgeToken, LEAST_MS } from './shown-token.ts'

/** A service account in a cluster. */
export interface Account {
  readonly namespace: string
  readonly name: string
}

/** The API server that issues tokens. */
export interface Issuing {
  readonly requestToken: RequestToken
  /** Its host and port, as it is called by us; absent while that is not known. Never rejects. */
  readonly host: () => Promise<string | undefined>
}

/** Tokens that the API server issues, kept while they are good. */
export interface AskedTokens {
  /** @throws Fault `provider_unreachable` when the budget is spent */
  readonly obtain: (wanted: WantedToken, account: Account, budget: Budget) => Promise<Outcome>
  /** How the next token comes along while the one that is there is good; `undefined`: well. */
  readonly renewalOf: (audience: string, account: Account) => Renewal | undefined
  /** Forgets what is not for one of these (`namespace/name`), and what has ended. */
  readonly keepOnly: (accounts: ReadonlySet<string>) => void
}

/** Another token is wanted, and not there. */
export interface Renewal {
  /** Why the last attempt failed, as a sentence without its full stop; absent: none was made. */
  readonly trouble?: string
  /** Until when the present token is shown. */
  readonly shownUntilMs: number
}

/** The least that a cluster grants. */
const LIFETIME_SECONDS = 600

/** Another token is asked for after this part of a lifetime. */
const RENEWAL_PART = 0.8

/** How long an answer is awaited. */
export const ASKING_MS = 10_000

/** What somebody has to mend is not asked for again before. */
export const ASK_AGAIN_MS = 30_000

/** What may be over soon is not asked for again before. */
const TRY_AGAIN_MS = 3_000

const REMEDIES: Readonly<Record<number, string>> = {
  403: 'allow the service account of the process to create serviceaccounts/token of that name (rbac.serviceAccountTokens of the chart)',
  404: 'create it, or correct spec.authentication.serviceAccountRef of the OIDCClient',
}

const NO_API_SERVER =
  'the resources are read from files, so that no API server is known: use credentials.serviceAccountTokenFile, and leave spec.authentication.serviceAccountRef out'

const NO_AUDIENCES =
  'the token that the API server issues for itself names no audience, so that nobody knows what has to be kept from others'

const keyOf = ({ namespace, name }: Account, audience: string): string =>
  JSON.stringify([namespace, name, audience])

const wholeName = ({ namespace, name }: Account): string => `${namespace}/${name}`

const refusedBy = (whose: string, answer: TokenAnswer & { readonly ok: false }): Outcome => {
  const { status = 0, message } = answer.failure
  const remedy = REMEDIES[status]
  const isLasting = status >= 400 && status < 500 && status !== 429
  const named = `ServiceAccount ${whose} gets no token: ${message}`
  return failed(isLasting, remedy === undefined ? named : `${named}: ${remedy}`)
}

interface Kept {
  readonly account: string
  readonly token: string
  readonly renewAtMs: number
  readonly expiresAtMs: number
}

interface Failure {
  readonly account: string
  readonly outcome: Outcome
  readonly untilMs: number
}

/** Nothing is asked for yet. `issuing` is absent where no API server is known. */
export const createAskedTokens = (deps: {
  readonly clock: Clock
  readonly issuing?: Issuing
  readonly newBudget: (timeoutMs: number) => Budget
}): AskedTokens => {
  const { clock, issuing, newBudget } = deps
  const kept = new Map<string, Kept>()
  const failures = new Map<string, Failure>()
  const asking = new Map<string, Promise<Outcome>>()

  /**
   * Beside the token that is to be shown one without an audience is asked for, which the API server
   * issues for itself: that names all of its audiences. It is dropped at once.
   */
  const ask = async (
    key: string,
    account: Account,
    audience: string,
    { requestToken, host }: Issuing,
  ): Promise<Outcome> => {
    const whose = wholeName(account)
    const { signal } = newBudget(ASKING_MS)
    const [own, answer] = await Promise.all([
      requestToken({ ...account, seconds: LIFETIME_SECONDS }, signal),
      requestToken({ ...account, audience, seconds: LIFETIME_SECONDS }, signal),
    ])
    if (!answer.ok) return refusedBy(whose, answer)
    if (!own.ok) return refusedBy(whose, own)
    const audiences = audiencesOf(own.token)
    if (audiences.length === 0) return failed(true, NO_AUDIENCES)
    const api = { audiences, host: await host() }
    const nowMs = clock.nowMs()
    const judged = judgeToken(answer.token, audience, { nowMs, api })
    if (!judged.ok) return failed(true, `the token of ServiceAccount ${whose} ${judged.why}`)
    const { token, expiresAtMs } = judged
    const renewAtMs = Math.min(nowMs + (expiresAtMs - nowMs) * RENEWAL_PART, expiresAtMs - LEAST_MS)
    kept.set(key, { token, renewAtMs, expiresAtMs, account: whose })
    return { ok: true, token }
  }

  const askAndNote = async (
    key: string,
    account: Account,
    audience: string,
    from: Issuing,
  ): Promise<Outcome> => {
    const outcome = await ask(key, account, audience, from)
    if (outcome.ok) {
      failures.delete(key)
      return outcome
    }
    const untilMs = clock.nowMs() + (outcome.isLasting ? ASK_AGAIN_MS : TRY_AGAIN_MS)
    failures.set(key, { account: wholeName(account), outcome, untilMs })
    return outcome
  }

  return {
    obtain: async ({ client, audience }, account, budget) => {
      if (issuing === undefined) return failed(true, NO_API_SERVER)
      const key = keyOf(account, audience)
      const nowMs = clock.nowMs()
      const known = kept.get(key)
      if (known !== undefined && nowMs < known.renewAtMs) return { ok: true, token: known.token }
      const failure = failures.get(key)
      const isGood = known !== undefined && known.expiresAtMs - nowMs > LEAST_MS
      if (failure !== undefined && nowMs < failure.untilMs) {
        return isGood ? { ok: true, token: known.token } : failure.outcome
      }
      const asked = onceUnderWay(asking, key, () => askAndNote(key, account, audience, issuing))
      if (isGood) return { ok: true, token: known.token }
      const late = () => new Fault('provider_unreachable', `${client}: the API server is slow.`)
      return withinBudget(asked, budget, late)
    },
    renewalOf: (audience, account) => {
      const key = keyOf(account, audience)
      const known = kept.get(key)
      const nowMs = clock.nowMs()
      if (known === undefined || nowMs < known.renewAtMs) return undefined
      const outcome = failures.get(key)?.outcome
      const trouble = outcome?.ok === false ? { trouble: outcome.why } : {}
      return { ...trouble, shownUntilMs: known.expiresAtMs - LEAST_MS }
    },
    keepOnly: (accounts) => {
      const nowMs = clock.nowMs()
      for (const [key, { account, expiresAtMs }] of kept) {
        if (!accounts.has(account) || expiresAtMs <= nowMs) kept.delete(key)
      }
      for (const [key, { account, untilMs }] of failures) {
        if (!accounts.has(account) || untilMs <= nowMs) failures.delete(key)
      }
    },
  }
}
