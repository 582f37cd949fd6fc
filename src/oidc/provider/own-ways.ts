import type { Client } from '../../core/registration/client.ts'
import type { OwnCertificate } from '../../outbound/identity/own-certificate.ts'
import type { OutboundFetch } from '../../outbound/outbound-fetch.ts'

/** Who asks, and how it authenticates. */
export type Shower = Pick<Client, 'name' | 'authentication'>

/** The certificate that a client shows; `undefined` where it authenticates otherwise. */
export const certificateOf = ({ authentication }: Shower): OwnCertificate | undefined =>
  'certificatePem' in authentication ? authentication : undefined

/**
 * The certificate that a client of that name shows at present, for one that it showed when a check
 * began: what is under way goes on with what is in use by now. Absent: it shows none any more.
 */
export type ShownNow = (name: string, own: OwnCertificate) => OwnCertificate | undefined

/** The ways out to one provider, each for the client whose certificate is shown on it. */
export interface OwnWays {
  /** Made on first use, without I/O. A certificate in the place of another closes its way. */
  readonly of: (name: string, own: OwnCertificate) => OutboundFetch
  /** Closes each way whose certificate its client does not show any more. */
  readonly retain: (shownNow: ShownNow) => void
  /** Lets calls in flight finish and takes no more. */
  readonly close: () => Promise<void>
  /** Ends calls in flight as well. */
  readonly destroy: () => Promise<void>
}

interface Way {
  readonly own: OwnCertificate
  readonly fetch: OutboundFetch
}

const isSame = (a: OwnCertificate | undefined, b: OwnCertificate): boolean =>
  a?.certificatePem === b.certificatePem && a.privateKeyPem === b.privateKeyPem

/**
 * Each certificate has connections, a breaker and a limit of its own: a provider that refuses one
 * holds back nobody else.
 */
export const createOwnWays = (create: (own: OwnCertificate) => OutboundFetch): OwnWays => {
  const ways = new Map<string, Way>()

  const end = async (how: 'close' | 'destroy'): Promise<void> => {
    const all = [...ways.values()]
    ways.clear()
    await Promise.all(all.map(({ fetch }) => fetch[how]()))
  }

  return {
    of: (name, own) => {
      const known = ways.get(name)
      if (known !== undefined && isSame(own, known.own)) return known.fetch
      const made = { own, fetch: create(own) }
      ways.set(name, made)
      void known?.fetch.close()
      return made.fetch
    },
    retain: (shownNow) => {
      for (const [name, { own, fetch }] of ways) {
        if (isSame(shownNow(name, own), own)) continue
        ways.delete(name)
        void fetch.close()
      }
    },
    close: () => end('close'),
    destroy: () => end('destroy'),
  }
}
