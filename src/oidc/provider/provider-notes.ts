import type { Provider } from '../../core/registration/provider.ts'
import type { Clock } from '../../core/time/clock.ts'
import { reviewBundle } from '../../outbound/authorities.ts'
import { metadataNotes, type ProviderMetadata } from './metadata.ts'

/** What is odd about a provider that can be used all the same. */
export interface ProviderNotes {
  /** Sentences without their full stop; does no I/O. */
  readonly list: () => readonly string[]
  /** Looks again, at this metadata where there is some, and tells what is new. */
  readonly review: (metadata?: ProviderMetadata) => void
}

const bundleNotes = (provider: Provider, nowMs: number): readonly string[] => {
  const bundles = [
    ['spec.tls.caRef', provider.caPem],
    ['spec.proxy.caRef', provider.proxy?.caPem],
  ] as const
  return bundles.flatMap(([field, pem]) =>
    pem === undefined
      ? []
      : reviewBundle(pem, nowMs).complaints.map((complaint) => `${field}: ${complaint}`),
  )
}

/** Notes about one generation of a provider; each is told once, until it was gone for a while. */
export const createProviderNotes = (
  provider: Provider,
  clock: Clock,
  tell: (sentence: string) => void,
): ProviderNotes => {
  let ofMetadata: readonly string[] = []
  let notes: readonly string[] = []
  return {
    list: () => notes,
    review: (metadata) => {
      if (metadata !== undefined) ofMetadata = metadataNotes(metadata)
      const former = new Set(notes)
      notes = [...bundleNotes(provider, clock.nowMs()), ...ofMetadata]
      for (const note of notes) {
        if (!former.has(note)) tell(`IdentityProvider ${provider.name}: ${note}.`)
      }
    },
  }
}
