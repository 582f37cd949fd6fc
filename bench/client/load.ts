import { createHistogram, performance } from 'node:perf_hooks'
import type { ClientTls, Connection } from './connection.ts'
import type { WireAnswer, WireRequest } from './exchanges.ts'
import { openLane } from './lane.ts'

/** Where requests go, and how hard and for how long. */
export interface LoadOptions {
  readonly url: string
  /** For an https URL. */
  readonly tls?: ClientTls
  readonly connections: number
  /** Requests under way at once, over all connections. */
  readonly concurrency: number
  readonly requests: number
  /** The n-th request; called once per request. */
  readonly request: (n: number) => WireRequest
  /** Complains about an answer that is not the expected one, which ends the run. */
  readonly judge: (answer: WireAnswer) => void
  /** Requests per second; absent: as fast as they are answered. */
  readonly ratePerSecond?: number
  /** Called when every connection is open and nothing was sent yet. */
  readonly began?: () => void
}

/** What came out. */
export interface LoadResult {
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

interface Run {
  readonly finished: Promise<void>
  readonly fail: (error: unknown) => void
  /** Sends the next request on a connection. `fromMs`: what its latency is counted from. */
  readonly sendNext: (connection: Connection, fromMs: number) => void
  /** As many as were sent. */
  readonly sent: () => number
}

/** One run; `answered` hears which connection has room again. */
const createRun = (
  options: LoadOptions,
  record: (ms: number) => void,
  answered: (connection: Connection) => void,
): Run => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let sent = 0
  let done = 0
  const sendNext = (connection: Connection, fromMs: number): void => {
    const request = options.request(sent)
    sent += 1
    connection.send(request, (answer) => {
      try {
        options.judge(answer)
      } catch (error) {
        return reject(error)
      }
      record(performance.now() - fromMs)
      done += 1
      if (done === options.requests) resolve()
      else answered(connection)
    })
  }
  return { finished: promise, fail: reject, sendNext, sent: () => sent }
}

/** Each answer makes room for the next request, on the same connection. */
const atFullSpeed = (options: LoadOptions, record: (ms: number) => void) => {
  const again = (connection: Connection): void => {
    if (run.sent() < options.requests) run.sendNext(connection, performance.now())
  }
  const run = createRun(options, record, again)
  const begin = (connections: readonly Connection[]): void => {
    for (let at = 0; at < options.concurrency; at += 1) {
      const connection = connections[at % connections.length]
      if (connection !== undefined) again(connection)
    }
  }
  return { run, begin }
}

/**
 * Requests leave when they are due, whatever is under way, up to `concurrency` of them; one that
 * had to wait for its turn is late from when it was due.
 */
const atRate = (options: LoadOptions, ratePerSecond: number, record: (ms: number) => void) => {
  let startedMs = 0
  let underWay = 0
  let connections: readonly Connection[] = []
  const sendDue = (isBehind: boolean): void => {
    const nowMs = performance.now()
    while (run.sent() < options.requests && underWay < options.concurrency) {
      const dueMs = startedMs + (run.sent() / ratePerSecond) * 1_000
      const connection = connections[run.sent() % connections.length]
      if (dueMs > nowMs || connection === undefined) break
      underWay += 1
      run.sendNext(connection, isBehind ? dueMs : nowMs)
    }
  }
  const tick = (): void => {
    if (run.sent() >= options.requests) return
    sendDue(false)
    setTimeout(tick, 1)
  }
  const run = createRun(options, record, () => {
    const isBehind = underWay === options.concurrency
    underWay -= 1
    if (isBehind) sendDue(true)
  })
  const begin = (opened: readonly Connection[]): void => {
    connections = opened
    startedMs = performance.now()
    tick()
  }
  return { run, begin }
}

/**
 * Sends requests over HTTP/2 from this process. @throws Error with the first answer that is wrong,
 * or what became of a connection
 */
export const load = async (options: LoadOptions): Promise<LoadResult> => {
  const latencies = createHistogram()
  const record = (ms: number): void => latencies.record(Math.max(1, Math.round(ms * 1_000)))
  const { run, begin } =
    options.ratePerSecond === undefined
      ? atFullSpeed(options, record)
      : atRate(options, options.ratePerSecond, record)
  run.finished.catch(() => undefined)
  const opening = Array.from({ length: options.connections }, () => openLane(options, run.fail))
  let startedMs = 0
  try {
    const connections = await Promise.race([Promise.all(opening), run.finished.then(() => [])])
    options.began?.()
    startedMs = performance.now()
    begin(connections)
    await run.finished
  } finally {
    for (const one of opening) void one.then((connection) => connection.close())
  }
  return {
    requestsPerSecond: options.requests / ((performance.now() - startedMs) / 1_000),
    p50Ms: latencies.percentile(50) / 1_000,
    p99Ms: latencies.percentile(99) / 1_000,
  }
}
