import type { MethodDefinition } from '@grpc/grpc-js'
import { loadCheckMethod } from './definitions.ts'
import type { Canonical } from './message/check-request.ts'

/**
 * Makes a message canonical by decoding it with the definitions of proto/ and encoding it again.
 * They are loaded by the first message that needs it, which most processes never meet.
 */
export const createCanonical = (): Canonical => {
  let method: MethodDefinition<object, object> | undefined
  return (bytes) => {
    method ??= loadCheckMethod()
    try {
      return method.requestSerialize(method.requestDeserialize(bytes))
    } catch {
      return undefined
    }
  }
}
