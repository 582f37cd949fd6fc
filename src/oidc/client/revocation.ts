import type { Configuration } from 'openid-client'
import type { RevocationFacts, TokenRevocation } from '../../core/provider/token-revocation.ts'
import type { Tokens } from '../../core/provider/tokens.ts'
import { asFault } from '../../core/reason/fault.ts'
import type { Client } from '../../core/registration/client.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { Providers } from '../provider/providers.ts'
import { plainText } from './authorization-response.ts'
import { createConfigureClient, faultIn } from './client-configuration.ts'
import { isAboutClient, isSuccess, type Refusal, refusalIn, whyClientRefused } from './refusal.ts'

type Outcome = Pick<RevocationFacts, 'outcome' | 'detail'>

/** Revocation that can be waited for. */
export interface StoppableRevocation extends TokenRevocation {
  /** The same within a budget, and resolves when the calls are done. Never rejects. */
  readonly revoked: (client: Client, tokens: Tokens, budget: Budget) => Promise<void>
  /**
   * Resolves when the calls in flight are done, which is bounded by the time that each may take.
   */
  readonly close: () => Promise<void>
}

/** For both tokens together; each call is bounded by the provider's request timeout besides. */
const BUDGET_MS = 15_000

const failed = (detail: string): Outcome => ({ outcome: 'failed', detail })

const refusedBy = (refusal: Refusal, client: Client, configuration: Configuration): Outcome => {
  const { error, detail } = refusal
  if (error === 'unsupported_token_type') return { outcome: 'unsupported' }
  if (!isAboutClient(refusal)) return failed(`The provider answered ${detail}.`)
  const server = configuration.serverMetadata()
  const listed = server.revocation_endpoint_auth_methods_supported
  const why = whyClientRefused(client, listed ?? server.token_endpoint_auth_methods_supported)
  return failed(`The provider answered ${detail}; ${why}.`)
}

/** What is worth taking back, the refresh token first: with it, the provider may end the other. */
const revocable = (
  tokens: Tokens,
  nowMs: number,
): readonly (readonly [RevocationFacts['kind'], string])[] => {
  const { refreshToken, accessToken, accessTokenExpiresAtMs = Number.POSITIVE_INFINITY } = tokens
  return [
    ...(refreshToken === undefined ? [] : [['refresh_token', refreshToken] as const]),
    ...(accessTokenExpiresAtMs > nowMs ? [['access_token', accessToken] as const] : []),
  ]
}

/**
 * Token revocation (RFC 7009) with the client's own authentication. A provider without a revocation
 * endpoint is not asked.
 */
export const createTokenRevocation = (deps: {
  readonly providers: Providers
  readonly clock: Clock
  readonly newBudget: (timeoutMs: number) => Budget
  readonly observe: (facts: RevocationFacts) => void
}): StoppableRevocation => {
  const { clock, newBudget, observe } = deps
  const configure = createConfigureClient(deps)
  const running = new Set<Promise<void>>()

  /** Any success will do: its body means nothing (RFC 7009 section 2.2). */
  const ask = async (
    client: Client,
    kind: RevocationFacts['kind'],
    token: string,
    budget: Budget,
  ): Promise<Outcome | undefined> => {
    let refusal: Refusal | undefined
    const configuration = await configure(
      client,
      (answer, sent) => {
        refusal = isSuccess(answer) ? undefined : refusalIn(answer, sent, client)
        return new Response('')
      },
      budget,
    )
    if (configuration.serverMetadata().revocation_endpoint === undefined) return undefined
    const { tokenRevocation } = await import('openid-client')
    await tokenRevocation(configuration, token, { token_type_hint: kind })
    return refusal === undefined
      ? { outcome: 'revoked' }
      : refusedBy(refusal, client, configuration)
  }

  const revokeOne = async (
    client: Client,
    kind: RevocationFacts['kind'],
    token: string,
    budget: Budget,
  ): Promise<Outcome | undefined> => {
    try {
      return await ask(client, kind, token, budget)
    } catch (thrown) {
      return failed(faultIn(thrown)?.message ?? plainText(asFault(thrown).message))
    }
  }

  const revokeAll = async (client: Client, tokens: Tokens, budget: Budget): Promise<void> => {
    for (const [kind, token] of revocable(tokens, clock.nowMs())) {
      const outcome = await revokeOne(client, kind, token, budget)
      if (outcome !== undefined) observe({ client: client.name, kind, ...outcome })
    }
  }

  const revoked = (client: Client, tokens: Tokens, budget: Budget): Promise<void> => {
    const work = revokeAll(client, tokens, budget).finally(() => running.delete(work))
    running.add(work)
    return work
  }

  return {
    revoke: (client, tokens) => void revoked(client, tokens, newBudget(BUDGET_MS)),
    revoked,
    close: async () => {
      await Promise.all(running)
    },
  }
}
