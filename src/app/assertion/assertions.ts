import type { Signing } from '../../assertions/assertions.ts'
import type { Config } from '../../config/config.ts'
import type { Assertions } from '../../core/assertion/assertions.ts'
import type { KeySet } from '../../core/assertion/key-set.ts'
import { untilItWorks } from '../../core/time/until-it-works.ts'
import { systemTimers, type Timers } from '../../kubernetes/timers.ts'
import type { AssertionMetrics } from '../../observability/assertion-metrics.ts'
import type { Logger } from '../../observability/logger.ts'
import type { KeyStoreDependencies } from '../../sessions/key-store.ts'

/** What assertions are made with, and where their keys are shared. */
export interface AssertionDeps extends KeyStoreDependencies {
  readonly config: Config['assertions']
  readonly logger: Pick<Logger, 'warn'>
  readonly metrics: Pick<AssertionMetrics, 'countAssertion' | 'observe'>
  /** Absent: those of the machine. */
  readonly timers?: Timers
}

/** What signs, made when a route first asks for it. */
export interface SharedAssertions extends Assertions {
  /** Loads it, and has the keys looked after from now on. */
  readonly begin: () => void
  /** `iss`; absent: nothing is signed. */
  readonly issuer?: string
  readonly keySet: () => KeySet
  /** A sentence while keys cannot be looked after. */
  readonly trouble: () => string | undefined
  readonly close: () => void
}

const load = async (deps: AssertionDeps): Promise<Signing> => {
  const [{ createSigning }, { createKeyStore }] = await Promise.all([
    import('../../assertions/assertions.ts'),
    import('../../sessions/key-store.ts'),
  ])
  const { config, clock, random, metrics, timers = systemTimers } = deps
  return createSigning({
    store: createKeyStore(deps, ['assertion']),
    clock,
    random,
    issuer: config.issuer ?? '',
    algorithm: config.algorithm,
    rotationMs: config.rotationMs,
    after: timers.after,
    onSigned: metrics.countAssertion,
    tell: (sentence) => deps.logger.warn(sentence),
  })
}

/**
 * Signs assertions, and loads and makes nothing until a route asks for one. Without an issuer no
 * route can: the compiler refuses it.
 */
export const createAssertions = (deps: AssertionDeps): SharedAssertions => {
  let signing: Signing | undefined
  let isClosed = false

  const loaded = untilItWorks(async (): Promise<Signing> => {
    signing = await load(deps)
    if (isClosed) signing.close()
    return signing
  })

  const keySet = (): KeySet => signing?.keySet() ?? { kind: 'unused' }
  deps.metrics.observe(() => {
    const set = keySet()
    return set.kind === 'keys' ? set.keys.length : 0
  })
  const { issuer } = deps.config
  return {
    ...(issuer === undefined ? {} : { issuer }),
    begin: () => void loaded().catch((error: Error) => deps.logger.warn(error.message)),
    sign: (terms, identity, budget) =>
      signing?.sign(terms, identity, budget) ??
      loaded().then((one) => one.sign(terms, identity, budget)),
    keySet,
    trouble: () => signing?.trouble(),
    close: () => {
      isClosed = true
      signing?.close()
    },
  }
}
