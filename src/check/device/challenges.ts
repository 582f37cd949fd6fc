import type { CheckPorts } from '../../core/check-ports.ts'
import type { DeviceBound } from '../../core/registration/client.ts'
import type { DeviceKey } from '../../core/session/session-device.ts'
import type { OpenSession } from '../../core/session/session-store.ts'

/** Challenges for the device of a session. */
export interface DeviceChallenges {
  readonly newest: (terms: DeviceBound, open: OpenSession, key: DeviceKey) => string
  /** Whether a challenge was made for this session and key, and is not too old by now. */
  readonly isTaken: (
    terms: DeviceBound,
    open: OpenSession,
    key: DeviceKey,
    challenge: string,
  ) => boolean
}

const CHALLENGE =
  /^(?<bucket>[0-9a-z]{1,9})(?:\.(?<once>[A-Za-z0-9_-]{22}))?\.(?<tag>[A-Za-z0-9_-]{43})$/

const ONCE_BYTES = 16

/**
 * A challenge is a keyed hash over the session, the key and the time in buckets: any replica knows
 * it again, and nothing is kept for it. Within a bucket it is the same text, which a browser has
 * signed already; that of the bucket before still counts, and that of the next, from a replica
 * whose clock is ahead. Where proofs are taken once, each challenge has random bits of its own.
 */
export const createDeviceChallenges = ({
  deviceProofs,
  clock,
  random,
}: Pick<CheckPorts, 'deviceProofs' | 'clock' | 'random'>): DeviceChallenges => {
  const bucketAt = ({ challengeLifetimeMs }: DeviceBound): number =>
    Math.floor(clock.nowMs() / challengeLifetimeMs)

  const textOf = (
    { challengeLifetimeMs }: DeviceBound,
    { id }: OpenSession,
    { thumbprint }: DeviceKey,
    shown: string,
  ): string => `${id}|${thumbprint}|${challengeLifetimeMs}|${shown}`

  return {
    newest: (terms, open, key) => {
      const bucket = bucketAt(terms).toString(36)
      const shown = terms.singleUse ? `${bucket}.${random.token(ONCE_BYTES)}` : bucket
      return `${shown}.${deviceProofs.tag('challenge', textOf(terms, open, key, shown))}`
    },
    isTaken: (terms, open, key, challenge) => {
      const { bucket, once, tag } = CHALLENGE.exec(challenge)?.groups ?? {}
      if (bucket === undefined || tag === undefined) return false
      if (terms.singleUse !== (once !== undefined)) return false
      if (Math.abs(Number.parseInt(bucket, 36) - bucketAt(terms)) > 1) return false
      const shown = once === undefined ? bucket : `${bucket}.${once}`
      const text = textOf(terms, open, key, shown)
      return deviceProofs.sameTag('challenge', text, tag) !== undefined
    },
  }
}
