import type { TokenOfServiceAccount } from '../../core/provider/service-account-tokens.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Provider } from '../../core/registration/provider.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { Random } from '../../core/time/random.ts'
import { createAuthorities } from '../../outbound/authorities.ts'
import type { OwnCertificate } from '../../outbound/identity/own-certificate.ts'
import { createOutage, type Outage } from '../../outbound/outage.ts'
import type { OutboundOptions } from '../../outbound/outbound-options.ts'
import type { KeyOfClient } from './managed-key.ts'
import type { ProviderMetadata } from './metadata.ts'
import { certificateOf, type Shower, type ShownNow } from './own-ways.ts'
import { createHandle, KEYS_SOURCE, type ProviderHandle } from './provider-handle.ts'
import { healthOf, lookAt, type ProviderHealth, type ProviderLook } from './provider-health.ts'
import type { Pause } from './refreshed.ts'
import { createRetryDelay, createWarming, type RetryDelay } from './warming.ts'

/** The providers in use, each on its own. */
export interface Providers {
  /** What we hold of this very generation; made on first use, without I/O. */
  readonly of: (provider: Provider) => ProviderHandle
  /**
   * Fetches metadata and keys in the background, and tries again until they are there. Never
   * throws.
   */
  readonly warm: (provider: Provider) => void
  /**
   * Lets go of every generation that is not among these, and of every certificate that none of
   * these clients shows; calls in flight are finished. To be called after each swap of the
   * snapshot. Before the first time, whoever asks is taken at its word.
   */
  readonly retain: (live: readonly Provider[], clients: readonly Shower[]) => void
  readonly health: (provider: Provider) => ProviderHealth
  /** The same for a person to look at; starts nothing. */
  readonly look: (provider: Provider) => ProviderLook
  /** The metadata that are there, if any; starts nothing. */
  readonly peek: (provider: Provider) => ProviderMetadata | undefined
  readonly tokenOfServiceAccount: TokenOfServiceAccount
  readonly keyOfClient: KeyOfClient
  /** Closes every connection and stops what runs in the background. */
  readonly close: () => Promise<void>
}

interface Entry {
  readonly handle: ProviderHandle
  readonly warm: () => void
  readonly retire: () => Promise<void>
  readonly destroy: () => Promise<void>
}

/** A provider, and who may say claims in its place: each is called on its own. */
const withSources = (provider: Provider): readonly Provider[] => [
  provider,
  ...(provider.claimSources ?? []).map((source) => source.provider),
]

const names = new WeakMap<Provider, string>()

/** The same text each time: it is asked for at every check. */
const nameOf = (provider: Provider): string => {
  const known = names.get(provider)
  if (known !== undefined) return known
  const name = `${provider.generation} ${provider.name}`
  names.set(provider, name)
  return name
}

const noToken: TokenOfServiceAccount = async ({ client }) => {
  const why = 'tokens of service accounts are asked for by the running service alone'
  throw new Fault('provider_unreachable', `${client}: ${why}.`)
}

const noKey: KeyOfClient = async (client) => {
  const why = 'its keys are made by the running service, which alone has them'
  throw new Fault('client_key_unavailable', `${client}: ${why}.`)
}

const certificatesOf = (clients: readonly Shower[]): ReadonlyMap<string, OwnCertificate> =>
  new Map(
    clients.flatMap((client) => {
      const own = certificateOf(client)
      return own === undefined ? [] : [[client.name, own] as const]
    }),
  )

/**
 * The registry of providers. Connections, breaker, metadata and keys live per name and generation,
 * so an edited provider starts afresh and a slow one harms nobody else (R26).
 */
export const createProviders = (deps: {
  readonly outbound: OutboundOptions
  readonly clock: Clock
  readonly random: Random
  /**
   * How long to wait before the given attempt, counted from 1, to warm a provider; absent: doubling
   * from 1 s to 30 s, with jitter.
   */
  readonly delayMs?: RetryDelay
  /** Absent: no client gets a token of a service account here. */
  readonly serviceAccounts?: { readonly tokenOf: TokenOfServiceAccount }
  /** Absent: there is no key here for a client that has its keys made. */
  readonly clientKeys?: { readonly keyOf: KeyOfClient }
  /** Hears a sentence when a provider goes, when it comes back, and about what is odd with one. */
  readonly tell?: (sentence: string) => void
  /** How a login waits for its turn to read keys again; absent: as the machine waits. */
  readonly pause?: Pause
}): Providers => {
  const { outbound, clock, random, delayMs = createRetryDelay(random) } = deps
  const { tell = () => undefined } = deps
  const entries = new Map<string, Entry>()
  const outages = new Map<string, Outage>()
  const authorities = createAuthorities()
  let shown: ReadonlyMap<string, OwnCertificate> | undefined
  const shownNow: ShownNow = (name, own) => (shown === undefined ? own : shown.get(name))

  const outageOf = ({ name }: Provider): Outage => {
    const known = outages.get(name)
    if (known !== undefined) return known
    const made = createOutage(
      { kind: 'IdentityProvider', name, returnsBy: KEYS_SOURCE },
      clock,
      tell,
    )
    outages.set(name, made)
    return made
  }

  const create = (provider: Provider): Entry => {
    const watch = outageOf(provider).watch()
    const pausing = deps.pause === undefined ? {} : { pause: deps.pause }
    const common = { outbound, clock, authorities, shownNow, tell, ...pausing }
    const handle = createHandle(provider, { ...common, watch })
    const warming = createWarming(handle, delayMs)
    const retire = (): Promise<void> => {
      warming.stop()
      return handle.close()
    }
    const destroy = (): Promise<void> => {
      warming.stop()
      return handle.destroy()
    }
    return { handle, warm: warming.start, retire, destroy }
  }

  const entryOf = (provider: Provider): Entry => {
    const name = nameOf(provider)
    const known = entries.get(name)
    if (known !== undefined) return known
    const made = create(provider)
    entries.set(name, made)
    return made
  }

  return {
    of: (provider) => entryOf(provider).handle,
    warm: (provider) => {
      for (const one of withSources(provider)) entryOf(one).warm()
    },
    retain: (providersInUse, clients) => {
      const live = providersInUse.flatMap(withSources)
      const kept = new Set(live.map(nameOf))
      shown = certificatesOf(clients)
      for (const [name, entry] of entries) {
        if (kept.has(name)) {
          entry.handle.retainShown()
          continue
        }
        entries.delete(name)
        void entry.retire()
      }
      const names = new Set(live.map(({ name }) => name))
      for (const name of outages.keys()) if (!names.has(name)) outages.delete(name)
    },
    health: (provider) => healthOf(entryOf(provider).handle),
    look: (provider) => lookAt(entryOf(provider).handle),
    peek: (provider) => entryOf(provider).handle.metadata.known(),
    tokenOfServiceAccount: deps.serviceAccounts?.tokenOf ?? noToken,
    keyOfClient: deps.clientKeys?.keyOf ?? noKey,
    close: async () => {
      await Promise.all([...entries.values()].map((entry) => entry.destroy()))
    },
  }
}
