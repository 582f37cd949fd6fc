import type { SubjectKey } from '../report/figures.ts'
import { markdownTable } from '../report/markdown.ts'
import { takeTurn } from '../rows/measure.ts'
import type { Row } from '../rows/row.ts'
import { sessionsInTurn } from '../rows/rows.ts'
import { withSubjects } from '../rows/subject.ts'
import { checkRequest } from '../setup/check-requests.ts'
import { PROBE_FLAGS, type ProbeAnswer, probe } from '../subject/probed.ts'
import type { Part, PartContext } from './part.ts'

/**
 * How many sessions processes keep that are compared: 100,000 and a fifth of them. V8 keeps tens of
 * MiB of pages that it once had, now more and now less, and so fewer sessions tell nothing.
 */
const MANY = 100_000
const MANY_OF_REQUESTS = 20
const FEW_OF_MANY = 5
const SUBJECTS: readonly SubjectKey[] = ['before', 'after']
const FIELDS = ['rss', 'heapUsed', 'external'] as const
const WHAT = { rss: 'RSS', heapUsed: 'heap', external: 'external' } as const

/** With one token of 1,000 characters, the access token: there is as good as no ID token. */
const ID_TOKEN_LENGTH = 2

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

const measure = async (
  context: PartContext,
  key: SubjectKey,
  tickets: readonly string[],
): Promise<void> => {
  const { figures, tell } = context
  const few = tickets.length / FEW_OF_MANY
  const settled = (count: number): Promise<ProbeAnswer> => {
    const row = sessionsInTurn(tickets.slice(0, count), checkRequest)
    return settledWith(context, key, row, tickets.length)
  }
  const [low, high] = [await settled(few), await settled(tickets.length)]
  for (const field of FIELDS) {
    const kib = (high[field] - low[field]) / (tickets.length - few) / 1_024
    figures.note(`session ${WHAT[field]}`, key, kib)
  }
  tell(`${key}: ${figures.get('session RSS', key)?.toFixed(2)} KiB a session`)
}

/**
 * What a cached session takes: the settled memory of a process that keeps 100,000 less that of one
 * that keeps 20,000, after as many checks.
 */
export const memory: Part = async (context) => {
  const { figures, around, requests } = context
  const many = Math.min(MANY, requests * MANY_OF_REQUESTS)
  const tickets = await around.signIn(many, ID_TOKEN_LENGTH)
  for (const key of SUBJECTS) await measure(context, key, tickets)
  return [
    '### Memory of a cached session, with 20 groups and a token of 1,000 characters',
    markdownTable(
      ['KiB a session', 'before', 'now'],
      FIELDS.map((field) => [
        WHAT[field],
        ...SUBJECTS.map((key) => figures.get(`session ${WHAT[field]}`, key)?.toFixed(2) ?? ''),
      ]),
    ),
    `Counted as what a process that keeps ${many} sessions holds more than one that keeps ${many / FEW_OF_MANY}, after ${many} checks and full collections. V8's heap and what it holds outside of it show where the bytes are.`,
  ].join('\n\n')
}
