import type { Provider } from '../core/registration/provider.ts'
import type { Timers } from '../kubernetes/timers.ts'
import type { Logger } from '../observability/logger.ts'
import type { Providers } from '../oidc/provider/providers.ts'

/** How far somebody else's clock is ahead of ours. */
export interface ClockDifference {
  /** Whose clock: `redis`, or `namespace/name` of an IdentityProvider. */
  readonly against: string
  /** Negative: it is behind. */
  readonly aheadMs: number
}

/** Knows whether the clock of this process is right, as far as others can tell. */
export interface ClockWatch {
  /** What was found last, at each clock. */
  readonly differences: () => readonly ClockDifference[]
  /** A sentence for each clock that is too far from ours. */
  readonly troubles: () => readonly string[]
  /** Looks for the first time. */
  readonly start: () => void
  readonly stop: () => void
}

/** What the latest answers of providers told, each of the clocks once. */
export const clockDifferencesOf = (
  live: readonly Provider[],
  providers: Pick<Providers, 'health'>,
): readonly ClockDifference[] =>
  live.flatMap((provider) => {
    const { clockAheadMs } = providers.health(provider)
    return clockAheadMs === undefined ? [] : [{ against: provider.name, aheadMs: clockAheadMs }]
  })

const INTERVAL_MS = 60_000

/** More than this is no matter of networks, and of the whole seconds that HTTP tells. */
const TOO_FAR_MS = 5_000

const sentence = ({ against, aheadMs }: ClockDifference): string => {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000)
  const name = against === 'redis' ? 'Redis' : `IdentityProvider ${against}`
  const way = aheadMs > 0 ? 'behind' : 'ahead of'
  return `The clock of this process is ${seconds} s ${way} that of ${name}: tokens and sessions are judged by it; set the one that is wrong (NTP).`
}

/**
 * Compares clocks once a minute: with the session store, which is asked, and with the providers,
 * whose answers carry the time. Says once, at `warn`, when one is too far away and when it is back.
 */
export const createClockWatch = (deps: {
  /** How far the clock of Redis is ahead; `undefined`: there is none, or it does not tell. */
  readonly redisAheadMs: () => Promise<number | undefined>
  readonly providers: () => readonly ClockDifference[]
  readonly timers: Timers
  readonly logger: Pick<Logger, 'warn'>
}): ClockWatch => {
  const { redisAheadMs, providers, timers, logger } = deps
  let redis: ClockDifference | undefined
  let told: ReadonlySet<string> = new Set()
  let isStopped = false
  let cancel = (): void => undefined

  const differences = (): readonly ClockDifference[] => [
    ...(redis === undefined ? [] : [redis]),
    ...providers(),
  ]
  const tooFar = (): readonly ClockDifference[] =>
    differences().filter(({ aheadMs }) => Math.abs(aheadMs) > TOO_FAR_MS)

  const tell = (): void => {
    const far = tooFar()
    for (const one of far) if (!told.has(one.against)) logger.warn(sentence(one))
    const now = new Set(far.map(({ against }) => against))
    for (const against of told) {
      if (!now.has(against)) logger.warn(`The clock of this process agrees with ${against} again.`)
    }
    told = now
  }

  const look = async (): Promise<void> => {
    const aheadMs = await redisAheadMs().catch(() => undefined)
    if (isStopped) return
    redis = aheadMs === undefined ? undefined : { against: 'redis', aheadMs }
    tell()
    cancel = timers.after(INTERVAL_MS, () => void look())
  }

  return {
    differences,
    troubles: () => tooFar().map(sentence),
    start: () => void look(),
    stop: () => {
      isStopped = true
      cancel()
    },
  }
}
