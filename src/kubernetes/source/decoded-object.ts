import type { InvalidObject } from '../../policy/compile/object/invalid-object.ts'
import type { ObjectRef, Resource } from '../../policy/resource/resource.ts'

/** Something an operator must mend in an object. */
export interface ObjectProblem {
  readonly object?: ObjectRef
  /** As people write it: `spec.rules[0].match`; empty for the whole. */
  readonly field: string
  readonly message: string
}

/** What an object of the API server turned out to be. */
export interface DecodedObject {
  readonly resource?: Resource
  /** What is known of an object that cannot be used as it is written. */
  readonly invalid?: InvalidObject
  readonly problems: readonly ObjectProblem[]
}
