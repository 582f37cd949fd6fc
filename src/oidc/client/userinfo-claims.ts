import type { Claims } from '../../core/identity/identity.ts'
import type { RelyingParty } from '../../core/provider/relying-party.ts'
import type { Tokens } from '../../core/provider/tokens.ts'
import { asFault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Budget } from '../../core/time/budget.ts'
import { refuseLogin } from './authorization-response.ts'
import type { Userinfo } from './userinfo.ts'

const subjectOf = ({ claims }: Tokens): string => String(claims.sub)

const told = (tokens: Tokens, userinfo: Claims | undefined): Tokens =>
  userinfo === undefined ? tokens : { ...tokens, userinfo }

/**
 * A relying party that also asks the userinfo endpoint, where the client says so. At a login there
 * is no session without its answer, because rules may depend on it. At a refresh the earlier answer
 * stands where there is no new one: rotated tokens must not be lost over it.
 */
export const askingUserinfo = (relyingParty: RelyingParty, userinfo: Userinfo): RelyingParty => {
  const anew = async (
    client: Client,
    tokens: Tokens,
    budget: Budget,
  ): Promise<Claims | undefined> => {
    try {
      const answer = await userinfo(client, tokens, subjectOf(tokens), budget)
      return answer.kind === 'claims' ? answer.claims : undefined
    } catch (thrown) {
      if (asFault(thrown).code === 'internal') throw thrown
      return undefined
    }
  }

  return {
    ...relyingParty,
    exchange: async (client, login, query, budget) => {
      const outcome = await relyingParty.exchange(client, login, query, budget)
      if (outcome.kind !== 'tokens' || client.userinfo === 'Never') return outcome
      const { tokens } = outcome
      const answer = await userinfo(client, tokens, subjectOf(tokens), budget)
      return answer.kind === 'claims'
        ? { kind: 'tokens', tokens: told(tokens, answer.claims) }
        : refuseLogin('userinfo_refused', answer.detail)
    },
    refresh: async (client, old, budget) => {
      const outcome = await relyingParty.refresh(client, old, budget)
      if (outcome.kind !== 'tokens' || client.userinfo === 'Never') return outcome
      const { tokens } = outcome
      const fresh = client.userinfo === 'AtRefresh' ? await anew(client, tokens, budget) : undefined
      return { kind: 'tokens', tokens: told(tokens, fresh ?? old.userinfo) }
    },
  }
}
