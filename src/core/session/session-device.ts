/** What a device may sign with. */
export const DEVICE_ALGORITHMS = ['ES256', 'RS256'] as const

/** One of them. */
export type DeviceAlgorithm = (typeof DEVICE_ALGORITHMS)[number]

/** The public key of a device. */
export interface DeviceKey {
  readonly algorithm: DeviceAlgorithm
  /** Its public members alone. */
  readonly jwk: Readonly<Record<string, string>>
  /** RFC 7638, SHA-256. */
  readonly thumbprint: string
}

/** What a session knows of the device that it began on. */
export interface SessionDevice {
  /** When the browser was asked to bind it. */
  readonly offeredAtMs: number
  /** Absent: no device is bound to it. */
  readonly bound?: {
    readonly key: DeviceKey
    readonly boundAtMs: number
    /** When the device proved itself last, as far as that could be written down. */
    readonly provenAtMs: number
  }
}

/**
 * How long after its login a session counts without a proof: the browser binds it beside the first
 * pages, and what it asks for meanwhile cannot show one.
 */
export const FIRST_MS = 60_000
