import { readFile } from 'node:fs/promises'
import type {
  TokenOfServiceAccount,
  WantedToken,
} from '../../core/provider/service-account-tokens.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { onceUnderWay } from '../../core/time/once-under-way.ts'
import { withinBudget } from '../../core/time/within-budget.ts'
import type { RequestToken } from '../../kubernetes/api/token-request.ts'
import { judgeToken } from './shown-token.ts'

/** The file in which a token of the process lies, and who may show it. */
export interface TokenFile {
  readonly path: string
  /** `namespace/name` of OIDCClients. */
  readonly clients: readonly string[]
}

/** The tokens of service accounts that clients show. */
export interface ServiceAccounts {
  readonly tokenOf: TokenOfServiceAccount
  /** From now on these are the clients; tokens that none of them shows are forgotten. */
  readonly want: (clients: readonly Client[]) => void
  /**
   * Why a client gets no token, as a sentence without its full stop that begins with the field.
   * Asks for one behind the answer where that is not known, and again half a minute after a
   * failure.
   */
  readonly troubleOf: (client: Client, audience: string) => string | undefined
}

/** The least that a cluster grants. */
const LIFETIME_SECONDS = 600

/** Another token is asked for after this part of a lifetime. */
const RENEWAL_PART = 0.8

/** A token that ends sooner may end on its way. */
const LEAST_MS = 60_000

const ASK_AGAIN_MS = 30_000

const WARMING_MS = 10_000

interface Kept {
  readonly token: string
  readonly renewAtMs: number
  readonly expiresAtMs: number
}

/** What an attempt came to. */
type Outcome =
  | { readonly ok: true; readonly token: string }
  | { readonly ok: false; readonly isLasting: boolean; readonly why: string }

const failed = (isLasting: boolean, why: string): Outcome => ({ ok: false, isLasting, why })

const REMEDIES: Readonly<Record<number, string>> = {
  403: 'allow the service account of the process to create serviceaccounts/token of that name (rbac.serviceAccountTokens of the chart)',
  404: 'create it, or correct spec.authentication.serviceAccountRef of the OIDCClient',
}

const keyOf = (namespace: string, name: string, audience: string): string =>
  JSON.stringify([namespace, name, audience])

const accountsOf = (clients: readonly Client[]): ReadonlySet<string> =>
  new Set(
    clients.flatMap(({ authentication }) => {
      if (authentication.method !== 'service_account_token') return []
      const { serviceAccount: account } = authentication
      return account === undefined ? [] : [`${account.namespace}/${account.name}`]
    }),
  )

/** Nothing is asked for yet. */
export const createServiceAccounts = (deps: {
  readonly clock: Clock
  /** Absent: no API server is known, as resources are read from files. */
  readonly requestToken?: RequestToken
  readonly file?: TokenFile
  readonly newBudget: (timeoutMs: number) => Budget
}): ServiceAccounts => {
  const { clock, requestToken, file, newBudget } = deps
  const kept = new Map<string, Kept & { readonly account: string }>()
  const asking = new Map<string, Promise<Outcome>>()
  const attempts = new Map<string, { generation: string; atMs: number; trouble?: string }>()

  const fromFile = async ({ client, audience }: WantedToken): Promise<Outcome> => {
    if (file === undefined) {
      const why =
        'neither spec.authentication.serviceAccountRef nor credentials.serviceAccountTokenFile of the process says whose token is shown: set one'
      return failed(true, why)
    }
    if (!file.clients.includes(client)) {
      return failed(true, 'credentials.serviceAccountTokenClients of the process does not name it')
    }
    try {
      const text = (await readFile(file.path, 'utf8')).trim()
      const judged = judgeToken(text, audience, clock.nowMs())
      if (judged.ok) return judged
      return failed(
        true,
        `the token in credentials.serviceAccountTokenFile ${judged.why}: set \`audience\` of the projected volume`,
      )
    } catch {
      return failed(false, 'credentials.serviceAccountTokenFile cannot be read')
    }
  }

  const ask = async (
    account: { readonly namespace: string; readonly name: string },
    audience: string,
    request: RequestToken,
  ): Promise<Outcome> => {
    const whose = `${account.namespace}/${account.name}`
    const { signal } = newBudget(WARMING_MS)
    const answer = await request({ ...account, audience, seconds: LIFETIME_SECONDS }, signal)
    const named = `ServiceAccount ${whose} gets no token`
    if (!answer.ok) {
      const { status = 0, message } = answer.failure
      const remedy = REMEDIES[status]
      const isLasting = status >= 400 && status < 500 && status !== 429
      return failed(isLasting, `${named}: ${message}${remedy === undefined ? '' : `: ${remedy}`}`)
    }
    const nowMs = clock.nowMs()
    const judged = judgeToken(answer.token, audience, nowMs)
    if (!judged.ok) return failed(true, `the token of ServiceAccount ${whose} ${judged.why}`)
    const { token, expiresAtMs } = judged
    const renewAtMs = nowMs + (expiresAtMs - nowMs) * RENEWAL_PART
    kept.set(keyOf(account.namespace, account.name, audience), {
      token,
      renewAtMs,
      expiresAtMs,
      account: whose,
    })
    return { ok: true, token }
  }

  const fromApi = async (
    { client, audience }: WantedToken,
    account: { readonly namespace: string; readonly name: string },
    budget: Budget,
  ): Promise<Outcome> => {
    if (requestToken === undefined) {
      const why =
        'the resources are read from files, so that no API server is known: use credentials.serviceAccountTokenFile, and leave spec.authentication.serviceAccountRef out'
      return failed(true, why)
    }
    const key = keyOf(account.namespace, account.name, audience)
    const known = kept.get(key)
    if (known !== undefined && clock.nowMs() < known.renewAtMs) return { ok: true, ...known }
    const asked = onceUnderWay(asking, key, () => ask(account, audience, requestToken))
    const late = () => new Fault('provider_unreachable', `${client}: the API server is slow.`)
    const outcome = await withinBudget(asked, budget, late)
    const isGood = known !== undefined && known.expiresAtMs - clock.nowMs() > LEAST_MS
    return !outcome.ok && isGood ? { ok: true, token: known.token } : outcome
  }

  const obtain = (wanted: WantedToken, budget: Budget): Promise<Outcome> =>
    wanted.serviceAccount === undefined
      ? fromFile(wanted)
      : fromApi(wanted, wanted.serviceAccount, budget)

  const note = (client: string, outcome: Outcome): void => {
    const known = attempts.get(client)
    if (known === undefined) return
    const { generation } = known
    const trouble = outcome.ok ? {} : { trouble: outcome.why }
    attempts.set(client, { generation, atMs: clock.nowMs(), ...trouble })
  }

  const tokenOf: TokenOfServiceAccount = async (wanted, budget) => {
    const outcome = await obtain(wanted, budget)
    note(wanted.client, outcome)
    if (outcome.ok) return outcome.token
    const code = outcome.isLasting ? 'provider_misconfigured' : 'provider_unreachable'
    throw new Fault(code, `${wanted.client}: ${outcome.why}.`)
  }

  const isDue = ({ name, generation }: Client): boolean => {
    const known = attempts.get(name)
    if (known === undefined || known.generation !== generation) return true
    return known.trouble !== undefined && clock.nowMs() - known.atMs >= ASK_AGAIN_MS
  }

  return {
    tokenOf,
    want: (clients) => {
      const accounts = accountsOf(clients)
      for (const [key, { account }] of kept) if (!accounts.has(account)) kept.delete(key)
      const names = new Set(clients.map(({ name }) => name))
      for (const name of attempts.keys()) if (!names.has(name)) attempts.delete(name)
    },
    troubleOf: (client, audience) => {
      const { name, generation, authentication } = client
      if (authentication.method !== 'service_account_token') return undefined
      if (isDue(client)) {
        const former = attempts.get(name)
        const trouble = former?.generation === generation ? former.trouble : undefined
        const kept = trouble === undefined ? {} : { trouble }
        attempts.set(name, { generation, atMs: clock.nowMs(), ...kept })
        const { serviceAccount } = authentication
        const account = serviceAccount === undefined ? {} : { serviceAccount }
        const wanted = { client: name, audience, ...account }
        tokenOf(wanted, newBudget(WARMING_MS)).catch(() => undefined)
      }
      const trouble = attempts.get(name)?.trouble
      return trouble === undefined ? undefined : `spec.authentication: ${trouble}`
    },
  }
}
