import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { expect, it } from 'vitest'
import { createSpanQueue } from '../../../src/tracing/span-queue.ts'

const TAKEN: ExportResult = { code: ExportResultCode.SUCCESS }

/** A queue whose time is set by hand, with what came of its spans. */
const aQueue = () => {
  const batches: number[] = []
  const answers: ((result: ExportResult) => void)[] = []
  const counted: Record<string, number> = {}
  const told: (string | undefined)[] = []
  const timers = new Map<() => void, number>()
  const queue = createSpanQueue({
    exporter: {
      export: (spans, done) => {
        batches.push(spans.length)
        answers.push(done)
      },
    },
    after: (ms, run) => {
      timers.set(run, ms)
      return () => timers.delete(run)
    },
    count: (outcome, spans) => {
      counted[outcome] = (counted[outcome] ?? 0) + spans
    },
    onExport: (error) => void told.push(error?.message),
  })
  const end = (spans: number): void => {
    for (let made = 0; made < spans; made += 1) queue.onEnd({} as ReadableSpan)
  }
  const pass = (upToMs: number): void => {
    for (const [run, ms] of [...timers]) {
      if (ms > upToMs) continue
      timers.delete(run)
      run()
    }
  }
  const answer = async (result: ExportResult): Promise<void> => {
    answers.shift()?.(result)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { queue, batches, counted, told, end, pass, answer }
}

it('spans wait for a second, and go in one batch', async () => {
  const { batches, counted, end, pass, answer } = aQueue()
  end(3)
  expect(batches).toEqual([])
  pass(1_000)
  expect(batches).toEqual([3])
  await answer(TAKEN)
  expect(counted).toEqual({ exported: 3 })
})

it('a full batch goes at once, and the next when the collector has answered', async () => {
  const { batches, end, answer } = aQueue()
  end(300)
  expect(batches).toEqual([128])
  await answer(TAKEN)
  expect(batches).toEqual([128, 128])
})

it('what finds no room is dropped and counted, and so is what is not made for that', () => {
  const { queue, counted, end } = aQueue()
  end(128 + 2_048)
  expect(counted).toEqual({})
  end(5)
  expect(queue.hasRoom()).toBe(false)
  expect(counted).toEqual({ dropped: 6 })
})

it('what is not taken is lost and counted, and the next batch goes out', async () => {
  const { batches, counted, told, end, answer } = aQueue()
  end(256)
  await answer({ code: ExportResultCode.FAILED, error: new Error('away') })
  await answer(TAKEN)
  expect(batches).toEqual([128, 128])
  expect(counted).toEqual({ failed: 128, exported: 128 })
  expect(told).toEqual(['away', undefined])
})

it('a collector that never comes to an end of its answer is given up', async () => {
  const { batches, counted, end, pass } = aQueue()
  end(256)
  pass(30_000)
  await expect.poll(() => batches).toEqual([128, 128])
  expect(counted).toEqual({ failed: 128 })
})

it('an exporter that throws costs its batch', async () => {
  const counted: string[] = []
  const queue = createSpanQueue({
    exporter: {
      export: () => {
        throw new Error('broken')
      },
    },
    after: () => () => undefined,
    count: (outcome, spans) => void counted.push(`${outcome} ${spans}`),
    onExport: () => undefined,
  })
  queue.onEnd({} as ReadableSpan)
  await queue.forceFlush()
  expect(counted).toEqual(['failed 1'])
})

it('what is left is sent when the process ends', async () => {
  const { queue, batches, counted, end, answer } = aQueue()
  end(130)
  const closed = queue.close(5_000)
  await answer(TAKEN)
  await answer(TAKEN)
  await closed
  expect(batches).toEqual([128, 2])
  expect(counted).toEqual({ exported: 130 })
  end(1)
  expect(batches).toEqual([128, 2])
})

it('the end of the process does not wait for longer than it is told to', async () => {
  const { queue, counted, end, pass } = aQueue()
  end(200)
  const closed = queue.close(5_000)
  pass(5_000)
  await closed
  expect(counted).toEqual({ dropped: 72 })
})
