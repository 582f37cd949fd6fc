/** An object of the API server, as far as every object is the same. */
export interface ApiObject {
  readonly metadata: {
    readonly name: string
    /** Empty for an object that is in no namespace. */
    readonly namespace: string
    readonly resourceVersion: string
    readonly uid?: string
    /** Counts changes of the specification: what is written to the status leaves it alone. */
    readonly generation?: number
    readonly labels?: unknown
    readonly annotations?: unknown
    readonly deletionTimestamp?: unknown
  }
  /** As it was last written, if the kind has one. */
  readonly status?: unknown
}

/** One page of a list. */
export interface ApiList {
  readonly items: readonly ApiObject[]
  readonly resourceVersion: string
  /** Absent on the last page. */
  readonly next?: string
}

/** One notice of a watch. */
export type WatchEvent =
  | { readonly kind: 'put'; readonly object: ApiObject }
  | { readonly kind: 'removed'; readonly object: ApiObject }
  | { readonly kind: 'bookmark'; readonly resourceVersion: string }
  | { readonly kind: 'error'; readonly status: number; readonly message: string }

type Json = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const recordOf = (value: unknown): Json => (isRecord(value) ? value : {})

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const versionOf = (value: unknown): string => {
  const version = textOf(recordOf(recordOf(value).metadata).resourceVersion)
  if (version === '') throw new Error('The API server sent something without a resourceVersion')
  return version
}

/** Without `managedFields`: nobody reads them, and they are often the larger part. */
const objectOf = (value: unknown): ApiObject => {
  const { managedFields: _, ...metadata } = recordOf(recordOf(value).metadata)
  const name = textOf(metadata.name)
  const resourceVersion = textOf(metadata.resourceVersion)
  if (name === '' || resourceVersion === '') {
    throw new Error('The API server sent an object without a name')
  }
  const namespace = textOf(metadata.namespace)
  return { ...recordOf(value), metadata: { ...metadata, name, namespace, resourceVersion } }
}

/**
 * What an object says apart from its status: equal as long as nothing but the status was written.
 * Kinds without a generation have no status either.
 */
export const substanceOf = ({ metadata }: ApiObject): string => {
  const { uid, generation, resourceVersion, labels, annotations, deletionTimestamp } = metadata
  return generation === undefined
    ? resourceVersion
    : JSON.stringify([uid, generation, labels, annotations, deletionTimestamp])
}

/** Reads a page of a list. @throws Error if it is none */
export const readList = (text: string): ApiList => {
  const list = recordOf(JSON.parse(text))
  if (!Array.isArray(list.items) && list.items !== null) {
    throw new Error('The API server sent a list without items')
  }
  const next = textOf(recordOf(list.metadata).continue)
  return {
    items: (list.items ?? []).map(objectOf),
    resourceVersion: versionOf(list),
    ...(next === '' ? {} : { next }),
  }
}

/**
 * Reads one line of a watch; `undefined` for a notice of a type that is not known. @throws Error if
 * it is none
 */
export const readWatchLine = (line: string): WatchEvent | undefined => {
  const { type, object } = recordOf(JSON.parse(line))
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { kind: 'put', object: objectOf(object) }
    case 'DELETED':
      return { kind: 'removed', object: objectOf(object) }
    case 'BOOKMARK':
      return { kind: 'bookmark', resourceVersion: versionOf(object) }
    case 'ERROR': {
      const { code, message } = recordOf(object)
      return { kind: 'error', status: Number(code) || 0, message: textOf(message) }
    }
    default:
      return undefined
  }
}
