import type { Form } from '../request/form.ts'
import type { Budget } from '../time/budget.ts'

/** Forms that wait for the end of a login. Calls throw `Fault` `session_store_unavailable`. */
export interface FormStore {
  /**
   * Keeps a form for one tenant of a client, `namespace/name`, and answers its ticket, a secret;
   * `undefined` where too many are kept already for the clients of the namespace.
   */
  readonly keep: (
    client: string,
    tenant: string,
    form: Form,
    ttlMs: number,
    budget: Budget,
  ) => Promise<string | undefined>
  /** Gives a form back, once; `undefined` for a ticket that opens none for this tenant. */
  readonly take: (tenant: string, ticket: string, budget: Budget) => Promise<Form | undefined>
}
