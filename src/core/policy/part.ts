import type { Client } from '../registration/client.ts'
import type { Policy, Rule } from './policy.ts'

/** The clients that a part of a host is signed in to with. */
export type Part = Pick<Policy, 'clients'>

/** Whom a rule's sessions may be of, and where its logins may go. */
export const partOf = (policy: Part, { clients }: Pick<Rule, 'clients'>): Part =>
  clients === undefined ? policy : { clients }

/** Whether there is a part of a host where end-users choose among this client and others. */
export const isAmongSeveral = (
  policy: Pick<Policy, 'clients' | 'rules' | 'fallback'>,
  client: Client,
): boolean =>
  [policy.fallback, ...policy.rules].some((rule) => {
    const { clients } = partOf(policy, rule)
    return clients.length > 1 && clients.includes(client)
  })
