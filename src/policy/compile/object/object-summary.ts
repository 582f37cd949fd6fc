import type { Policy } from '../../../core/policy/policy.ts'
import type { Asking, Client } from '../../../core/registration/client.ts'
import type { Provider } from '../../../core/registration/provider.ts'
import type { ObjectRef } from '../../resource/resource.ts'

/** What became of one IdentityProvider, OIDCClient or ProtectedRoute. */
export interface ObjectSummary {
  readonly ref: ObjectRef
  /** Whether the object as it is now is in force, or an earlier version of it, or none. */
  readonly inForce: 'current' | 'last_good' | 'none'
  /** Why it cannot be used, as a sentence without its full stop; absent if it can. */
  readonly unusable?: string
  /** The providers that it stands on, each once; none if it cannot be used. */
  readonly providers: readonly Provider[]
  /** Of a client that can be used: how it asks its provider. */
  readonly asking?: Asking
  /** Of a route: the names of what the platform requires of it; absent: nothing. */
  readonly platform?: readonly string[]
}

/** The provider by itself, or that of a client. */
export const ownProvider = (value: Provider | Client): readonly Provider[] => [
  'provider' in value ? value.provider : value,
]

/** Every provider that a policy asks, each once. */
export const providersOf = ({ clients, rules, fallback }: Policy): readonly Provider[] => {
  const ofMethods = [fallback, ...rules].flatMap(({ authenticate }) =>
    authenticate.flatMap((method) => ('provider' in method ? [method.provider] : [])),
  )
  return [...new Set([...clients.map(({ provider }) => provider), ...ofMethods])]
}
