import type { CheckRequest, CheckResponse } from './check-messages.ts'
import { checkMethod, ownProtos } from './envoy-protos.ts'

const method = checkMethod(ownProtos())

/** A check request as a gateway writes it. */
export const encodeCheckRequest = (message: CheckRequest): Buffer =>
  method.requestSerialize(message)

/**
 * A check request as the definitions read it, without a fast path.
 * @throws Error where the bytes are none.
 */
export const decodeCheckRequest = (bytes: Buffer): CheckRequest =>
  method.requestDeserialize(bytes) as CheckRequest

/** A check response as the definitions write it. */
export const encodeCheckResponse = (message: CheckResponse): Buffer =>
  method.responseSerialize(message)

/** A check response as a gateway reads it. */
export const decodeCheckResponse = (bytes: Uint8Array): CheckResponse =>
  method.responseDeserialize(Buffer.from(bytes)) as CheckResponse
