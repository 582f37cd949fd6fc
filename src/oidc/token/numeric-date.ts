import type { Json } from '../../core/identity/identity.ts'

/** The last second that a date can name (ECMA-262): a later one is no date but a mistake. */
const LATEST_SECONDS = 8_640_000_000_000

/**
 * Whether a claim is a NumericDate (RFC 7519 section 2): seconds since the epoch, which may have a
 * fraction.
 */
export const isNumericDate = (value: Json | undefined): value is number =>
  typeof value === 'number' && value >= 0 && value <= LATEST_SECONDS
