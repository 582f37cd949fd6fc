import { hash } from 'node:crypto'
import type { AskingFacts, DecisionPoints, Ruling } from '../core/decision-points.ts'
import type { DecisionPoint } from '../core/policy/decision-point.ts'
import { Fault } from '../core/reason/fault.ts'
import type { Clock } from '../core/time/clock.ts'
import { withinBudget } from '../core/time/within-budget.ts'
import { createAuthorities } from '../outbound/authorities.ts'
import { createOutage, type Outage } from '../outbound/outage.ts'
import type { OutboundOptions } from '../outbound/outbound-options.ts'
import { nameOf } from '../outbound/url-host.ts'
import { type Asking, createAsking } from './asking.ts'
import { createRemembered } from './remembered.ts'

/** The decision points in use, each on its own. */
export interface LiveDecisionPoints extends DecisionPoints {
  /**
   * Lets go of every one that is not among these; calls in flight are finished. To be called after
   * each swap of the snapshot.
   */
  readonly retain: (live: readonly DecisionPoint[]) => void
  /** How each that was asked stands, of every route by itself; does no I/O. */
  readonly standings: () => readonly DecisionPointStanding[]
  /** Closes every connection. */
  readonly close: () => Promise<void>
}

/** How a decision point stood when it was last asked. */
export interface DecisionPointStanding {
  /** `namespace/name` of the ProtectedRoute. */
  readonly route: string
  /** Without userinfo and query. */
  readonly url: string
  /** What failed, as a sentence; absent: it works. */
  readonly trouble?: string
}

interface OutageOf {
  readonly outage: Outage
  readonly about: Pick<DecisionPointStanding, 'route' | 'url'>
}

interface Entry extends Asking {
  /** Calls under way, by their facts. */
  readonly underWay: Map<string, Promise<Ruling>>
}

const names = new WeakMap<DecisionPoint, string>()

/** The same text each time: it is asked for at every check. */
const keyOf = (point: DecisionPoint): string => {
  const known = names.get(point)
  if (known !== undefined) return known
  const name = `${point.generation} ${point.route}`
  names.set(point, name)
  return name
}

const spent =
  ({ route, url }: DecisionPoint) =>
  (): Fault =>
    new Fault(
      'decision_point_unavailable',
      `${route}: ${url} had not answered when the time of the check was over (check.budget).`,
    )

/**
 * Asks decision points. Those of different routes, and of different generations of one route, share
 * neither connections nor breakers nor answers. Equal facts that are asked about at the same time
 * are asked about once; an answer is remembered as long as the route says, for these very facts.
 */
export const createDecisionPoints = (deps: {
  readonly outbound: OutboundOptions
  readonly clock: Clock
  /** Hears a sentence when a decision point goes, and when it comes back. */
  readonly tell?: (sentence: string) => void
  readonly observe?: (facts: AskingFacts) => void
}): LiveDecisionPoints => {
  const { outbound, clock, tell = () => undefined, observe = () => undefined } = deps
  const entries = new Map<string, Entry>()
  const outages = new Map<string, OutageOf>()
  const remembered = createRemembered(clock)
  const authorities = createAuthorities()

  const outageKeyOf = ({ route, url }: DecisionPoint): string => `${route} ${nameOf(new URL(url))}`

  const outageOf = (point: DecisionPoint): Outage => {
    const key = outageKeyOf(point)
    const known = outages.get(key)
    if (known !== undefined) return known.outage
    const returnsBy = nameOf(new URL(point.url))
    const subject = { kind: 'ProtectedRoute', name: point.route, returnsBy } as const
    const made = createOutage(subject, clock, tell)
    outages.set(key, { outage: made, about: { route: point.route, url: returnsBy } })
    return made
  }

  const entryOf = (point: DecisionPoint): Entry => {
    const key = keyOf(point)
    const known = entries.get(key)
    if (known !== undefined) return known
    const watch = outageOf(point).watch()
    const asking = createAsking(point, { outbound, clock, authorities }, watch)
    const made = { ...asking, underWay: new Map<string, Promise<Ruling>>() }
    entries.set(key, made)
    return made
  }

  const call = async (point: DecisionPoint, entry: Entry, key: string, facts: string) => {
    const askedAtMs = clock.nowMs()
    const report = (outcome: AskingFacts['outcome']): void =>
      observe({ outcome, from: 'call', durationMs: Math.max(0, clock.nowMs() - askedAtMs) })
    try {
      const ruling = await entry.ask(facts)
      if (point.rememberMs > 0) remembered.put(key, ruling, askedAtMs)
      report(ruling.kind)
      return ruling
    } catch (thrown) {
      report('unavailable')
      throw thrown
    } finally {
      entry.underWay.delete(key)
    }
  }

  const share = async (work: Promise<Ruling>): Promise<Ruling> => {
    const sinceMs = clock.nowMs()
    const report = (outcome: AskingFacts['outcome']): void =>
      observe({ outcome, from: 'shared', durationMs: Math.max(0, clock.nowMs() - sinceMs) })
    try {
      const ruling = await work
      report(ruling.kind)
      return ruling
    } catch (thrown) {
      report('unavailable')
      throw thrown
    }
  }

  return {
    ask: (point, facts, budget) => {
      const key = `${keyOf(point)} ${hash('sha256', facts, 'base64')}`
      const known = remembered.get(key, point.rememberMs)
      if (known !== undefined) {
        observe({ outcome: known.kind, from: 'memory', durationMs: 0 })
        return known
      }
      const entry = entryOf(point)
      const before = entry.underWay.get(key)
      if (before !== undefined) return withinBudget(share(before), budget, spent(point))
      const work = call(point, entry, key, facts)
      entry.underWay.set(key, work)
      return withinBudget(work, budget, spent(point))
    },
    retain: (live) => {
      const kept = new Set(live.map(keyOf))
      for (const [key, entry] of entries) {
        if (kept.has(key)) continue
        entries.delete(key)
        void entry.close()
      }
      const told = new Set(live.map(outageKeyOf))
      for (const key of outages.keys()) if (!told.has(key)) outages.delete(key)
    },
    standings: () =>
      [...outages.values()].map(({ outage, about }) => {
        const trouble = outage.trouble()
        return trouble === undefined ? about : { ...about, trouble }
      }),
    close: async () => {
      await Promise.all([...entries.values()].map((entry) => entry.destroy()))
    },
  }
}
