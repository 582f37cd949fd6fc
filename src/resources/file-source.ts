import { type FSWatcher, watch } from 'chokidar'
import type { Clock } from '../core/time/clock.ts'
import { oneAtATime } from '../core/time/one-at-a-time.ts'
import { createSince } from '../core/time/since.ts'
import { inSteps, type Pace, type Steps, stopWhen } from '../core/time/steps.ts'
import { createDebounce } from './debounce.ts'
import type { ManifestRead } from './manifest/joined-manifests.ts'
import { createManifestReader, type ManifestReaderOptions } from './manifest-reader.ts'

/** What the source needs. */
export interface FileSourceOptions extends ManifestReaderOptions {
  readonly clock: Clock
  readonly pace: Pace
  /** How long it must be quiet after a change before everything is read again. */
  readonly debounceMs: number
  /**
   * Given the complete content, first before `start` resolves. The steps are taken to their end
   * before anything is read again, unless the source is closed.
   */
  readonly onChange: (read: ManifestRead) => Steps<void>
  /** Something about watching went wrong; what was read stays in force. */
  readonly onError: (error: unknown) => void
}

/** Custom resources from files. */
export interface FileSource {
  /**
   * Resolves after the first complete read, when changes are being watched; or when the source is
   * closed before.
   */
  readonly start: () => Promise<void>
  /** Ends the watch; no `onChange`, and no step of one, comes after it has resolved. */
  readonly close: () => Promise<void>
}

/**
 * Watches files and folders and reads all of them whenever anything changed: one read per burst of
 * changes, one after the other. Survives editors that save by renaming, mounted ConfigMaps, and
 * folders that vanish and return.
 */
export const createFileSource = (options: FileSourceOptions): FileSource => {
  const { paths, clock, pace, debounceMs, onChange, onError } = options
  const reader = createManifestReader(options)
  const stopped = Promise.withResolvers<void>()
  const since = createSince(clock)
  let watcher: FSWatcher | undefined
  let closed = false

  const readOnce = async (): Promise<void> => {
    if (closed) return
    const changedAtMs = since.take()
    const read = await reader.read()
    if (closed) return
    const steps = stopWhen(() => closed, onChange({ ...read, changedAtMs }))
    await inSteps(steps, pace)
  }
  const readNext = oneAtATime(() => readOnce().catch(onError))
  const debounce = createDebounce(clock, debounceMs, () => void readNext())
  const notice = (): void => {
    since.note()
    debounce.notify()
  }

  const start = async (): Promise<void> => {
    const started = watch([...paths], { ignoreInitial: true })
    watcher = started
    started.on('all', notice).on('error', onError)
    const ready = new Promise<void>((resolve) => started.once('ready', resolve))
    await Promise.race([ready, stopped.promise])
    await readNext()
  }
  const close = async (): Promise<void> => {
    closed = true
    stopped.resolve()
    debounce.cancel()
    await watcher?.close()
    await readNext()
  }
  return { start, close }
}
