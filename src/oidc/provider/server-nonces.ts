/** The nonces that the servers of a provider want to see in proofs (RFC 9449 section 8). */
export interface ServerNonces {
  /** The latest of the server that has this URL, if it gave out any. */
  readonly of: (url: string) => string | undefined
  /** What came with an answer of that server; anything else than a nonce is passed over. */
  readonly note: (url: string, nonce: string | undefined) => void
}

/** `NQCHAR` (section 8.1); a longer one would fill every proof, and no server needs it. */
const NONCE = /^[\x21\x23-\x5b\x5d-\x7e]{1,512}$/

/** A provider has its endpoints at one server, or at two or three. */
const MOST_SERVERS = 16

/** Remembered by origin, for all who ask there: a nonce is no secret, and bound to no key. */
export const createServerNonces = (): ServerNonces => {
  const nonces = new Map<string, string>()
  return {
    of: (url) => nonces.get(new URL(url).origin),
    note: (url, nonce) => {
      if (nonce === undefined || !NONCE.test(nonce)) return
      const { origin } = new URL(url)
      if (!nonces.has(origin) && nonces.size >= MOST_SERVERS) nonces.clear()
      nonces.set(origin, nonce)
    },
  }
}
