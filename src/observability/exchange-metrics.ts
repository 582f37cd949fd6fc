import type { ExchangeFacts } from '../core/provider/token-exchange.ts'
import { createCounter } from './series/counter.ts'
import type { Family } from './series/family.ts'

/** What became of the exchanges that providers were asked for. */
export interface ExchangeMetrics {
  readonly count: (facts: ExchangeFacts) => void
  readonly families: readonly Family[]
}

/** Makes the metrics of token exchange. */
export const createExchangeMetrics = (): ExchangeMetrics => {
  const exchanges = createCounter({
    name: 'sallyport_token_exchanges_total',
    help: 'Access tokens that a provider was asked to exchange for that of an upstream, by outcome: `exchanged`, `subject_refused` (the provider takes the access token no more), `refused` (an operator has to mend it: see the decision log) or `unavailable`. One serves many requests, at all replicas.',
    labelNames: ['outcome'],
  })
  return {
    count: ({ outcome }) => exchanges.at(outcome)(),
    families: [exchanges.family],
  }
}
