import { ResponseBodyError, tokenRevocation } from 'openid-client'
import type { Client } from '../../core/policy/policy.ts'
import type { RevocationFacts, TokenRevocation } from '../../core/provider/token-revocation.ts'
import type { Tokens } from '../../core/provider/tokens.ts'
import { asFault } from '../../core/reason/fault.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { Providers } from '../provider/providers.ts'
import { plainText } from './authorization-response.ts'
import { createConfigureClient, faultIn, type Reading } from './client-configuration.ts'

type Outcome = Pick<RevocationFacts, 'outcome' | 'detail'>

/** Revocation that can be waited for. */
export interface StoppableRevocation extends TokenRevocation {
  /**
   * Resolves when the calls in flight are done, which is bounded by the time that each may take.
   */
  readonly close: () => Promise<void>
}

/** For both tokens together; each call is bounded by the provider's request timeout besides. */
const BUDGET_MS = 15_000

/** Any success will do: its body means nothing (RFC 7009 section 2.2). */
const plainly: Reading = ({ status, text }) =>
  status < 300
    ? new Response('')
    : new Response(text, { status, headers: { 'content-type': 'application/json' } })

const failed = (detail: string): Outcome => ({ outcome: 'failed', detail })

const failureOf = (thrown: unknown): Outcome => {
  const fault = faultIn(thrown)
  if (fault !== undefined) return failed(fault.message)
  if (!(thrown instanceof ResponseBodyError)) return failed(plainText(asFault(thrown).message))
  if (thrown.error === 'unsupported_token_type') return { outcome: 'unsupported' }
  return failed(`The provider answered ${plainText(thrown.error)}.`)
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

  const revokeOne = async (
    client: Client,
    kind: RevocationFacts['kind'],
    token: string,
    budget: Budget,
  ): Promise<Outcome | undefined> => {
    try {
      const configuration = await configure(client, plainly, budget)
      if (configuration.serverMetadata().revocation_endpoint === undefined) return undefined
      await tokenRevocation(configuration, token, { token_type_hint: kind })
      return { outcome: 'revoked' }
    } catch (thrown) {
      return failureOf(thrown)
    }
  }

  const revokeAll = async (client: Client, tokens: Tokens): Promise<void> => {
    const budget = newBudget(BUDGET_MS)
    for (const [kind, token] of revocable(tokens, clock.nowMs())) {
      const outcome = await revokeOne(client, kind, token, budget)
      if (outcome !== undefined) observe({ client: client.name, kind, ...outcome })
    }
  }

  return {
    revoke: (client, tokens) => {
      const work = revokeAll(client, tokens).finally(() => running.delete(work))
      running.add(work)
    },
    close: async () => {
      await Promise.all(running)
    },
  }
}
