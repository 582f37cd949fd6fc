import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from 'node:http2'
import { createHistogram, performance } from 'node:perf_hooks'

/** One request as it goes over the wire. */
export interface WireRequest {
  readonly headers: OutgoingHttpHeaders
  readonly body?: Buffer
}

/** How hard, and for how long. */
export interface LoadOptions {
  readonly url: string
  /** For an https URL: whom to trust, and the name that the certificate must carry. */
  readonly tls?: { readonly ca: string; readonly servername: string }
  readonly connections: number
  /** Requests under way at once, over all connections. */
  readonly concurrency: number
  readonly requests: number
  /** The n-th request; called once per request. */
  readonly request: (n: number) => WireRequest
  /** Complains about a response that is not the expected one. */
  readonly judge: (status: number, headers: Readonly<Record<string, unknown>>, body: Buffer) => void
  /** Requests per second; absent: as fast as they are answered. */
  readonly ratePerSecond?: number
}

/** What came out. */
export interface LoadResult {
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const once = (
  session: ClientHttp2Session,
  { headers, body }: WireRequest,
  judge: LoadOptions['judge'],
) =>
  new Promise<void>((resolve, reject) => {
    const stream = session.request(headers, { endStream: body === undefined })
    const chunks: Buffer[] = []
    let status = 0
    let received: Readonly<Record<string, unknown>> = {}
    stream.on('response', (answer) => {
      status = Number(answer[':status'])
      received = answer
    })
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('error', reject)
    stream.on('end', () => {
      try {
        judge(status, received, Buffer.concat(chunks))
        resolve()
      } catch (error) {
        reject(error)
      }
    })
    if (body !== undefined) stream.end(body)
  })

const opened = (options: LoadOptions): Promise<readonly ClientHttp2Session[]> =>
  Promise.all(
    Array.from({ length: options.connections }, async () => {
      const session = connect(options.url, options.tls ?? {})
      await new Promise<void>((resolve, reject) => {
        session.once('connect', () => resolve())
        session.once('error', reject)
      })
      return session
    }),
  )

/**
 * Sends requests over HTTP/2 from this process; latencies are measured from when a request was due.
 */
export const load = async (options: LoadOptions): Promise<LoadResult> => {
  const sessions = await opened(options)
  const latencies = createHistogram()
  const startedMs = performance.now()
  let next = 0

  const dueMs = (n: number): number =>
    options.ratePerSecond === undefined
      ? performance.now()
      : startedMs + (n / options.ratePerSecond) * 1000

  const worker = async (index: number): Promise<void> => {
    const session = sessions[index % sessions.length]
    if (session === undefined) throw new Error('No connection was opened.')
    while (next < options.requests) {
      const n = next
      next += 1
      const due = dueMs(n)
      const waitMs = due - performance.now()
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs))
      const fromMs = options.ratePerSecond === undefined ? due : Math.max(due, performance.now())
      await once(session, options.request(n), options.judge)
      latencies.record(Math.max(1, Math.round((performance.now() - fromMs) * 1000)))
    }
  }

  try {
    await Promise.all(Array.from({ length: options.concurrency }, (_, index) => worker(index)))
  } finally {
    for (const session of sessions) session.close()
  }
  const seconds = (performance.now() - startedMs) / 1000
  return {
    requestsPerSecond: options.requests / seconds,
    p50Ms: latencies.percentile(50) / 1000,
    p99Ms: latencies.percentile(99) / 1000,
  }
}
