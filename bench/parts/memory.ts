import type { SubjectKey } from '../report/figures.ts'
import { markdownTable } from '../report/markdown.ts'
import { median } from '../report/quartile.ts'
import { takeTurn } from '../rows/measure.ts'
import type { Row } from '../rows/row.ts'
import { sessionsInTurn } from '../rows/rows.ts'
import { withSubjects } from '../rows/subject.ts'
import { checkRequest } from '../setup/check-requests.ts'
import { PROBE_FLAGS, type ProbeAnswer, probe } from '../subject/probed.ts'
import type { Part, PartContext } from './part.ts'

/** How many sessions processes keep that are compared: 10,000 and a fifth of them. */
const MANY = 10_000
const FEW_OF_MANY = 5
/** Checks of each process, whatever it keeps: each session is used twice. */
const CHECKS_OF_MANY = 2
const PROCESSES = 3
const SUBJECTS: readonly SubjectKey[] = ['before', 'after']
const WHAT = { rss: 'RSS', heapUsed: 'heap', external: 'external' } as const

/** One process of its own that keeps so many sessions. */
const settledWith = (
  context: PartContext,
  key: SubjectKey,
  row: Row,
  checks: number,
): Promise<ProbeAnswer> => {
  const options = { setup: 'quiet', nodeArgs: PROBE_FLAGS, cachedSessions: MANY * 2 } as const
  return withSubjects([key], context, options, async ([subject]) => {
    if (subject === undefined) throw new Error('There is nothing to ask.')
    await takeTurn(row, subject, { from: 0, requests: checks })
    await probe(subject)
    return probe(subject)
  })
}

/**
 * What a cached session takes: the settled memory of processes that keep 10,000 less that of
 * processes that keep 2,000, after as many checks; medians of several processes each.
 */
export const memory: Part = async (context) => {
  const { figures, around, tell } = context
  const many = Math.min(MANY, context.requests * 2)
  const few = many / FEW_OF_MANY
  const checks = many * CHECKS_OF_MANY
  const tickets = await around.signIn(many)
  for (const key of SUBJECTS) {
    const settled = async (count: number): Promise<readonly ProbeAnswer[]> => {
      const row = sessionsInTurn(tickets.slice(0, count), checkRequest)
      const answers: ProbeAnswer[] = []
      for (let at = 0; at < PROCESSES; at += 1)
        answers.push(await settledWith(context, key, row, checks))
      return answers
    }
    const withFew = await settled(few)
    const withMany = await settled(many)
    for (const field of ['rss', 'heapUsed', 'external'] as const) {
      const [low, high] = [withFew, withMany].map((all) => median(all.map((one) => one[field])))
      const kib = ((high ?? 0) - (low ?? 0)) / (many - few) / 1_024
      figures.note(`session ${WHAT[field]}`, key, kib)
    }
    tell(`${key}: ${figures.get('session RSS', key)?.toFixed(2)} KiB a session`)
  }
  return [
    '### Memory of a cached session, with 20 groups and tokens of 2.2 KiB',
    markdownTable(
      ['KiB a session', 'before', 'now'],
      Object.values(WHAT).map((what) => [
        what,
        ...SUBJECTS.map((key) => figures.get(`session ${what}`, key)?.toFixed(2) ?? ''),
      ]),
    ),
    `Counted as what processes that keep ${many} sessions hold more than processes that keep ${few}, medians of ${PROCESSES} processes each, after ${checks} checks and full collections. V8's heap and what it holds outside of it show where the bytes are.`,
  ].join('\n\n')
}
