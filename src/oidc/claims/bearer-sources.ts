import { withoutPlaces } from '../../core/identity/elsewhere.ts'
import type { Claims } from '../../core/identity/identity.ts'
import { withSourced } from '../../core/identity/session-claims.ts'
import type { SharedAnswer, SharedAnswers } from '../../core/session/shared-answers.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { parseJsonObject } from '../../outbound/json.ts'
import type { CompleteClaims } from '../token/access-token.ts'
import { isNumericDate } from '../token/numeric-date.ts'
import type { FollowSources } from './claim-sources.ts'
import { createTellOnce } from './tell-once.ts'

/** How long it counts that a source said nothing that can be trusted. */
const REFUSED_MS = 5_000

const isText = (value: unknown): value is string => typeof value === 'string'

/** Whom a token is for, and whom it was issued to: either may be whom a source speaks to. */
const audiencesOf = ({ aud, azp, client_id: clientId }: Claims): readonly string[] =>
  [...(Array.isArray(aud) ? aud : [aud]), azp, clientId].filter(isText)

/**
 * The claims of a verified access token, with those that it says are elsewhere. A source is asked
 * once for a token, whichever replica meets it, and what it said is kept as long as the token. What
 * it says wrongly is left out, so that the claim stays unknown and rules about it deny.
 */
export const createCompleteClaims = (deps: {
  readonly follow: FollowSources
  readonly shared: Pick<SharedAnswers, 'of'>
  readonly clock: Clock
  /** Hears a sentence. */
  readonly tell: (sentence: string) => void
}): CompleteClaims => {
  const { follow, shared, clock } = deps
  const told = createTellOnce(deps.tell)

  return async (digest, provider, claims, budget) => {
    if (claims._claim_sources === undefined) return { claims, untilMs: Number.POSITIVE_INFINITY }
    told.unlisted(provider.name, provider, claims)
    const about = {
      provider,
      claims,
      subject: String(claims.sub),
      audiences: audiencesOf(claims),
    }
    const ask = async (within: Budget): Promise<SharedAnswer> => {
      const followed = await follow(about, within)
      if (followed.kind === 'refused') {
        told.refused(provider.name, followed)
        return { text: '{}', untilMs: clock.nowMs() }
      }
      const endsAtMs = isNumericDate(claims.exp) ? claims.exp * 1_000 : clock.nowMs()
      const untilMs = Math.min(followed.untilMs, endsAtMs)
      return { text: JSON.stringify(followed.claims), untilMs }
    }
    const name = ['claim sources', digest, provider.name, provider.generation]
    const { text, untilMs } = await shared.of(name, ask, budget)
    return {
      claims: withSourced(withoutPlaces(claims), parseJsonObject(text) ?? {}),
      untilMs: Math.max(untilMs, clock.nowMs() + REFUSED_MS),
    }
  }
}
