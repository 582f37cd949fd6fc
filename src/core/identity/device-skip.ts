/**
 * Why a browser did not prove a device, in its own words: it has used up its signatures, or the
 * proof could not be taken; `other` is whatever else it said.
 */
export const DEVICE_SKIPS = ['quota_exceeded', 'server_error', 'unreachable', 'other'] as const

/** One of them. */
export type DeviceSkip = (typeof DEVICE_SKIPS)[number]
