import type { Clock } from '../../core/time/clock.ts'
import type { Random } from '../../core/time/random.ts'
import { type ApiFailure, failureOf } from '../api/api-failure.ts'
import type { ApiServer } from '../api/api-server.ts'
import { backoffMs } from '../backoff.ts'
import { pause, type Timers } from '../timers.ts'
import { listCollection } from './list-collection.ts'
import { type Heard, listen } from './listening.ts'
import { type ApiObject, readWatchLine, substanceOf, type WatchEvent } from './watch-line.ts'

/** What every watch is made of. */
export interface WatchDeps {
  readonly api: ApiServer
  readonly clock: Clock
  readonly random: Random
  readonly timers: Timers
}

/** What one watch follows. */
export interface CollectionWatchOptions extends WatchDeps {
  /** The collection, for example `/api/v1/namespaces/shop/secrets`. */
  readonly path: string
  /** The one object that is wanted; absent: all of them. */
  readonly name?: string
  /** The objects, or what `failure` says, may have changed. */
  readonly onChange: () => void
  /** Nothing but the status of an object was written. */
  readonly onStatus: () => void
}

/** The objects of one type, in one namespace or in all, as the API server last told them. */
export interface CollectionWatch {
  /** Asks until `close`; returns at once. */
  readonly start: () => void
  /** Resolves when nothing is asked any more; no `onChange` comes after it. */
  readonly close: () => Promise<void>
  readonly objects: () => readonly ApiObject[]
  readonly object: (namespace: string, name: string) => ApiObject | undefined
  /** Whether a list was ever completed. Before, `objects` says nothing. */
  readonly synced: () => boolean
  /**
   * When the API server last told anything, in milliseconds since the epoch; before, when this was
   * made.
   */
  readonly heardAtMs: () => number
  /** Why the last attempt failed; absent while it goes well. */
  readonly failure: () => ApiFailure | undefined
}

/**
 * The API server ends each watch itself after so long: an end that comes shows that the connection
 * lives.
 */
const WATCH_SECONDS = 40
/** Longer than any watch is silent on a connection that lives. */
const WATCH_SILENCE_MS = 50_000
const LIST_SILENCE_MS = 15_000
/** A watch that lived so long was a good one: what follows it is not held against it. */
const HEALTHY_MS = 5_000

const GONE = 410

const keyOf = ({ metadata }: ApiObject): string => `${metadata.namespace}/${metadata.name}`

/**
 * Lists, then watches from the version of the list, and begins again whatever happens: a clean end
 * is taken up where it was, everything else is listed anew, after a pause that doubles. What is
 * known is replaced by a completed list only, so that an API server that is away or forgetful takes
 * nothing away (R30).
 */
export const createCollectionWatch = (options: CollectionWatchOptions): CollectionWatch => {
  const { clock, random, timers, onChange } = options
  const closing = new AbortController()
  const { signal } = closing
  let objects = new Map<string, ApiObject>()
  let version: string | undefined
  let isSynced = false
  let heardAtMs = clock.nowMs()
  let failure: ApiFailure | undefined
  let failures = 0
  let running: Promise<void> = Promise.resolve()

  const listening = (silenceMs: number, onHeard: () => void) => ({
    ...options,
    silenceMs,
    signal,
    onHeard,
  })
  const noteHeard = (): void => {
    heardAtMs = clock.nowMs()
  }
  const setFailure = (next: ApiFailure | undefined): void => {
    const isNews = next?.message !== failure?.message
    failure = next
    if (isNews) onChange()
  }
  const urlOf = (query: Readonly<Record<string, string>>): string => {
    const one = options.name === undefined ? {} : { fieldSelector: `metadata.name=${options.name}` }
    return `${options.path}?${new URLSearchParams({ ...query, ...one })}`
  }

  const list = async (): Promise<Heard> => {
    const listed = await listCollection(urlOf, listening(LIST_SILENCE_MS, noteHeard))
    if (!listed.ok || signal.aborted) return listed
    objects = new Map(listed.objects.map((object) => [keyOf(object), asKnown(object)]))
    version = listed.resourceVersion
    isSynced = true
    onChange()
    return listed
  }

  /**
   * The object that is known already, if it is the same version: whoever remembers it finds it
   * again.
   */
  const asKnown = (object: ApiObject): ApiObject => {
    const known = objects.get(keyOf(object))
    const isSame = known?.metadata.resourceVersion === object.metadata.resourceVersion
    return isSame ? known : object
  }

  const put = (object: ApiObject): void => {
    const known = objects.get(keyOf(object))
    objects.set(keyOf(object), object)
    const isSame = known !== undefined && substanceOf(known) === substanceOf(object)
    if (isSame) options.onStatus()
    else onChange()
  }

  const remove = (object: ApiObject): void => {
    objects.delete(keyOf(object))
    onChange()
  }

  const apply = (event: Exclude<WatchEvent, { kind: 'error' }>): void => {
    if (event.kind === 'bookmark') {
      version = event.resourceVersion
      return
    }
    const { object } = event
    version = object.metadata.resourceVersion
    if (event.kind === 'put') put(object)
    else remove(object)
  }

  const watch = async (resourceVersion: string): Promise<Heard> => {
    let told: ApiFailure | undefined
    const url = urlOf({
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(WATCH_SECONDS),
      resourceVersion,
    })
    const onHeard = (): void => {
      noteHeard()
      setFailure(undefined)
    }
    const heard = await listen(url, listening(WATCH_SILENCE_MS, onHeard), (line) => {
      const event = readWatchLine(line)
      if (event === undefined || signal.aborted) return
      if (event.kind !== 'error') return apply(event)
      told = { status: event.status, message: `the API server ended the watch: ${event.message}` }
      throw new Error(told.message)
    })
    return told === undefined ? heard : { ok: false, failure: told }
  }

  const attempt = async (): Promise<Heard> => {
    try {
      const listed: Heard = version === undefined ? await list() : { ok: true }
      return listed.ok && version !== undefined ? await watch(version) : listed
    } catch (error) {
      return { ok: false, failure: failureOf(error) }
    }
  }

  const noteFailure = (failed: ApiFailure): void => {
    version = undefined
    if (failed.status !== GONE) setFailure(failed)
  }

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const startedMs = clock.nowMs()
      const outcome = await attempt()
      if (signal.aborted) return
      const isHealthy = clock.nowMs() - startedMs >= HEALTHY_MS
      if (isHealthy) failures = 0
      if (outcome.ok && isHealthy) continue
      failures += 1
      if (!outcome.ok) noteFailure(outcome.failure)
      const asked = outcome.ok ? 0 : outcome.failure.retryAfterSeconds
      await pause(timers, backoffMs(random, failures, asked), signal)
    }
  }

  return {
    start: () => {
      running = run()
    },
    close: async () => {
      closing.abort()
      await running
    },
    objects: () => [...objects.values()],
    object: (namespace, name) => objects.get(`${namespace}/${name}`),
    synced: () => isSynced,
    heardAtMs: () => heardAtMs,
    failure: () => failure,
  }
}
