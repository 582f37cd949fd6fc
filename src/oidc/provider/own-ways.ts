import type { Client } from '../../core/registration/client.ts'
import type { OwnCertificate } from '../../outbound/identity/own-certificate.ts'
import type { OutboundFetch } from '../../outbound/outbound-fetch.ts'

/** Who asks, how it authenticates, and what its tokens are bound to. */
export type Shower = Pick<Client, 'name' | 'authentication' | 'bindingCertificate'> &
  Partial<Pick<Client, 'asking'>>

/** The certificate that a client shows, to authenticate or to have tokens bound to it, if any. */
export const certificateOf = ({
  authentication,
  bindingCertificate,
}: Shower): OwnCertificate | undefined =>
  'certificatePem' in authentication ? authentication : bindingCertificate

/**
 * The certificate that a client of that name shows at present, for one that it showed when a check
 * began: what is under way goes on with what is in use by now. Absent: it shows none any more.
 */
export type ShownNow = (name: string, own: OwnCertificate) => OwnCertificate | undefined

/** What tells one way out to a provider from another. */
export interface WayTerms {
  /** What is shown on it; absent: nothing. */
  readonly own?: OwnCertificate
  /** Whether what goes over it can be caused by anybody, without having signed in. */
  readonly isAnonymous: boolean
  /** Whether a profile says how it is encrypted, and that it is. */
  readonly isProfiled: boolean
}

/** The ways out to one provider besides the one that everybody shares. */
export interface OwnWays {
  /**
   * Made on first use, without I/O, and for the client of that name where a certificate is shown. A
   * certificate in the place of another closes its way.
   */
  readonly of: (name: string, terms: WayTerms) => OutboundFetch
  /** Closes each way whose certificate its client does not show any more. */
  readonly retain: (shownNow: ShownNow) => void
  /** Lets calls in flight finish and takes no more. */
  readonly close: () => Promise<void>
  /** Ends calls in flight as well. */
  readonly destroy: () => Promise<void>
}

interface Way {
  readonly name: string
  readonly own: OwnCertificate | undefined
  readonly fetch: OutboundFetch
}

const isSame = (a: OwnCertificate | undefined, b: OwnCertificate | undefined): boolean =>
  a?.certificatePem === b?.certificatePem && a?.privateKeyPem === b?.privateKeyPem

/** Where no certificate is shown, all clients share a way; no client is called so. */
const EVERYBODY = ''

const keyOf = (name: string, { own, isAnonymous, isProfiled }: WayTerms): string =>
  `${isAnonymous} ${isProfiled} ${own === undefined ? EVERYBODY : name}`

/**
 * Each way has connections, a breaker and a limit of its own: a provider that refuses a certificate
 * holds back nobody else, and neither do logins that somebody begins.
 */
export const createOwnWays = (create: (terms: WayTerms) => OutboundFetch): OwnWays => {
  const ways = new Map<string, Way>()

  const end = async (how: 'close' | 'destroy'): Promise<void> => {
    const all = [...ways.values()]
    ways.clear()
    await Promise.all(all.map(({ fetch }) => fetch[how]()))
  }

  return {
    of: (name, terms) => {
      const { own } = terms
      const key = keyOf(name, terms)
      const known = ways.get(key)
      if (known !== undefined && isSame(own, known.own)) return known.fetch
      const made = { name, own, fetch: create(terms) }
      ways.set(key, made)
      void known?.fetch.close()
      return made.fetch
    },
    retain: (shownNow) => {
      for (const [key, { name, own, fetch }] of ways) {
        if (own === undefined || isSame(shownNow(name, own), own)) continue
        ways.delete(key)
        void fetch.close()
      }
    },
    close: () => end('close'),
    destroy: () => end('destroy'),
  }
}
