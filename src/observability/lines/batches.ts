import type { LogDestination } from './destination.ts'

/** What takes bytes: a file descriptor. */
export interface Descriptor {
  /** Takes some of the bytes, and then says how many, or why none. */
  readonly write: (bytes: Uint8Array, done: (error: Error | null, taken: number) => void) => void
  /** Takes some of the bytes at once, and says how many. @throws Error if it takes none. */
  readonly writeNow: (bytes: Uint8Array) => number
}

/** When things happen; made by hand in tests. */
export interface Turns {
  /** Once, after what is being done now. */
  readonly soon: (act: () => void) => void
  /** Once, later. Gives the way to call it off. */
  readonly later: (delayMs: number, act: () => void) => () => void
  /** Does nothing for so long: for a process that has nothing else left to do. */
  readonly waitNow: (delayMs: number) => void
}

/** What batches are made of. */
export interface BatchesOptions {
  readonly descriptor: Descriptor
  readonly turns: Turns
  /** What may wait, in UTF-16 code units; a line that is beyond it is not taken. */
  readonly maxWaiting?: number
}

/** What may wait for a reader that is slow; beyond that lines are lost, never checks. */
const MAX_WAITING = 16 * 1024 * 1024

/** What is written in one piece, but for a line that is longer by itself. */
const BATCH = 64 * 1024

/** Of two writes, so that many small ones become few. */
const GAP_MS = 10

/** Between two tries, where a descriptor has no room at the moment. */
const RETRY_MS = 10

/** What a write that is under way is given to end, where nothing tells that it did. */
const UNDER_WAY_MS = 100

/** How long a reader may take over the last lines. */
const MAX_CLOSING_MS = 2_000

/** What passes: a reader that is slow, and a disk that is full until somebody makes room. */
const PASSING: ReadonlySet<unknown> = new Set(['EAGAIN', 'EBUSY', 'ENOSPC', 'EDQUOT'])

const hasNoRoom = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && PASSING.has(error.code)

/** Lines that wait, as text: those that fill a batch, and what will be the next. */
const createWaiting = (maxWaiting: number) => {
  let full: string[] = []
  let open = ''
  let length = 0
  let isFull = false

  const clear = (): void => {
    full = []
    open = ''
    length = 0
  }

  const closeOpen = (): void => {
    if (open !== '') full.push(open)
    open = ''
  }

  return {
    isEmpty: () => length === 0,
    hasBatch: () => full.length > 0,
    clear,
    /** Whether there was room; once there is none, half of it has to become free. */
    add: (line: string): boolean => {
      if (isFull || length + line.length > maxWaiting) {
        isFull = true
        return false
      }
      length += line.length
      open += line
      if (open.length >= BATCH) closeOpen()
      return true
    },
    next: (): Uint8Array | undefined => {
      if (full.length === 0) closeOpen()
      const batch = full.shift()
      if (batch === undefined) return undefined
      length -= batch.length
      if (length <= maxWaiting / 2) isFull = false
      return Buffer.from(batch)
    },
  }
}

/**
 * Writes lines in batches, in their order, behind the work in progress. The first after a pause
 * leaves with the next turn of the event loop, what follows within 10 ms, or when 64 KiB have come
 * together. One write is under way at a time. A reader that is slow costs the lines that find no
 * room, one that went away costs all of them, and neither holds up anything else.
 */
export const createBatches = (options: BatchesOptions): LogDestination => {
  const { descriptor, turns, maxWaiting = MAX_WAITING } = options
  const waiting = createWaiting(maxWaiting)
  /** What of a batch is not yet taken. */
  let rest: Uint8Array | undefined
  let state: 'free' | 'writing' | 'retrying' | 'broken' = 'free'
  let isDue = false
  let isGap = false
  let onEmpty: (() => void) | undefined

  const giveUp = (): void => {
    state = 'broken'
    rest = undefined
    waiting.clear()
    onEmpty?.()
  }

  const retry = (): void => {
    state = 'retrying'
    turns.later(RETRY_MS, () => {
      if (state === 'retrying') state = 'free'
      proceed()
    })
  }

  const proceed = (): void => {
    if (state !== 'free') return
    rest ??= waiting.next()
    const bytes = rest
    if (bytes === undefined) {
      onEmpty?.()
      return
    }
    state = 'writing'
    descriptor.write(bytes, (error, count) => {
      if (error !== null) return hasNoRoom(error) ? retry() : giveUp()
      state = 'free'
      rest = count < bytes.length ? bytes.subarray(count) : undefined
      carryOn()
    })
  }

  const begin = (): void => {
    isDue = false
    if (isGap || state !== 'free' || (waiting.isEmpty() && rest === undefined)) return
    isGap = true
    turns.later(GAP_MS, () => {
      isGap = false
      begin()
    })
    proceed()
  }

  /** After a write: at once what is left of a batch or fills one, the others when it is time. */
  const carryOn = (): void => {
    if (rest !== undefined || waiting.hasBatch() || onEmpty !== undefined) proceed()
    else begin()
  }

  const write = (line: string): boolean => {
    if (state === 'broken') return true
    if (!waiting.add(line)) return false
    if (waiting.hasBatch()) proceed()
    else if (!isDue && !isGap && state === 'free') {
      isDue = true
      turns.soon(begin)
    }
    return true
  }

  const flush = (): void => {
    // What is under way is taken by a thread of its own, which needs this one no more.
    const isUnderWay = state === 'writing'
    if (isUnderWay) turns.waitNow(UNDER_WAY_MS)
    let bytes = isUnderWay ? waiting.next() : (rest ?? waiting.next())
    if (!isUnderWay) rest = undefined
    for (let waitedMs = 0; bytes !== undefined && waitedMs < MAX_CLOSING_MS; ) {
      try {
        const count = descriptor.writeNow(bytes)
        bytes = count < bytes.length ? bytes.subarray(count) : waiting.next()
        waitedMs = 0
      } catch (error) {
        if (!hasNoRoom(error)) {
          giveUp()
          return
        }
        turns.waitNow(RETRY_MS)
        waitedMs += RETRY_MS
      }
    }
  }

  const close = (): Promise<void> =>
    new Promise((resolve) => {
      if (state === 'broken') return resolve()
      const callOff = turns.later(MAX_CLOSING_MS, resolve)
      onEmpty = () => {
        callOff()
        resolve()
      }
      proceed()
    })

  return { write, flush, close }
}
