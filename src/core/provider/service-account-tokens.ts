import type { Budget } from '../time/budget.ts'

/** Which token of a service account is wanted. */
export interface WantedToken {
  /** `namespace/name` of the OIDCClient that shows it. */
  readonly client: string
  /** Whose; absent: the one that the process has in a file. */
  readonly serviceAccount?: { readonly namespace: string; readonly name: string }
  /** The one `aud` that it has. */
  readonly audience: string
}

/**
 * A token that is still good for a minute, in compact form.
 * @throws Fault `provider_misconfigured` for what somebody has to mend, `provider_unreachable` for
 * what another try may
 */
export type TokenOfServiceAccount = (wanted: WantedToken, budget: Budget) => Promise<string>
