import { eachInSteps, type Steps } from '../../core/time/steps.ts'
import { type ApiObject, substanceOf } from '../watch/watch-line.ts'
import type { Collection } from './collections.ts'
import type { DecodedObject } from './decoded-object.ts'
import type { Followed } from './referenced-data.ts'

const sameAs = <T>(now: T, before: T): T =>
  JSON.stringify(now) === JSON.stringify(before) ? before : now

/** What says the same as before stays the same object, so that whoever remembers it finds it. */
const withSameParts = (now: DecodedObject, before: DecodedObject | undefined): DecodedObject => {
  const { resource, invalid, problems } = now
  return {
    ...(resource === undefined ? {} : { resource: sameAs(resource, before?.resource ?? resource) }),
    ...(invalid === undefined ? {} : { invalid: sameAs(invalid, before?.invalid ?? invalid) }),
    problems,
  }
}

/** Remembers what objects turned out to be. */
export interface Decoding {
  /** What an object is; judged anew only if more than its status was written. */
  readonly of: (collection: Collection, object: ApiObject) => DecodedObject
  /** Forgets every object that is not among these. */
  readonly retain: (followed: readonly Followed[]) => Steps<void>
}

const keyOf = ({ kind }: Collection, { metadata }: ApiObject): string =>
  `${kind} ${metadata.namespace}/${metadata.name}`

/**
 * As a person would write it: lists do not repeat the kind, and an object in no namespace names
 * none.
 */
const manifestOf = ({ kind, apiVersion }: Collection, object: ApiObject): object => {
  const { namespace, ...metadata } = object.metadata
  const place = namespace === '' ? {} : { namespace }
  return { ...object, apiVersion, kind, metadata: { ...metadata, ...place } }
}

/** Nothing is known yet. `decode` never throws. */
export const createDecoding = (decode: (manifest: unknown) => DecodedObject): Decoding => {
  const known = new WeakMap<ApiObject, DecodedObject>()
  const latest = new Map<string, { readonly substance: string; readonly decoded: DecodedObject }>()

  const judge = (collection: Collection, object: ApiObject): DecodedObject => {
    const key = keyOf(collection, object)
    const substance = substanceOf(object)
    const former = latest.get(key)
    if (former?.substance === substance) return former.decoded
    const decoded = withSameParts(decode(manifestOf(collection, object)), former?.decoded)
    latest.set(key, { substance, decoded })
    return decoded
  }
  const decodedOf: Decoding['of'] = (collection, object) => {
    const decoded = known.get(object) ?? judge(collection, object)
    known.set(object, decoded)
    return decoded
  }
  const retain: Decoding['retain'] = function* (followed) {
    const kept = new Set<string>()
    for (const { collection, watch } of followed) {
      yield* eachInSteps(watch.objects(), (object) => {
        kept.add(keyOf(collection, object))
      })
    }
    yield* eachInSteps(latest.keys(), (key) => {
      if (!kept.has(key)) latest.delete(key)
    })
  }
  return { of: decodedOf, retain }
}
