import type { LoginState } from '../../core/provider/login-state.ts'
import type { ProviderMetadata } from '../provider/metadata.ts'

/** How a provider is asked for the contexts that raise a session. */
export interface ContextRequest {
  /** The login, with the contexts that it is asked for. */
  readonly login: LoginState
  /** Whether they are an essential claim; `acr_values` otherwise. */
  readonly isEssential: boolean
}

/**
 * Essential are the contexts that the provider says it offers. Of one that it does not know it may
 * make an error page of its own, from which no way leads back; as `acr_values` it may pass over it,
 * and what comes of that is held against the rule like everything else (OpenID Connect Core 1.0
 * section 5.5.1.1). A provider that says nothing of contexts is asked for all of them.
 */
export const contextRequestOf = (
  login: LoginState,
  { takesClaimsParameter, offers }: Pick<ProviderMetadata, 'takesClaimsParameter' | 'offers'>,
): ContextRequest => {
  const { stepUp } = login
  const asIs = { login, isEssential: takesClaimsParameter }
  if (!takesClaimsParameter || stepUp?.acrValues === undefined) return asIs
  if (offers.contexts === undefined) return asIs
  const acrValues = stepUp.acrValues.filter((one) => offers.contexts?.includes(one))
  if (acrValues.length === 0) return { login, isEssential: false }
  return { login: { ...login, stepUp: { ...stepUp, acrValues } }, isEssential: true }
}
