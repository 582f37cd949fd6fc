import type { MetricSources } from '../observability/source-metrics.ts'
import type { Providers } from '../oidc/provider/providers.ts'
import type { LiveDecisionPoints } from '../pdp/decision-points.ts'
import type { SharedAssertions } from './assertion/assertions.ts'
import type { ClockWatch } from './clock-watch.ts'
import type { ClientStandings } from './providers/client-standings.ts'
import type { Resources } from './resources.ts'
import type { SessionBackend } from './session-backend.ts'
import type { KeyAge } from './standing/key-age.ts'

/** How everything outside stands, for metrics and for a person. */
export interface Health extends MetricSources {
  /** Sentences about what is degraded, the session store first. */
  readonly troubles: () => readonly string[]
}

const named = (name: string, message: string): string =>
  message.startsWith(name) ? message : `${name}: ${message}`

/** Asks the adapters at the moment of the question; does no I/O. */
export const createHealth = (deps: {
  readonly backend: Pick<SessionBackend, 'trouble' | 'isUp'>
  readonly providers: Pick<Providers, 'health'>
  readonly resources: Pick<Resources, 'providers' | 'problems' | 'troubles' | 'stalenessMs'>
  readonly clocks: Pick<ClockWatch, 'differences' | 'troubles'>
  readonly assertions: Pick<SharedAssertions, 'trouble'>
  readonly decisionPoints: Pick<LiveDecisionPoints, 'standings'>
  readonly clientStandings: Pick<ClientStandings, 'expiries'>
  readonly fileCertificates: MetricSources['fileCertificates']
  readonly keyAge: Pick<KeyAge, 'sinceMs'>
}): Health => {
  const { backend, providers, resources, clocks, assertions, decisionPoints } = deps
  const healths = () =>
    resources.providers().map((provider) => ({ provider, health: providers.health(provider) }))

  const providerTroubles = (): readonly string[] =>
    healths().flatMap(({ provider, health: { lastError } }) =>
      lastError === undefined ? [] : [`IdentityProvider ${named(provider.name, lastError)}`],
    )

  const resourceTroubles = (): readonly string[] => {
    const count = resources.problems()
    const problems = count === 0 ? [] : [`Problems in the resources: ${count}. The log names each.`]
    return [...resources.troubles(), ...problems]
  }

  return {
    troubles: () => {
      const kept = [backend.trouble(), assertions.trouble()]
      return [
        ...kept.filter((trouble) => trouble !== undefined),
        ...clocks.troubles(),
        ...providerTroubles(),
        ...decisionPoints.standings().flatMap(({ trouble }) => trouble ?? []),
        ...resourceTroubles(),
      ]
    },
    providers: () =>
      healths().map(({ provider, health: { isReady, keys, lastError, isHeldBack } }) => ({
        provider: provider.name,
        up: isReady,
        failing: lastError !== undefined || isHeldBack,
        keys,
      })),
    decisionPoints: () =>
      decisionPoints
        .standings()
        .map(({ route, url, trouble }) => ({ route, url, up: trouble === undefined })),
    sessionStoreUp: backend.isUp,
    resourceStalenessMs: resources.stalenessMs,
    clockDifferences: clocks.differences,
    clientCertificates: deps.clientStandings.expiries,
    fileCertificates: deps.fileCertificates,
    sealingSinceMs: deps.keyAge.sinceMs,
  }
}
