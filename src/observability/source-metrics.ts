import type { Family } from './series/family.ts'
import { gaugeOf, plainGauge } from './series/gauge.ts'

/** How one provider stands. */
interface ProviderGauge {
  /** `namespace/name` of the resource. */
  readonly provider: string
  readonly up: boolean
  /** What was known goes on, and nothing newer is had. */
  readonly failing: boolean
  readonly keys: number
}

/** How one decision point stood when it was last asked. */
interface DecisionPointGauge {
  /** `namespace/name` of the ProtectedRoute. */
  readonly route: string
  readonly url: string
  readonly up: boolean
}

/** What is read when metrics are asked for, so that a scrape sees the state of that moment. */
export interface MetricSources {
  readonly providers: () => readonly ProviderGauge[]
  readonly decisionPoints: () => readonly DecisionPointGauge[]
  readonly sessionStoreUp: () => boolean
  readonly resourceStalenessMs: () => number
  /** How far other clocks are ahead of this one. */
  readonly clockDifferences: () => readonly { readonly against: string; readonly aheadMs: number }[]
  /** When the certificates expire that clients show. */
  readonly clientCertificates: () => readonly {
    readonly client: string
    readonly expiresAtMs: number
  }[]
  /** When the certificates expire that the process shows, by the field that names their file. */
  readonly fileCertificates: () => readonly {
    readonly field: string
    readonly expiresAtMs: number
  }[]
  /** Since when sessions are sealed by the key that seals now; `undefined`: not known. */
  readonly sealingSinceMs: () => number | undefined
}

const MS = 1_000

/** Gauges of what stands outside: read at each scrape, once it is connected. */
export const createSourceMetrics = () => {
  let sources: MetricSources | undefined
  const ofProviders = (name: string, help: string, read: (one: ProviderGauge) => number): Family =>
    gaugeOf({ name, help, labelNames: ['provider'] }, () =>
      (sources?.providers() ?? []).map((one) => [[one.provider], read(one)]),
    )
  return {
    observe: (connected: MetricSources): void => {
      sources = connected
    },
    families: [
      ofProviders(
        'sallyport_provider_up',
        'Whether metadata and keys of a provider are loaded: 1 or 0.',
        ({ up }) => Number(up),
      ),
      ofProviders(
        'sallyport_provider_failing',
        'Whether the latest calls to a provider failed, or are held back after failures: 1 or 0. One that was discovered goes on by what is known.',
        ({ failing }) => Number(failing),
      ),
      ofProviders(
        'sallyport_provider_keys',
        'Verification keys of a provider that are in use.',
        ({ keys }) => keys,
      ),
      gaugeOf(
        {
          name: 'sallyport_decision_point_up',
          help: 'Whether a decision point worked when a check last asked it: 1, or 0 if nobody was there, it was too late or it failed (a status from 500). Absent until it is asked.',
          labelNames: ['route', 'url'],
        },
        () =>
          (sources?.decisionPoints() ?? []).map(({ route, url, up }) => [[route, url], Number(up)]),
      ),
      gaugeOf(
        {
          name: 'sallyport_client_certificate_expiry_timestamp_seconds',
          help: 'When the certificate expires by which an OIDCClient (`namespace/name`) authenticates (`authentication.certificateRef`), in seconds since the epoch.',
          labelNames: ['client'],
        },
        () =>
          (sources?.clientCertificates() ?? []).map(({ client, expiresAtMs }) => [
            [client],
            expiresAtMs / MS,
          ]),
      ),
      gaugeOf(
        {
          name: 'sallyport_certificate_expiry_timestamp_seconds',
          help: 'When the certificate expires that the process shows, by the field of the configuration that names its file (`grpc.tls`, `adminApi.tls`, `sessions.redis.tls`, `sessions.redis.sentinel.tls`), in seconds since the epoch. It is that of the last pair of certificate and key that could be used, which stays in use when the files are replaced by some that cannot.',
          labelNames: ['field'],
        },
        () =>
          (sources?.fileCertificates() ?? []).map(({ field, expiresAtMs }) => [
            [field],
            expiresAtMs / MS,
          ]),
      ),
      gaugeOf(
        {
          name: 'sallyport_sealing_key_since_timestamp_seconds',
          help: 'When a replica first sealed by the newest of `keys.files`, as the session store remembers it, in seconds since the epoch. Absent until the store was asked.',
          labelNames: [],
        },
        () => {
          const sinceMs = sources?.sealingSinceMs()
          return sinceMs === undefined ? [] : [[[], sinceMs / MS]]
        },
      ),
      plainGauge(
        'sallyport_session_store_up',
        'Whether the session store can be reached: 1 or 0. Always 1 for the memory store.',
        () => Number(sources?.sessionStoreUp() ?? true),
      ),
      plainGauge(
        'sallyport_resource_staleness_seconds',
        'How long ago the API server last told anything, by the quietest of the watches; up to about 50 on a quiet cluster. Always 0 for the files source.',
        () => (sources?.resourceStalenessMs() ?? 0) / MS,
      ),
      gaugeOf(
        {
          name: 'sallyport_clock_difference_seconds',
          help: 'How far the clock of `redis`, or of an IdentityProvider as `namespace/name`, is ahead of that of this process; negative: behind. Providers tell whole seconds.',
          labelNames: ['against'],
        },
        () =>
          (sources?.clockDifferences() ?? []).map(({ against, aheadMs }) => [
            [against],
            aheadMs / MS,
          ]),
      ),
    ],
  }
}
