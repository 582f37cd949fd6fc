import type { RevocationFacts } from '../core/provider/token-revocation.ts'
import type { Logger } from './logger.ts'
import type { Metrics } from './metrics.ts'

/** Counts what became of each token that was to be taken back, and tells what failed. */
export const createObserveRevocation =
  (deps: {
    readonly logger: Pick<Logger, 'warn'>
    readonly metrics: Pick<Metrics, 'countRevocation'>
  }) =>
  (facts: RevocationFacts): void => {
    deps.metrics.countRevocation(facts)
    const { client, kind, outcome, detail = '' } = facts
    if (outcome === 'failed') {
      deps.logger.warn('A token was not taken back at the provider.', { client, kind, detail })
    }
  }
