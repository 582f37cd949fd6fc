import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { COLLECTIONS_PER_PROBE } from './collections-per-probe.ts'

// Loaded into a process under measurement (`--import`, with `--expose-gc`): at SIGUSR2 it collects all garbage and says
// what is left, and for how long the event loop was held since the last time.

const PAUSE_MS = 100
const NANOSECONDS = 1_000_000

const loop = monitorEventLoopDelay({ resolution: 1 })
loop.enable()
let answered = 0

process.on('SIGUSR2', async () => {
  const longestBlockMs = loop.max / NANOSECONDS
  for (let collection = 0; collection < COLLECTIONS_PER_PROBE; collection += 1) {
    globalThis.gc?.()
    await pause(PAUSE_MS)
  }
  answered += 1
  const { rss, heapUsed, external } = process.memoryUsage()
  process.stdout.write(
    `${JSON.stringify({ probe: answered, rss, heapUsed, external, longestBlockMs })}\n`,
  )
  loop.reset()
})
