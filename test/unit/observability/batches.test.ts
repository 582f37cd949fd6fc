import { beforeEach, describe, expect, it } from 'vitest'
import { createBatches, type Descriptor } from '../../../src/observability/lines/batches.ts'
import { createLogger } from '../../../src/observability/logger.ts'

/** Turns and delays that come when the test says so. */
const handSetTurns = () => {
  let soon: (() => void)[] = []
  let later: { act: () => void; delayMs: number }[] = []
  let waitedMs = 0
  return {
    turns: {
      soon: (act: () => void) => void soon.push(act),
      later: (delayMs: number, act: () => void) => {
        const entry = { act, delayMs }
        later.push(entry)
        return () => {
          later = later.filter((one) => one !== entry)
        }
      },
      waitNow: (delayMs: number) => {
        waitedMs += delayMs
      },
    },
    turn: () => {
      const due = soon
      soon = []
      for (const act of due) act()
    },
    pass: (delayMs: number) => {
      const due = later.filter((one) => one.delayMs <= delayMs)
      later = later.filter((one) => one.delayMs > delayMs)
      for (const { act } of due) act()
    },
    pending: () => later.map(({ delayMs }) => delayMs),
    waitedMs: () => waitedMs,
  }
}

const failure = (code: string): Error => Object.assign(new Error(code), { code })

/** A reader that takes when it is told to. */
const handSetReader = () => {
  const read: string[] = []
  let under: { bytes: Uint8Array; done: (error: Error | null, taken: number) => void } | undefined
  let most = Number.POSITIVE_INFINITY
  let refusals: Error[] = []
  const descriptor: Descriptor = {
    write: (bytes, done) => {
      if (under !== undefined) throw new Error('Two writes at a time.')
      under = { bytes, done }
    },
    writeNow: (bytes) => {
      const [refusal] = refusals.splice(0, 1)
      if (refusal !== undefined) throw refusal
      const part = bytes.subarray(0, most)
      read.push(Buffer.from(part).toString())
      return part.length
    },
  }
  const end = (error: Error | null, taken: number): void => {
    const one = under
    under = undefined
    one?.done(error, taken)
  }
  return {
    descriptor,
    read,
    text: () => read.join(''),
    isAsked: () => under !== undefined,
    take: (atMost = Number.POSITIVE_INFINITY) => {
      const part = under?.bytes.subarray(0, atMost) ?? new Uint8Array()
      read.push(Buffer.from(part).toString())
      end(null, part.length)
    },
    refuse: (code: string) => end(failure(code), 0),
    takeNowAtMost: (bytes: number) => {
      most = bytes
    },
    refuseNow: (...codes: readonly string[]) => {
      refusals = codes.map(failure)
    },
  }
}

/** A logger whose lines go to `write`, which says whether it took one. */
const loggerTo = (write: (line: string) => boolean) =>
  createLogger({
    level: 'error',
    format: 'json',
    naming: 'sallyport',
    clock: { nowMs: () => 0 },
    destination: { write, flush: () => undefined, close: async () => undefined },
  })

let time: ReturnType<typeof handSetTurns>
let reader: ReturnType<typeof handSetReader>

const batches = (maxWaiting?: number) =>
  createBatches({
    descriptor: reader.descriptor,
    turns: time.turns,
    ...(maxWaiting === undefined ? {} : { maxWaiting }),
  })

beforeEach(() => {
  time = handSetTurns()
  reader = handSetReader()
})

describe('lines in batches', () => {
  it('leave together, with the next turn', () => {
    const { write } = batches()
    for (const line of ['a\n', 'b\n', 'c\n']) expect(write(line)).toBe(true)
    expect(reader.isAsked()).toBe(false)
    time.turn()
    reader.take()
    expect(reader.read).toEqual(['a\nb\nc\n'])
  })

  it('that follow wait for ten milliseconds, and leave by themselves', () => {
    const { write } = batches()
    write('a\n')
    time.turn()
    reader.take()
    write('b\n')
    write('c\n')
    time.turn()
    expect(reader.isAsked()).toBe(false)
    time.pass(10)
    reader.take()
    expect(reader.read).toEqual(['a\n', 'b\nc\n'])
    time.pass(10)
    expect(time.pending()).toEqual([])
  })

  it('leave at once when 64 KiB have come together', () => {
    const { write } = batches()
    const line = `${'x'.repeat(1_023)}\n`
    write(line)
    time.turn()
    reader.take()
    for (let n = 0; n < 63; n += 1) write(line)
    expect(reader.isAsked()).toBe(false)
    write(line)
    expect(reader.isAsked()).toBe(true)
    reader.take()
    expect(reader.text()).toBe(line.repeat(65))
  })

  it('that come while a write takes longer than that leave after it', () => {
    const { write } = batches()
    write('a\n')
    time.turn()
    write('b\n')
    time.pass(10)
    expect(reader.read).toEqual([])
    reader.take()
    reader.take()
    expect(reader.read).toEqual(['a\n', 'b\n'])
  })

  it('are written on where only a part was taken, whole characters or not', () => {
    const { write } = batches()
    write('äöü\n')
    time.turn()
    reader.take(2)
    reader.take(2)
    reader.take(2)
    reader.take()
    expect(reader.read).toEqual(['ä', 'ö', 'ü', '\n'])
  })

  it('are tried again where there was no room, in their order', () => {
    const { write } = batches()
    write('a\n')
    time.turn()
    reader.refuse('EAGAIN')
    write('b\n')
    time.turn()
    expect(reader.isAsked()).toBe(false)
    time.pass(10)
    reader.take()
    time.pass(10)
    if (reader.isAsked()) reader.take()
    expect(reader.text()).toBe('a\nb\n')
  })

  it.each(['ENOSPC', 'EDQUOT'])('wait for a disk that is full (%s)', (code) => {
    const { write } = batches()
    write('a\n')
    time.turn()
    reader.refuse(code)
    time.pass(10)
    reader.refuse(code)
    time.pass(10)
    reader.take()
    write('b\n')
    time.turn()
    reader.take()
    expect(reader.text()).toBe('a\nb\n')
  })

  it('are given up, and never written again, where the reader went away', async () => {
    const { write, close, flush } = batches()
    write('a\n')
    time.turn()
    reader.refuse('EPIPE')
    expect(write('b\n')).toBe(true)
    time.turn()
    flush()
    await close()
    expect(reader.isAsked()).toBe(false)
    expect(reader.read).toEqual([])
  })

  it('arrive all, in their order, from a slow reader that stays within the bound', () => {
    const { write } = batches()
    const lines = Array.from({ length: 20_000 }, (_, n) => `line ${n} ${'x'.repeat(n % 40)}\n`)
    for (const [n, line] of lines.entries()) {
      expect(write(line)).toBe(true)
      if (n % 97 === 0) time.turn()
      if (n % 331 === 0 && reader.isAsked()) reader.take(4_096)
    }
    time.pass(10)
    while (reader.isAsked()) reader.take(65_536)
    time.pass(10)
    while (reader.isAsked()) reader.take(65_536)
    expect(reader.text()).toBe(lines.join(''))
  })
})

describe('a reader that is too slow', () => {
  it('costs the lines beyond the bound, until half of it is free', () => {
    const { write } = batches(100)
    const line = `${'x'.repeat(39)}\n`
    expect([write(line), write(line), write(line), write('y\n')]).toEqual([
      true,
      true,
      false,
      false,
    ])
    time.turn()
    expect(write('z\n')).toBe(true)
    reader.take()
    time.pass(10)
    reader.take()
    expect(reader.text()).toBe(`${line}${line}z\n`)
  })

  it('is told how many as soon as there is room', () => {
    const lines: string[] = []
    let hasRoom = true
    const logger = loggerTo((line) => hasRoom && lines.push(line) > 0)
    logger.decision(',"n":1')
    hasRoom = false
    logger.decision(',"n":2')
    logger.error('An error.')
    hasRoom = true
    logger.decision(',"n":4')
    const told = lines.map((line) => JSON.parse(line))
    expect(told).toMatchObject([{ n: 1 }, { level: 'warn', lost: 2 }, { n: 4 }])
  })

  it.each(['flush', 'close'] as const)('is told on %s, at the latest', async (last) => {
    const lines: string[] = []
    let hasRoom = false
    const logger = loggerTo((line) => hasRoom && lines.push(line) > 0)
    logger.decision(',"n":1')
    hasRoom = true
    await logger[last]()
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ lost: 1 }])
  })
})

describe('at the end', () => {
  it('close writes everything, and then is done', async () => {
    const { write, close } = batches()
    write('a\n')
    time.turn()
    write('b\n')
    const closed = close()
    reader.take()
    reader.take()
    await closed
    expect(reader.read).toEqual(['a\n', 'b\n'])
    expect(time.pending()).not.toContain(2_000)
  })

  it('close with nothing to write is done at once', async () => {
    await batches().close()
    expect(time.pending()).toEqual([])
  })

  it('close does not wait for ever', async () => {
    const { write, close } = batches()
    write('a\n')
    const closed = close()
    time.pass(2_000)
    await closed
    expect(reader.read).toEqual([])
  })

  it('flush writes everything now, in parts where it must', () => {
    const { write, flush } = batches()
    reader.takeNowAtMost(3)
    reader.refuseNow('EAGAIN', 'EAGAIN')
    write('abcdef\n')
    write('ghi\n')
    flush()
    expect(reader.text()).toBe('abcdef\nghi\n')
    expect(time.waitedMs()).toBe(20)
    time.turn()
    expect(reader.isAsked()).toBe(false)
  })

  it('flush leaves what is under way to its thread, and loses nothing that waits for room', () => {
    const { write, flush } = batches()
    write('a\n')
    time.turn()
    write('b\n')
    flush()
    expect(reader.read).toEqual(['b\n'])
    reader.take()
    write('c\n')
    time.pass(10)
    reader.refuse('EAGAIN')
    flush()
    expect(reader.read).toEqual(['b\n', 'a\n', 'c\n'])
    time.pass(10)
    expect(reader.isAsked()).toBe(false)
  })

  it('flush does not wait for ever', () => {
    const { write, flush } = batches()
    reader.refuseNow(...Array.from({ length: 500 }, () => 'EAGAIN'))
    write('a\n')
    flush()
    expect(reader.read).toEqual([])
    expect(time.waitedMs()).toBe(2_000)
  })
})
