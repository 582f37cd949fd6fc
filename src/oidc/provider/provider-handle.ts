import { Fault } from '../../core/reason/fault.ts'
import type { Provider } from '../../core/registration/provider.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { Authorities } from '../../outbound/authorities.ts'
import type { OwnCertificate } from '../../outbound/identity/own-certificate.ts'
import type { OutageWatch } from '../../outbound/outage.ts'
import { createOutboundFetch, type OutboundFetch } from '../../outbound/outbound-fetch.ts'
import type { OutboundOptions } from '../../outbound/outbound-options.ts'
import { type Party, type PartyLimits, RECOMMENDED_CIPHERS } from '../../outbound/party.ts'
import { createKeys, type KeySet, type VerificationKey } from './keys.ts'
import { createMetadata, type ProviderMetadata } from './metadata.ts'
import {
  certificateOf,
  createOwnWays,
  type Shower,
  type ShownNow,
  type WayTerms,
} from './own-ways.ts'
import { withoutPlain } from './plain-ways.ts'
import { createProviderNotes } from './provider-notes.ts'
import type { Pause, Refreshed, SettledFetch } from './refreshed.ts'
import { createServerNonces, type ServerNonces } from './server-nonces.ts'

/** Everything we hold of one generation of a provider. */
export interface ProviderHandle {
  readonly provider: Provider
  readonly fetch: OutboundFetch
  /**
   * The way out for a client: one of its own if it shows a certificate, or if a profile says how
   * it is encrypted, and that no `http` goes to another machine; else `fetch`. What anybody can
   * cause goes another way, so that it takes no connection from those who have signed in.
   * @throws Fault `provider_misconfigured` for a certificate that is no longer in use
   */
  readonly fetchFor: (client: Shower, isAnonymous?: boolean) => OutboundFetch
  /** The certificates that a client shows: the one it had when it began, and what is there now. */
  readonly shownBy: (client: Shower) => readonly OwnCertificate[]
  readonly nonces: ServerNonces
  readonly metadata: Refreshed<ProviderMetadata>
  readonly keys: Refreshed<KeySet>
  /** What is odd about it, in sentences without their full stop. */
  readonly notes: () => readonly string[]
  /** Whether a key is still among the trusted ones. Starts a renewal that is due. */
  readonly isCurrent: (key: VerificationKey) => boolean
  /** Closes the ways of certificates that are no longer in use. */
  readonly retainShown: () => void
  /** Lets calls in flight finish and takes no more. */
  readonly close: () => Promise<void>
  /** Ends calls in flight as well. */
  readonly destroy: () => Promise<void>
}

/** What has to go well for an edited provider to be back. */
export const KEYS_SOURCE = 'keys'

/** What all providers have in common. */
export interface HandleDeps {
  readonly outbound: OutboundOptions
  readonly clock: Clock
  readonly authorities: Authorities
  /** Hears when this provider goes and comes back. */
  readonly watch: OutageWatch
  readonly shownNow: ShownNow
  /** Hears sentences for the log. */
  readonly tell: (sentence: string) => void
  /** Absent: as the machine waits. */
  readonly pause?: Pause
}

/** What a claim source is held to: its answers are about one person, and its keys are few. */
const OF_CLAIM_SOURCE: Required<Pick<Party, 'words' | 'limits' | 'hidesPath'>> = {
  hidesPath: true,
  words: {
    url: 'spec.claimSources',
    timeout: 'spec.requestTimeout',
    ca: 'spec.tls.caRef',
  },
  limits: { callsInFlight: 64, connections: 16, maxResponseBytes: 128 * 1024 },
}

const partyOf = (provider: Provider): Party =>
  provider.isClaimSource === true ? { ...provider, ...OF_CLAIM_SOURCE } : provider

/** Logins that are announced: as many at once as are let through, and not much is said to each. */
const OF_ANONYMOUS: PartyLimits = {
  callsInFlight: 32,
  connections: 16,
  maxResponseBytes: 512 * 1024,
}

const partyFor = (provider: Provider, { own, isAnonymous, isProfiled }: WayTerms): Party => ({
  ...provider,
  ...(own === undefined ? {} : { own }),
  ...(isAnonymous ? { limits: OF_ANONYMOUS } : {}),
  ...(isProfiled ? { ciphers: RECOMMENDED_CIPHERS } : {}),
})

/** What we hold of a provider, empty yet; nothing is fetched before it is asked for. */
export const createHandle = (provider: Provider, deps: HandleDeps): ProviderHandle => {
  const { outbound, clock, authorities, watch, tell, shownNow } = deps
  const fetch = createOutboundFetch(partyOf(provider), outbound, clock, authorities, watch)
  const ownWays = createOwnWays((terms) => {
    const heard = terms.own === undefined ? watch : undefined
    const party = partyFor(provider, terms)
    const way = createOutboundFetch(party, outbound, clock, authorities, heard)
    return terms.isProfiled ? withoutPlain(way, provider, () => metadata.peek()) : way
  })
  const fetchFor = (client: Shower, isAnonymous = false): OutboundFetch => {
    const isProfiled = client.asking?.profile !== undefined
    const terms = { isAnonymous, isProfiled }
    const shown = certificateOf(client)
    if (shown === undefined) {
      return isAnonymous || isProfiled ? ownWays.of(client.name, terms) : fetch
    }
    const own = shownNow(client.name, shown)
    if (own !== undefined) return ownWays.of(client.name, { ...terms, own })
    const why = 'its certificate is no longer in use: its OIDCClient was changed or removed'
    throw new Fault('provider_misconfigured', `${client.name}: ${why}.`)
  }
  const notes = createProviderNotes(provider, clock, tell)
  const report =
    (source: string) =>
    (outcome: SettledFetch<unknown>): void => {
      if (outcome.kind === 'loaded') watch.well(source)
      else watch.failed(source, outcome.fault.message)
    }
  const metadata = createMetadata({
    provider,
    fetch,
    outbound,
    clock,
    onSettled: (outcome) => {
      notes.review(outcome.kind === 'loaded' ? outcome.value : undefined)
      report('metadata')(outcome)
    },
  })
  const onSettled = report(KEYS_SOURCE)
  const pausing = deps.pause === undefined ? {} : { pause: deps.pause }
  const keys = createKeys({ provider, fetch, metadata, clock, onSettled, ...pausing })
  let checked: KeySet | undefined
  let current: ReadonlySet<VerificationKey> = new Set()
  const isCurrent = (key: VerificationKey): boolean => {
    const set = keys.peek()
    if (set !== checked) current = new Set(set?.values())
    checked = set
    return current.has(key)
  }
  const end = async (how: 'close' | 'destroy'): Promise<void> => {
    await Promise.all([fetch[how](), ownWays[how]()])
  }
  return {
    provider,
    fetch,
    fetchFor,
    shownBy: (client) => {
      const own = certificateOf(client)
      if (own === undefined) return []
      const now = shownNow(client.name, own)
      return now === undefined ? [own] : [own, now]
    },
    nonces: createServerNonces(),
    metadata,
    keys,
    notes: notes.list,
    isCurrent,
    retainShown: () => ownWays.retain(shownNow),
    close: () => end('close'),
    destroy: () => end('destroy'),
  }
}
