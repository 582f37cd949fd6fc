import type { SubjectKey } from '../report/figures.ts'
import { markdownTable } from '../report/markdown.ts'
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
const FIELDS = ['rss', 'heapUsed', 'external'] as const
const WHAT = { rss: 'RSS', heapUsed: 'heap', external: 'external' } as const

/**
 * What is kept is old at once, so that each check reads the store: processes that keep many and few
 * have then done the same work, and what that work leaves behind is in neither's difference.
 */
const CACHE_TTL = '1ms'

/** The ID tokens of the sessions that are kept, by what the table calls them. */
const ID_TOKENS = {
  session: { length: 2, says: 'one token, of 1,000 characters' },
  'two-token session': { length: 1_200, says: 'two tokens, of 2,200 characters' },
} as const

type Kind = keyof typeof ID_TOKENS

/** One process of its own that keeps so many sessions. */
const settledWith = (
  context: PartContext,
  key: SubjectKey,
  row: Row,
  checks: number,
): Promise<ProbeAnswer> => {
  const options = {
    setup: 'quiet',
    nodeArgs: PROBE_FLAGS,
    cachedSessions: MANY * 2,
    cacheTtl: CACHE_TTL,
  } as const
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
  kind: Kind,
  tickets: readonly string[],
): Promise<void> => {
  const { figures, tell } = context
  const checks = tickets.length * CHECKS_OF_MANY
  const settled = async (count: number): Promise<readonly ProbeAnswer[]> => {
    const row = sessionsInTurn(tickets.slice(0, count), checkRequest)
    const answers: ProbeAnswer[] = []
    for (let at = 0; at < PROCESSES; at += 1)
      answers.push(await settledWith(context, key, row, checks))
    return answers
  }
  const few = tickets.length / FEW_OF_MANY
  const [withFew, withMany] = [await settled(few), await settled(tickets.length)]
  for (const field of FIELDS) {
    const [low = 0, high = 0] = [withFew, withMany].map((all) =>
      Math.min(...all.map((one) => one[field])),
    )
    const kib = (high - low) / (tickets.length - few) / 1_024
    figures.note(`${kind} ${WHAT[field]}`, key, kib)
  }
  tell(`${key}, ${kind}: ${figures.get(`${kind} RSS`, key)?.toFixed(2)} KiB`)
}

/**
 * What a cached session takes: the settled memory of processes that keep 10,000 less that of
 * processes that keep 2,000, after as many checks, each of which has read the store. Of several
 * processes each the least counts: what a collection came too late for is on top of it.
 */
export const memory: Part = async (context) => {
  const { figures, around } = context
  const many = Math.min(MANY, context.requests * 2)
  const kinds = Object.keys(ID_TOKENS) as readonly Kind[]
  for (const kind of kinds) {
    const tickets = await around.signIn(many, ID_TOKENS[kind].length)
    for (const key of SUBJECTS) await measure(context, key, kind, tickets)
  }
  return [
    '### Memory of a cached session with 20 groups',
    markdownTable(
      ['KiB a session', 'before', 'now'],
      kinds.flatMap((kind) =>
        FIELDS.map((field) => [
          `${WHAT[field]}, ${ID_TOKENS[kind].says}`,
          ...SUBJECTS.map((key) => figures.get(`${kind} ${WHAT[field]}`, key)?.toFixed(2) ?? ''),
        ]),
      ),
    ),
    `Counted as what processes that keep ${many} sessions hold more than processes that keep ${many / FEW_OF_MANY}, the least of ${PROCESSES} processes each, after ${many * CHECKS_OF_MANY} checks that have each read the store, and full collections. V8's heap and what it holds outside of it show where the bytes are.`,
  ].join('\n\n')
}
