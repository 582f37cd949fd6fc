import type { PartContext } from '../parts/part.ts'
import { takeTurn } from './measure.ts'
import type { Row } from './row.ts'
import type { Subject } from './subject.ts'

/** All rows in turn, round after round, at one process. CPU of each turn, by the row. */
export const takeRowsInTurn = async (
  { rounds, requests }: PartContext,
  rows: readonly Row[],
  subject: Subject,
): Promise<readonly (readonly number[])[]> => {
  const cpu: number[][] = rows.map(() => [])
  const sent = rows.map(() => 0)
  const turn = async (row: Row, at: number, times: number): Promise<number> => {
    const count = Math.ceil(requests * (row.share ?? 1)) * times
    const from = sent[at] ?? 0
    sent[at] = from + count
    return (await takeTurn(row, subject, { from, requests: count })).cpuMicroseconds
  }
  for (const [at, row] of rows.entries()) await turn(row, at, 2)
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, row] of rows.entries()) cpu[at]?.push(await turn(row, at, 1))
  }
  return cpu
}
