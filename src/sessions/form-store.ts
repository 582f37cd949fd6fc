import type { Form } from '../core/request/form.ts'
import type { FormStore } from '../core/session/form-store.ts'
import type { Budget } from '../core/time/budget.ts'
import type { Clock } from '../core/time/clock.ts'
import type { Random } from '../core/time/random.ts'
import { assertUnspent, withinBudget } from './backend/budget.ts'
import type { Records } from './backend/records.ts'
import { storeKey } from './backend/store-key.ts'
import { createFormPlaces } from './form-places.ts'
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

/** The namespace of a client that is called `namespace/name`. */
const namespaceOf = (client: string): string => client.slice(0, client.indexOf('/'))

const VERSION = 1

/**
 * Keeps forms as sealed records that open with their ticket and a process key together, like
 * sessions (R12), for the tenant that they were kept for, and once.
 */
export const createFormStore = (deps: FormStoreDependencies): FormStore => {
  const { records, keys, keyPrefix } = deps
  const places = createFormPlaces(deps.clock)

  const bindingOf = (tenant: string, ticket: Ticket): RecordBinding => ({
    tenant,
    storeKey: storeKey(keyPrefix, 'form', recordIdOf(ticket)),
    ticketSecret: ticket.secret,
  })

  /**
   * A record that could not be written in time may be written yet: it is removed behind it, and
   * takes no place meanwhile.
   */
  const giveUp = (form: string): void => {
    places.giveBack(form)
    records.remove(form).catch(() => undefined)
  }

  const write = async (
    binding: RecordBinding,
    form: Form,
    ttlMs: number,
    budget: Budget,
  ): Promise<boolean> => {
    const text = JSON.stringify(form)
    const bytes = sealText(deps, 'form record', binding, { version: VERSION, text })
    return withinBudget(records.create(binding.storeKey, bytes, ttlMs), budget)
  }

  return {
    keep: async (client, tenant, form, ttlMs, budget) => {
      assertUnspent(budget)
      const ticket = createTicket(deps.random)
      const binding = bindingOf(tenant, ticket)
      if (!places.take(namespaceOf(client), binding.storeKey, ttlMs)) return undefined
      try {
        if (await write(binding, form, ttlMs, budget)) return formatTicket(ticket)
      } catch (thrown) {
        giveUp(binding.storeKey)
        throw thrown
      }
      places.giveBack(binding.storeKey)
      return undefined
    },
    take: async (tenant, value, budget) => {
      assertUnspent(budget)
      const ticket = parseTicket(value)
      if (ticket === undefined) return undefined
      const binding = bindingOf(tenant, ticket)
      const bytes = await withinBudget(records.read(binding.storeKey), budget)
      if (bytes === undefined) return undefined
      if (!(await withinBudget(records.remove(binding.storeKey), budget))) return undefined
      places.giveBack(binding.storeKey)
      const opened = openText(keys, 'form record', binding, bytes)
      return opened === undefined ? undefined : (JSON.parse(opened.text) as Form)
    },
  }
}
