import { createCounter } from './series/counter.ts'
import type { Family } from './series/family.ts'
import { plainGauge } from './series/gauge.ts'

/** What is signed for upstreams. */
export interface AssertionMetrics {
  readonly countAssertion: (outcome: 'signed' | 'unavailable') => void
  /** Connects what is read at each scrape. */
  readonly observe: (keys: () => number) => void
  readonly families: readonly Family[]
}

/** Makes the metrics of assertions. */
export const createAssertionMetrics = (): AssertionMetrics => {
  let published = (): number => 0
  const assertions = createCounter({
    name: 'sallyport_assertions_total',
    help: 'Assertions for upstreams, by outcome: `signed`, or `unavailable`: there was no key yet, and the check was denied with 503. One serves many requests.',
    labelNames: ['outcome'],
  })
  const count = { signed: assertions.at('signed'), unavailable: assertions.at('unavailable') }
  return {
    countAssertion: (outcome) => count[outcome](),
    observe: (keys) => {
      published = keys
    },
    families: [
      assertions.family,
      plainGauge(
        'sallyport_assertion_keys',
        'Keys of assertions that are published at `/.well-known/jwks.json`; 0 where no route asks for an assertion.',
        () => published(),
      ),
    ],
  }
}
