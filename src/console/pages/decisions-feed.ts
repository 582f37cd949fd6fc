import type { ConsoleData, RecentDecision } from '../../core/console/console-data.ts'
import type { SiteStream } from '../../core/console/console-site.ts'
import type { ConsolePage } from '../page/page.ts'
import { decisionCells, toneOf } from '../words/decision-words.ts'
import { decisionFilter } from './decisions.ts'

/** What tells decisions as they come. */
export interface FeedDeps {
  readonly data: Pick<ConsoleData, 'recentDecisions' | 'followDecisions'>
  /** Calls once after a time, unless the returned function is called before. */
  readonly after: (ms: number, run: () => void) => () => void
}

const TICK_MS = 1_000

/** Nobody reads more in a second; the rest is counted. */
const MOST_IN_A_TICK = 20

/** As long as one request is good for: whoever may no longer look does not come in again. */
const MOST_TICKS = 60

/** Who has read nothing for so long is not waited for. */
const PATIENCE_TICKS = 10

const NUMBER = /^[0-9]{1,15}$/

const eventOf = (name: string, data: unknown): string =>
  `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`

const toldOf = (one: RecentDecision): string =>
  eventOf('decision', {
    number: one.number,
    tone: toneOf(one.decision),
    cells: decisionCells(one),
  })

/** What a reader who does not keep up is sent: next to nothing. */
const BEAT = ':\n\n'

type Following = Pick<FeedDeps, 'after'> & {
  readonly follow: (hear: (one: RecentDecision) => void) => (() => void) | undefined
  /** What has come since the reader was last told something, the oldest first. */
  readonly missed: readonly RecentDecision[]
}

const streamOf = ({ after, follow, missed }: Following): SiteStream => ({
  begin: (write, end) => {
    let ticks = 0
    let told = 0
    let skipped = 0
    let slowTicks = 0
    let isSlow = false
    let cancel = (): void => undefined

    const send = (text: string): void => {
      isSlow = !write(text)
    }
    const hear = (one: RecentDecision): void => {
      if (isSlow || told >= MOST_IN_A_TICK) {
        skipped += 1
        return
      }
      told += 1
      send(toldOf(one))
    }
    const tellSkipped = (): void => {
      const isTold = !isSlow && skipped > 0
      send(isTold ? eventOf('skipped', { count: skipped }) : BEAT)
      if (isTold) skipped = 0
    }
    const close = (): void => {
      cancel()
      stop?.()
    }
    const finish = (name: string): void => {
      close()
      write(eventOf(name, {}))
      end()
    }
    const tick = (): void => {
      ticks += 1
      told = 0
      tellSkipped()
      slowTicks = isSlow ? slowTicks + 1 : 0
      if (slowTicks >= PATIENCE_TICKS || ticks >= MOST_TICKS) finish('over')
      else cancel = after(TICK_MS, tick)
    }

    const stop = follow(hear)
    if (stop === undefined) {
      finish('full')
      return () => undefined
    }
    for (const one of missed) hear(one)
    cancel = after(TICK_MS, tick)
    return close
  },
})

/**
 * The decisions that fit, as they come: server-sent events. It ends by itself after a minute, and
 * the script asks for it anew.
 */
export const decisionsFeed = ({ data, after }: FeedDeps): ConsolePage => ({
  path: '/console/decisions/feed',
  title: 'Decisions as they come',
  render: async ({ query }) => {
    const filter = decisionFilter(query)
    const written = query.get('after') ?? ''
    const last = NUMBER.test(written) ? Number(written) : undefined
    const missed =
      last === undefined
        ? []
        : data
            .recentDecisions(filter)
            .filter(({ number }) => number > last)
            .slice(0, MOST_IN_A_TICK)
            .toReversed()
    const follow = (hear: (one: RecentDecision) => void) => data.followDecisions(filter, hear)
    return { kind: 'events', stream: streamOf({ after, follow, missed }) }
  },
})
