import type { RelyingParty } from '../../core/provider/relying-party.ts'
import { asFault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { ProviderCallCounts } from '../../observability/provider-call-metrics.ts'
import { CLIENT_REFUSED } from '../../oidc/client/refusal.ts'

type Counts = Pick<ProviderCallCounts, 'countSignIn' | 'countRefresh' | 'countClientRefusal'>

/**
 * The same relying party, with what becomes of codes and refreshes counted. A callback whose code
 * is sent nowhere says nothing of the provider: whoever likes makes them.
 */
export const countedSignIns = (
  relyingParty: RelyingParty,
  { countSignIn, countRefresh, countClientRefusal }: Counts,
): RelyingParty => {
  const failed = (client: Client, thrown: unknown) => {
    const fault = asFault(thrown)
    if (fault.cause === CLIENT_REFUSED) countClientRefusal(client.name)
    return fault.code
  }
  return {
    ...relyingParty,
    authorizationUrl: async (client, ...rest) => {
      try {
        return await relyingParty.authorizationUrl(client, ...rest)
      } catch (thrown) {
        failed(client, thrown)
        throw thrown
      }
    },
    exchange: async (client, ...rest) => {
      try {
        const outcome = await relyingParty.exchange(client, ...rest)
        const { name } = client.provider
        if (outcome.kind === 'tokens') countSignIn(name, 'completed')
        else if (outcome.unsent !== true) countSignIn(name, outcome.reason)
        return outcome
      } catch (thrown) {
        countSignIn(client.provider.name, failed(client, thrown))
        throw thrown
      }
    },
    refresh: async (client, ...rest) => {
      try {
        const outcome = await relyingParty.refresh(client, ...rest)
        const { kind } = outcome
        countRefresh(client.provider.name, kind === 'tokens' ? 'completed' : kind)
        return outcome
      } catch (thrown) {
        countRefresh(client.provider.name, failed(client, thrown))
        throw thrown
      }
    },
  }
}
