import type { Clock } from '../../core/time/clock.ts'
import type { InspectionDeps } from '../../oidc/inspection/inspect-provider.ts'
import { type Answer, createOutboundFetch } from '../../outbound/outbound-fetch.ts'

/**
 * Asks a path of a protected host from here, as a browser does by an empty POST unless another
 * method is said; a redirect and a failure are answers.
 * @throws Fault for a host that is not reached, or whose certificate is not trusted here.
 */
export type AskPublic = (
  url: string,
  headers: Readonly<Record<string, string>>,
  method?: 'GET' | 'POST',
) => Promise<Answer>

/** What it takes. */
interface PublicPathDeps extends Pick<InspectionDeps, 'outbound' | 'authorities'> {
  readonly clock: Clock
}

const REQUEST_TIMEOUT_MS = 5_000

const LIMITS = { callsInFlight: 2, connections: 1, maxResponseBytes: 256 * 1_024 }

const WORDS = {
  url: 'spec.hosts',
  timeout: 'the gateway',
  ca: 'the certificate of the gateway',
}

/** Each call has a connection of its own: it is made once for each path. */
export const createAskPublic =
  ({ outbound, clock, authorities }: PublicPathDeps): AskPublic =>
  async (url, headers, method = 'POST') => {
    const name = new URL(url).host
    const party = { name, requestTimeoutMs: REQUEST_TIMEOUT_MS, limits: LIMITS, words: WORDS }
    const fetch = createOutboundFetch(party, outbound, clock, authorities)
    try {
      const takes = { takesRedirect: true, takesFailure: true, isAnonymous: true } as const
      return await fetch.call({ method, url, headers, ...takes })
    } finally {
      await fetch.destroy()
    }
  }
