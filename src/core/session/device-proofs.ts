import type { DeviceAlgorithm, DeviceKey } from './session-device.ts'

/** A proof as a browser sent it, of which nothing is verified yet. */
export interface DeviceProof {
  readonly compact: string
  readonly algorithm: DeviceAlgorithm
  /** The challenge that it says to answer. */
  readonly challenge: string
  /** What came with the offer to bind, in a proof that binds. */
  readonly authorization?: string
  /** The key that it carries, in a proof that binds. */
  readonly jwk?: unknown
}

/** Why there is none: a sentence for the log, without the proof. */
export interface BadDeviceProof {
  readonly kind: 'bad'
  readonly detail: string
}

/** What a keyed hash is for: one of another purpose is none. */
export type DeviceTagPurpose = 'bound cookie' | 'challenge' | 'registration'

/** How browsers show that a session is on the device that it began on. */
export interface DeviceProofs {
  /** Reads a proof of bounded length, and verifies nothing of it. Never throws. */
  readonly read: (
    text: string,
  ) => { readonly kind: 'read'; readonly proof: DeviceProof } | BadDeviceProof
  /** The key that a proof carries: one that is on its curve, or of 2048 to 4096 bits. */
  readonly keyIn: (
    proof: DeviceProof,
  ) => { readonly kind: 'key'; readonly key: DeviceKey } | BadDeviceProof
  /** One signature check. */
  readonly isSignedBy: (proof: DeviceProof, key: DeviceKey) => boolean
  /** A keyed hash that every replica knows again; letters, digits, `-` and `_`. */
  readonly tag: (purpose: DeviceTagPurpose, text: string) => string
  /** The same hash as a text of its own, which holds nothing else in memory; `undefined`: none. */
  readonly sameTag: (purpose: DeviceTagPurpose, text: string, tag: string) => string | undefined
}
