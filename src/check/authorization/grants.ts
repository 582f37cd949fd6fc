import type { CheckPorts } from '../../core/check-ports.ts'
import { type Asking, sealedFor } from './issuer.ts'

/** A code of the provider, as a client holds it. */
export interface HeldCode {
  readonly code: string
  readonly redirectUri: string
  readonly codeChallenge: string
  readonly resourceUrl: string
  readonly scopes: readonly string[]
  /** Names it among those that were used. */
  readonly attempt: string
  readonly expiresAtMs: number
}

/** A refresh token of the provider, as a client holds it. */
export interface HeldRefresh {
  readonly refreshToken: string
  /** The attempt that it goes back to. */
  readonly family: string
  /** How many went before it; each is used once. */
  readonly generation: number
  readonly resourceUrl: string
  readonly scopes: readonly string[]
  readonly expiresAtMs: number
}

/**
 * What clients hold of the provider's: sealed for the host and the client, so that it is nothing to
 * another client, to another host or to the provider itself, which would take it of whoever shows
 * the credentials of ours.
 */
export interface Held {
  readonly code: (asking: Asking, clientKey: string, code: Omit<HeldCode, 'expiresAtMs'>) => string
  readonly openCode: (asking: Asking, clientKey: string, held: string) => HeldCode | undefined
  readonly refresh: (
    asking: Asking,
    clientKey: string,
    refresh: Omit<HeldRefresh, 'expiresAtMs'>,
  ) => string
  readonly openRefresh: (asking: Asking, clientKey: string, held: string) => HeldRefresh | undefined
}

/** Providers have codes expire after a minute or a few (RFC 6749 section 4.1.2). */
export const CODE_TTL_MS = 5 * 60_000

/** Of a refresh token that is not used; each use begins it anew. */
export const REFRESH_TTL_MS = 90 * 24 * 3_600_000

/** What no client was ever given is not opened. */
const MAX_HELD = 16 * 1_024

/** Seals and opens what clients hold. */
export const createHeld = ({ seal, clock }: Pick<CheckPorts, 'seal' | 'clock'>): Held => {
  const sealed = (purpose: string, asking: Asking, key: string, held: object, ttlMs: number) =>
    seal.seal(
      sealedFor(purpose, asking, key),
      JSON.stringify({ ...held, expiresAtMs: clock.nowMs() + ttlMs }),
    )

  const opened = <T extends { readonly expiresAtMs: number }>(
    purpose: string,
    asking: Asking,
    key: string,
    held: string,
  ): T | undefined => {
    if (held.length > MAX_HELD) return undefined
    const text = seal.open(sealedFor(purpose, asking, key), held)
    const value = text === undefined ? undefined : (JSON.parse(text) as T)
    return value === undefined || value.expiresAtMs <= clock.nowMs() ? undefined : value
  }

  return {
    code: (asking, key, code) => sealed('code', asking, key, code, CODE_TTL_MS),
    openCode: (asking, key, held) => opened<HeldCode>('code', asking, key, held),
    refresh: (asking, key, refresh) => sealed('refresh', asking, key, refresh, REFRESH_TTL_MS),
    openRefresh: (asking, key, held) => opened<HeldRefresh>('refresh', asking, key, held),
  }
}
