import { createHmac, type KeyObject } from 'node:crypto'
import type { NonceStanding } from '../../core/provider/proofs.ts'
import type { Clock } from '../../core/time/clock.ts'

/** A nonce is made of the time's bucket, and taken in the next one as well. */
export const NONCE_BUCKET_MS = 150_000

/** 144 bits of it are as good as all (RFC 2104 section 5). */
const LENGTH = 24

/** Nonces without a memory. */
export interface Nonces {
  readonly newest: () => string
  readonly standingOf: (nonce: string) => NonceStanding
}

/**
 * Nonces for proofs (RFC 9449 sections 8 and 9): a keyed hash (HMAC-SHA-256) of the time, in
 * buckets, so that every replica that has the key takes what another gave out. One is good for two
 * and a half minutes at least and five at most; that of the bucket to come is taken as well, from a
 * replica whose clock is ahead. With a new key in front the former ones still count.
 */
export const createNonces = (deps: {
  /** The newest first. */
  readonly secrets: () => readonly KeyObject[]
  readonly clock: Clock
}): Nonces => {
  const { secrets, clock } = deps
  let known = new Map<string, Exclude<NonceStanding, 'none'>>()
  let newest = ''
  let madeOf: { readonly bucket: number; readonly keys: readonly KeyObject[] } | undefined

  const nonceOf = (key: KeyObject, bucket: number): string =>
    createHmac('sha256', key).update(`${bucket}`).digest('base64url').slice(0, LENGTH)

  const refresh = (): void => {
    const bucket = Math.floor(clock.nowMs() / NONCE_BUCKET_MS)
    const keys = secrets()
    const isSame =
      madeOf?.bucket === bucket &&
      madeOf.keys.length === keys.length &&
      madeOf.keys.every((key, at) => key === keys[at])
    if (isSame) return
    madeOf = { bucket, keys }
    known = new Map(
      keys.flatMap((key) => [
        [nonceOf(key, bucket - 1), 'ending'] as const,
        [nonceOf(key, bucket), 'good'] as const,
        [nonceOf(key, bucket + 1), 'good'] as const,
      ]),
    )
    const [first] = keys
    if (first !== undefined) newest = nonceOf(first, bucket)
  }

  return {
    newest: () => {
      refresh()
      return newest
    },
    standingOf: (nonce) => {
      refresh()
      return known.get(nonce) ?? 'none'
    },
  }
}
