import type { TokenOfServiceAccount } from '../../core/provider/service-account-tokens.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { ASK_AGAIN_MS, ASKING_MS, createAskedTokens, type Issuing } from './asked-tokens.ts'
import { createFileTokens, OWN_TOKEN_FILE, type TokenFile } from './file-tokens.ts'
import type { Outcome } from './outcome.ts'

/** The tokens of service accounts that clients show. */
export interface ServiceAccounts {
  readonly tokenOf: TokenOfServiceAccount
  /** From now on these are the clients; tokens that none shows, and that ended, are forgotten. */
  readonly want: (clients: readonly Client[]) => void
  /**
   * Why a client gets no token, as a sentence without its full stop that begins with the field.
   * Asks for one behind the answer where that is not known, and again half a minute after a
   * failure.
   */
  readonly troubleOf: (client: Client, audience: string) => string | undefined
  /**
   * Why a client that shows a token gets no other, as a sentence of the same kind; `troubleOf` has
   * asked for one by then.
   */
  readonly noteOf: (client: Client, audience: string) => string | undefined
}

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
  readonly issuing?: Issuing
  readonly file?: TokenFile
  /** Where the token lies that the pod shows to the API server, unless it is the usual place. */
  readonly ownTokenFile?: string
  readonly newBudget: (timeoutMs: number) => Budget
}): ServiceAccounts => {
  const { clock, newBudget, ownTokenFile = OWN_TOKEN_FILE } = deps
  const asked = createAskedTokens(deps)
  const fromFile = createFileTokens({ ...deps, ownTokenFile })
  const attempts = new Map<string, { generation: string; atMs: number; trouble?: string }>()

  const note = (client: string, outcome: Outcome): void => {
    const known = attempts.get(client)
    if (known === undefined) return
    const { generation } = known
    const trouble = outcome.ok ? {} : { trouble: outcome.why }
    attempts.set(client, { generation, atMs: clock.nowMs(), ...trouble })
  }

  const tokenOf: TokenOfServiceAccount = async (wanted, budget) => {
    const { serviceAccount: account } = wanted
    const outcome = await (account === undefined
      ? fromFile(wanted)
      : asked.obtain(wanted, account, budget))
    note(wanted.client, outcome)
    if (outcome.ok) return outcome.token
    const code = outcome.isLasting ? 'provider_misconfigured' : 'provider_unreachable'
    throw new Fault(code, `${wanted.client}: ${outcome.why}.`)
  }

  const renewalOf = ({ authentication }: Client, audience: string) =>
    authentication.method === 'service_account_token' && authentication.serviceAccount !== undefined
      ? asked.renewalOf(audience, authentication.serviceAccount)
      : undefined

  const isDue = (client: Client, audience: string): boolean => {
    const { name, generation } = client
    const known = attempts.get(name)
    if (known === undefined || known.generation !== generation) return true
    const isWanting = known.trouble !== undefined || renewalOf(client, audience) !== undefined
    return isWanting && clock.nowMs() - known.atMs >= ASK_AGAIN_MS
  }

  return {
    tokenOf,
    want: (clients) => {
      asked.keepOnly(accountsOf(clients))
      const names = new Set(clients.map(({ name }) => name))
      for (const name of attempts.keys()) if (!names.has(name)) attempts.delete(name)
    },
    troubleOf: (client, audience) => {
      const { name, generation, authentication } = client
      if (authentication.method !== 'service_account_token') return undefined
      if (isDue(client, audience)) {
        const former = attempts.get(name)
        const trouble = former?.generation === generation ? former.trouble : undefined
        const kept = trouble === undefined ? {} : { trouble }
        attempts.set(name, { generation, atMs: clock.nowMs(), ...kept })
        const { serviceAccount } = authentication
        const account = serviceAccount === undefined ? {} : { serviceAccount }
        const wanted = { client: name, audience, ...account }
        tokenOf(wanted, newBudget(ASKING_MS)).catch(() => undefined)
      }
      const trouble = attempts.get(name)?.trouble
      return trouble === undefined ? undefined : `spec.authentication: ${trouble}`
    },
    noteOf: (client, audience) => {
      const { trouble, shownUntilMs = 0 } = renewalOf(client, audience) ?? {}
      if (trouble === undefined || clock.nowMs() >= shownUntilMs) return undefined
      const until = new Date(shownUntilMs).toISOString()
      return `spec.authentication: ${trouble}; the token that is there is shown until ${until}`
    },
  }
}
