import type { Form } from '../core/request/form.ts'
import type { FormStore } from '../core/session/form-store.ts'
import type { Clock } from '../core/time/clock.ts'
import type { Random } from '../core/time/random.ts'
import { assertUnspent, withinBudget } from './backend/budget.ts'
import type { Records } from './backend/records.ts'
import { storeKey } from './backend/store-key.ts'
import type { Keys } from './sealing/keys.ts'
import { openText, type RecordBinding, sealText } from './sealing/sealed-text.ts'
import { createTicket, formatTicket, parseTicket, recordIdOf, type Ticket } from './ticket.ts'

/** What a form store is built from. */
export interface FormStoreDependencies {
  readonly records: Records
  readonly keys: Keys
  readonly clock: Clock
  readonly random: Random
  /** In front of every key of the store. */
  readonly keyPrefix: string
}

/**
 * How many forms this process keeps at a time for the clients of one namespace: whoever is not
 * signed in can have one kept, so their number must end somewhere, whatever a tenant makes; and
 * nobody may use up what is another's.
 */
const MAX_PER_NAMESPACE = 500

/** The namespace of a client that is called `namespace/name`. */
const namespaceOf = (client: string): string => client.slice(0, client.indexOf('/'))

const VERSION = 1

/**
 * Keeps forms as sealed records that open with their ticket and a process key together, like
 * sessions (R12), for the tenant that they were kept for, and once.
 */
export const createFormStore = (deps: FormStoreDependencies): FormStore => {
  const { records, keys, clock, keyPrefix } = deps
  const keptUntilMs = new Map<string, readonly number[]>()

  const bindingOf = (tenant: string, ticket: Ticket): RecordBinding => ({
    tenant,
    storeKey: storeKey(keyPrefix, 'form', recordIdOf(ticket)),
    ticketSecret: ticket.secret,
  })

  /** Takes one of the places of a namespace until `ttlMs` from now; false if there is none. */
  const takePlace = (namespace: string, ttlMs: number): boolean => {
    const nowMs = clock.nowMs()
    for (const [name, ends] of keptUntilMs) {
      const left = ends.filter((endMs) => endMs > nowMs)
      if (left.length === 0) keptUntilMs.delete(name)
      else if (left.length < ends.length) keptUntilMs.set(name, left)
    }
    const taken = keptUntilMs.get(namespace) ?? []
    if (taken.length >= MAX_PER_NAMESPACE) return false
    keptUntilMs.set(namespace, [...taken, nowMs + ttlMs])
    return true
  }

  return {
    keep: async (client, tenant, form, ttlMs, budget) => {
      assertUnspent(budget)
      if (!takePlace(namespaceOf(client), ttlMs)) return undefined
      const ticket = createTicket(deps.random)
      const binding = bindingOf(tenant, ticket)
      const text = JSON.stringify(form)
      const bytes = sealText(deps, 'form record', binding, { version: VERSION, text })
      const isKept = await withinBudget(records.create(binding.storeKey, bytes, ttlMs), budget)
      return isKept ? formatTicket(ticket) : undefined
    },
    take: async (tenant, value, budget) => {
      assertUnspent(budget)
      const ticket = parseTicket(value)
      if (ticket === undefined) return undefined
      const binding = bindingOf(tenant, ticket)
      const bytes = await withinBudget(records.read(binding.storeKey), budget)
      if (bytes === undefined) return undefined
      if (!(await withinBudget(records.remove(binding.storeKey), budget))) return undefined
      const opened = openText(keys, 'form record', binding, bytes)
      return opened === undefined ? undefined : (JSON.parse(opened.text) as Form)
    },
  }
}
