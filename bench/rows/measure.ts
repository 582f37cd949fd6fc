import { judgeCheck, judgeHttp } from '../client/judge.ts'
import { type LoadOptions, type LoadResult, load } from '../client/load.ts'
import { cpuMsOf } from '../subject/process-usage.ts'
import type { Row } from './row.ts'
import { isNoOp, type Subject } from './subject.ts'

const CONNECTIONS = 4
const CONCURRENCY = 64

/** What one turn of a subject gave. */
export interface Turn extends LoadResult {
  /** Of its process, all threads, for each check, in µs. */
  readonly cpuMicroseconds: number
}

/** A gateway in front of a subject. */
export interface Gateway {
  readonly url: string
  readonly tls: NonNullable<LoadOptions['tls']>
}

/** What one turn asks for. */
export interface TurnOptions {
  /** The number of the first request. */
  readonly from: number
  readonly requests: number
  /** Absent: as fast as answers come. */
  readonly ratePerSecond?: number
  /** Asked in the place of the subject, whose process is the one that is measured. */
  readonly gateway?: Gateway
}

const addressOf = ({ port, tls }: Subject) => ({
  url: `http://127.0.0.1:${port}`,
  ...(tls === undefined ? {} : { tls }),
})

/** Asks one subject, and judges every answer. @throws Error with the first that is wrong */
export const takeTurn = async (row: Row, subject: Subject, options: TurnOptions): Promise<Turn> => {
  const { from, requests, ratePerSecond, gateway } = options
  const expected = isNoOp(subject.key) ? { status: 200 } : row.expected
  let beforeMs = 0
  const result = await load({
    ...(gateway ?? addressOf(subject)),
    connections: CONNECTIONS,
    concurrency: CONCURRENCY,
    requests,
    request: (n) => row.request(from + n),
    judge: gateway === undefined ? judgeCheck(expected) : judgeHttp(expected),
    ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
    began: () => {
      beforeMs = cpuMsOf(subject.pid)
    },
  }).catch((cause) => {
    throw new Error(`${subject.key}, ${row.name}: ${cause}`, { cause })
  })
  return { ...result, cpuMicroseconds: ((cpuMsOf(subject.pid) - beforeMs) * 1_000) / requests }
}

/** How often, and how much. */
export interface RoundOptions {
  readonly rounds: number
  readonly requests: number
  /** Requests that nobody measures, before the first round. */
  readonly warmUp: number
  readonly gatewayOf?: (subject: Subject) => Gateway
  readonly rateOf?: (subject: Subject) => number
}

/**
 * Asks every subject in turn, A B C A B C …, each about the same requests. The turns of each
 * subject, in the order of the subjects.
 */
export const takeRounds = async (
  row: Row,
  subjects: readonly Subject[],
  { rounds, requests, warmUp, gatewayOf, rateOf }: RoundOptions,
): Promise<readonly (readonly Turn[])[]> => {
  const turns: Turn[][] = subjects.map(() => [])
  for (const subject of subjects) {
    const gateway = gatewayOf?.(subject)
    await takeTurn(row, subject, {
      from: 0,
      requests: warmUp,
      ...(gateway === undefined ? {} : { gateway }),
    })
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, subject] of subjects.entries()) {
      const gateway = gatewayOf?.(subject)
      const ratePerSecond = rateOf?.(subject)
      const turn = await takeTurn(row, subject, {
        from: warmUp + round * requests,
        requests,
        ...(gateway === undefined ? {} : { gateway }),
        ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
      })
      turns[at]?.push(turn)
    }
  }
  return turns
}
