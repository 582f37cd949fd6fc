import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace'

/** What became of spans: taken by the collector, not taken, or without room to wait for it. */
export type SpanOutcome = 'exported' | 'failed' | 'dropped'

/** What a queue is made with. */
export interface SpanQueueOptions {
  readonly exporter: Pick<SpanExporter, 'export'>
  /** Calls `run` once after `ms`, unless the returned function is called before. */
  readonly after: (ms: number, run: () => void) => () => void
  readonly count: (outcome: SpanOutcome, spans: number) => void
  /** Hears of each batch whether it was taken, and if not, why. */
  readonly onExport: (error: Error | undefined) => void
}

/** Spans on their way to the collector. */
export interface SpanQueue extends SpanProcessor {
  /** Counts a span that is not made, where it would find no room. */
  readonly hasRoom: () => boolean
  /** Sends what is waiting, and gives up after `withinMs`. Takes no more. Never rejects. */
  readonly close: (withinMs: number) => Promise<void>
}

/** Some 2 MiB. */
const MOST_WAITING = 2_048

/** Written in one go, between two checks. */
const BATCH = 128

const DELAY_MS = 1_000

/** The exporter gives up before; a collector that sends its answer in drops does not let it. */
const EXPORT_MS = 30_000

/**
 * Keeps a bounded number of spans, and sends them in batches, one after the other. A collector that
 * is slow or away costs spans, which are counted, and nothing else.
 */
export const createSpanQueue = (options: SpanQueueOptions): SpanQueue => {
  const { exporter, after, count, onExport } = options
  let waiting: ReadableSpan[] = []
  let cancel: (() => void) | undefined
  let sending: Promise<void> | undefined
  let isClosed = false

  const exported = (batch: ReadableSpan[]): Promise<Error | undefined> =>
    new Promise((resolve) => {
      const stop = after(EXPORT_MS, () => resolve(new Error('no answer')))
      const done = ({ code, error }: ExportResult): void => {
        stop()
        resolve(code === ExportResultCode.SUCCESS ? undefined : (error ?? new Error('refused')))
      }
      try {
        exporter.export(batch, done)
      } catch (thrown) {
        done({ code: ExportResultCode.FAILED, error: thrown as Error })
      }
    })

  const sendBatch = async (): Promise<void> => {
    const batch = waiting.splice(0, BATCH)
    const error = await exported(batch)
    count(error === undefined ? 'exported' : 'failed', batch.length)
    onExport(error)
    sending = undefined
    schedule()
  }

  const send = (): void => {
    cancel?.()
    cancel = undefined
    sending ??= sendBatch()
  }

  const schedule = (): void => {
    if (sending !== undefined || waiting.length === 0) return
    if (waiting.length >= BATCH) send()
    else cancel ??= after(DELAY_MS, send)
  }

  const emptied = async (): Promise<void> => {
    while (sending !== undefined || waiting.length > 0) {
      send()
      await sending
    }
  }

  const close = async (withinMs: number): Promise<void> => {
    isClosed = true
    await new Promise<void>((resolve) => {
      const stop = after(withinMs, resolve)
      void emptied().then(() => {
        stop()
        resolve()
      })
    })
    if (waiting.length > 0) count('dropped', waiting.length)
    waiting = []
  }

  const hasRoom = (): boolean => {
    const isRoom = waiting.length < MOST_WAITING
    if (!isRoom) count('dropped', 1)
    return isRoom
  }

  return {
    hasRoom,
    onStart: () => undefined,
    onEnd: (span) => {
      if (isClosed || !hasRoom()) return
      waiting.push(span)
      schedule()
    },
    forceFlush: emptied,
    shutdown: () => close(0),
    close,
  }
}
