import type { HeaderRoom } from '../core/request/request.ts'

/** How large requests may be. */
export interface HeaderLimits {
  /** Names and values, host and path of a request together. */
  readonly maxHeaderBytes: number
  /** What the gateway takes after headers were added: bytes, and lines. */
  readonly forwardedHeaderBytes: number
  readonly forwardedHeaderCount: number
}

/** Names of pseudo headers, and the values that are not counted otherwise. */
const PSEUDO_BYTES = 64

/**
 * What may be added to a request of this size. One that is over a limit already has shown that the
 * gateway takes more than this process was told.
 */
export const roomFor = (bytes: number, count: number, limits: HeaderLimits): HeaderRoom => {
  const { maxHeaderBytes, forwardedHeaderBytes, forwardedHeaderCount } = limits
  const used = bytes + PSEUDO_BYTES
  const most = used <= forwardedHeaderBytes ? forwardedHeaderBytes : maxHeaderBytes
  return {
    bytes: Math.max(0, most - used),
    count: count <= forwardedHeaderCount ? forwardedHeaderCount - count : Number.POSITIVE_INFINITY,
  }
}
