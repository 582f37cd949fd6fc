import { onTestFinished } from 'vitest'
import type { Provider } from '../../src/core/registration/provider.ts'
import type { Clock } from '../../src/core/time/clock.ts'
import { createProviders, type Providers } from '../../src/oidc/provider/providers.ts'
import type { OutboundOptions } from '../../src/outbound/outbound-options.ts'
import { aProvider } from './builders.ts'
import { type HostileProvider, startHostileProvider } from './hostile-provider.ts'
import { patient } from './patience.ts'
import { seededRandom } from './seeded-random.ts'

/** Lets a test reach providers on this machine by http. */
export const localOutbound: OutboundOptions = { allowInsecureIssuers: true, denyNetworks: [] }

/** Providers that may be on this machine; closed when the test is over. */
export const localProviders = (
  clock: Clock,
  options: Pick<
    Parameters<typeof createProviders>[0],
    'delayMs' | 'tell' | 'pause' | 'clientKeys'
  > = {},
): Providers => {
  const providers = createProviders({
    outbound: localOutbound,
    clock,
    random: seededRandom('providers'),
    pause: async () => undefined,
    ...options,
  })
  onTestFinished(() => providers.close())
  return providers
}

/** A hostile provider and the resource that describes it; stopped when the test is over. */
export const aHostileProvider = async (
  changes: Partial<Provider> = {},
): Promise<{ readonly hostile: HostileProvider; readonly provider: Provider }> => {
  const hostile = await startHostileProvider()
  onTestFinished(() => hostile.stop())
  const requestTimeoutMs = patient(30_000)
  return { hostile, provider: aProvider({ issuer: hostile.issuer, requestTimeoutMs, ...changes }) }
}
