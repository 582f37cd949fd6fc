import { nativeFaults } from './native/http2/faults.ts'

/**
 * What peers do wrong, and what is done for them because of it: the kinds of the counter, each with
 * what it means to an operator.
 */
export const grpcFaults = {
  ...nativeFaults,
  slow_opening:
    'A connection that did not come to its first call, and stopped in the middle of something; it was closed.',
} as const

/** The kind of a fault of a peer. */
export type GrpcFault = keyof typeof grpcFaults
