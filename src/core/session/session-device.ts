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

/**
 * From when on a read knows the device for good: nobody binds one after the first minute, by clocks
 * that differ by half a minute, and what began in time is written well within the other half.
 */
const SETTLED_MS = 2 * FIRST_MS

/**
 * Whether a device may count that a record read at `readAtMs` does not know yet. Not within the
 * first minute, when one that is bound need not be proven.
 */
export const isBehindItsDevice = (
  device: SessionDevice | undefined,
  readAtMs: number,
  nowMs: number,
): boolean =>
  device !== undefined &&
  device.bound === undefined &&
  readAtMs < device.offeredAtMs + SETTLED_MS &&
  nowMs >= device.offeredAtMs + FIRST_MS
