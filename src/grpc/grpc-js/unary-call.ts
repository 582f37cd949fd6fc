import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js'
import type { CheckCall } from '../call/check-call.ts'

/** A call of @grpc/grpc-js, whose messages are bytes, as the port between engines has it. */
export const checkCallOf = (
  call: ServerUnaryCall<Buffer, Buffer>,
  callback: sendUnaryData<Buffer>,
): CheckCall => ({
  message: call.request,
  deadlineMs: Number(call.getDeadline()),
  metadata: (name) => {
    const [first] = call.metadata.get(name)
    return typeof first === 'string' ? first : undefined
  },
  isCancelled: () => call.cancelled,
  onCancelled: (listener) => void call.once('cancelled', listener),
  answer: (response) => {
    try {
      // It is written in a later turn, when the buffer is used for another answer.
      callback(null, Buffer.from(response))
    } catch {
      // The caller has gone while the answer was written: there is nobody to tell.
    }
  },
})
