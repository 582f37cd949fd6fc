import { judgeCheck } from '../client/judge.ts'
import { load } from '../client/load.ts'
import { cpuMsOf } from '../subject/process-usage.ts'
import type { Row } from './row.ts'
import type { Subject } from './subject.ts'

const CONNECTIONS = 4
const CONCURRENCY = 64

/** What one turn of a subject gave. */
export interface Turn {
  /** Of its process, all threads, for each check, in µs. */
  readonly cpuMicroseconds: number
  readonly requestsPerSecond: number
}

/** Asks one subject at full speed. `from`: the number of the first request. */
export const takeTurn = async (
  row: Row,
  subject: Subject,
  from: number,
  requests: number,
): Promise<Turn> => {
  const beforeMs = cpuMsOf(subject.pid)
  const { requestsPerSecond } = await load({
    url: subject.url,
    connections: CONNECTIONS,
    concurrency: CONCURRENCY,
    requests,
    request: (n) => row.request(from + n),
    judge: judgeCheck(row.expected),
  }).catch((cause) => {
    throw new Error(`${subject.name}, ${row.name}: ${cause}`, { cause })
  })
  const cpuMicroseconds = ((cpuMsOf(subject.pid) - beforeMs) * 1_000) / requests
  return { cpuMicroseconds, requestsPerSecond }
}

/** How often, and how much. */
export interface RoundOptions {
  readonly rounds: number
  readonly requests: number
  /** Requests that nobody measures, before the first round. */
  readonly warmUp: number
}

/**
 * Asks every subject in turn, A B C A B C …, each about the same requests. The turns of each
 * subject, in the order of the subjects.
 */
export const takeRounds = async (
  row: Row,
  subjects: readonly Subject[],
  options: RoundOptions,
): Promise<readonly (readonly Turn[])[]> => {
  const { rounds, requests, warmUp } = options
  for (const subject of subjects) await takeTurn(row, subject, 0, warmUp)
  const turns: Turn[][] = subjects.map(() => [])
  for (let round = 0; round < rounds; round += 1) {
    const from = warmUp + round * requests
    for (const [at, subject] of subjects.entries()) {
      turns[at]?.push(await takeTurn(row, subject, from, requests))
    }
  }
  return turns
}
