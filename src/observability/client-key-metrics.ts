import type { Family } from './series/family.ts'
import { plainGauge } from './series/gauge.ts'

/** The keys that clients prove themselves with. */
export interface ClientKeyMetrics {
  /** Connects what is read at each scrape. */
  readonly observe: (keys: () => number) => void
  readonly families: readonly Family[]
}

/** Makes the metric of the keys of clients. */
export const createClientKeyMetrics = (): ClientKeyMetrics => {
  let published = (): number => 0
  return {
    observe: (keys) => {
      published = keys
    },
    families: [
      plainGauge(
        'sallyport_client_keys',
        'Keys of clients that are made here (`authentication.managedKey`) and published at `/.well-known/clients/`; 0 where no client has one.',
        () => published(),
      ),
    ],
  }
}
