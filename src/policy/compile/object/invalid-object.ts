import type { ObjectRef } from '../../resource/resource.ts'

/**
 * An object that is there, but that its schema refuses now. What is known of it besides its name
 * keeps its hosts its own.
 */
export interface InvalidObject extends ObjectRef {
  readonly creationTimestampMs?: number
  /** The hosts of a ProtectedRoute, as far as they can be read. */
  readonly hosts?: readonly string[]
  /** Why a Secret or ConfigMap cannot be read at all: a sentence without its full stop. */
  readonly unreadable?: string
}
