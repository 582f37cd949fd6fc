import { hostname } from 'node:os'
import type { ClientStandingOf, StandingOf } from '../../core/provider/standing.ts'
import type { Provider } from '../../core/registration/provider.ts'
import type { Clock } from '../../core/time/clock.ts'
import { oneAtATime } from '../../core/time/one-at-a-time.ts'
import type { Random } from '../../core/time/random.ts'
import {
  eachInSteps,
  flatMapInSteps,
  inSteps,
  type Pace,
  type Steps,
  stopWhen,
} from '../../core/time/steps.ts'
import { createMemo } from '../../policy/compile/object/memo.ts'
import type { OwnedHost } from '../../policy/matching/host-table.ts'
import { createApiCalls } from '../api/api-calls.ts'
import type { ApiServer } from '../api/api-server.ts'
import type { AbsentClaimsOf } from '../conditions/absent-claims.ts'
import type { DesiredStatus } from '../conditions/desired-status.ts'
import { desiredStatuses, type StatusInput, unsyncedStatuses } from '../conditions/statuses.ts'
import { createLeadership, LEASE_TIMES } from '../leadership/leadership.ts'
import { ownNamespace } from '../leadership/own-namespace.ts'
import type { ClusterSource, PresentObject } from '../source/cluster-source.ts'
import type { FailureListener, MissingRight } from '../source/failures.ts'
import { pause, type Timers } from '../timers.ts'
import { createEvents } from './events.ts'
import { createHostChecks } from './host-checks.ts'
import { createLasting } from './lasting.ts'
import { createStatusWriter } from './status-writer.ts'

/** What became of the resources, as far as it does not change by itself. */
export type Outcome = Omit<
  StatusInput,
  'standingOf' | 'absentClaimsOf' | 'clientStandingOf' | 'missingRightsIn'
>

/** What telling owners the truth takes. */
export interface ControllerOptions extends FailureListener {
  readonly api: ApiServer
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly pace: Pace
  readonly source: Pick<ClusterSource, 'objectOf' | 'missingRights' | 'present'>
  /** Of the Lease; absent: where the pod runs. */
  readonly namespace?: string
  readonly leaseName: string
  readonly standingOf: StandingOf
  readonly absentClaimsOf: AbsentClaimsOf
  readonly clientStandingOf: ClientStandingOf
  /** The hosts that were asked about since the last call. */
  readonly takeAsked: () => readonly OwnedHost[]
  readonly onLeading: (isLeader: boolean) => void
  /** Something unexpected was thrown; the next look comes as ever. */
  readonly onError: (error: unknown) => void
}

/** Tells owners what became of their resources. */
export interface Controller {
  readonly start: () => void
  /** The resources were compiled. */
  readonly report: (outcome: Outcome) => void
  /** The status of an object may have been written, by us or by others. */
  readonly notice: () => void
  /** Sentences about what cannot be written for want of a right. */
  readonly troubles: () => readonly string[]
  readonly isLeader: () => boolean
  /** Gives up leadership, and ends what is under way. */
  readonly close: () => Promise<void>
}

/** How often providers, rights and checks are looked at. */
const TICK_MS = 1_000
/** A right that is missing for less is not worth a word at every object. */
const LASTING_MS = 5_000
const CALL_TIMEOUT_MS = 10_000
/** Two attempts to renew fit into the time that a renewal may take. */
const LEASE_CALL_TIMEOUT_MS = 4_000

const ownedHosts = (routes: Outcome['routes']): Steps<readonly OwnedHost[]> =>
  flatMapInSteps(routes, ({ name, hosts }) => hosts.map(({ host }) => ({ owner: name, host })))

/** Nobody is asked before `start`. */
export const createController = (options: ControllerOptions): Controller => {
  const { api, clock, timers, random, source, onLeading } = options
  const { standingOf, absentClaimsOf, clientStandingOf } = options
  const identity = `${hostname()}_${random.token(6)}`
  const closing = new AbortController()
  const calls = createApiCalls(api, CALL_TIMEOUT_MS)
  const checks = createHostChecks()
  const events = createEvents({ ...options, calls, identity })
  const memo = createMemo<DesiredStatus>()
  let latest: Outcome | undefined
  let outcome: Outcome | undefined
  let providers = new Set<Provider>()
  let clients: string[] = []
  let running: Promise<void> = Promise.resolve()
  let said = ''
  let rights: readonly MissingRight[] = []
  const lasting = createLasting(clock, LASTING_MS)

  const writer = createStatusWriter({
    ...options,
    calls,
    objectOf: source.objectOf,
    isLeader: () => leadership?.isLeader() === true,
    lastChecksOf: checks.of,
    onTransition: events.publish,
  })
  let leadership: ReturnType<typeof createLeadership> | undefined

  const concerning = (namespace: string): readonly string[] =>
    rights
      .filter((right) => right.namespace === undefined || right.namespace === namespace)
      .map(({ sentence }) => sentence)

  /** What is missing, once it has lasted. */
  const lookAtRights = (): void => {
    const own = [...writer.missingRights(), ...events.missingRights()]
    const all = [...source.missingRights(), ...own.map((sentence): MissingRight => ({ sentence }))]
    const lasts = new Set(lasting(all.map(({ sentence }) => sentence)))
    rights = all.filter(({ sentence }) => lasts.has(sentence))
  }

  /** Before the first complete read, only those are told who would wait in vain. */
  const lacking = (): readonly PresentObject[] =>
    source.present().filter(({ ref }) => concerning(ref.namespace).length > 0)

  /** What the outcome is about, and may move by itself. */
  const survey = function* ({ objects, routes }: Outcome): Steps<void> {
    providers = new Set()
    clients = []
    yield* eachInSteps(objects, (one) => {
      for (const provider of one.providers) providers.add(provider)
      if (one.ref.kind === 'OIDCClient') clients.push(`${one.ref.namespace}/${one.ref.name}`)
    })
    yield* checks.retain(yield* ownedHosts(routes))
  }

  const decide = function* (): Steps<void> {
    const reported = latest
    latest = undefined
    if (reported !== undefined) {
      outcome = reported
      yield* survey(reported)
    }
    if (outcome === undefined) return writer.want(unsyncedStatuses(lacking(), concerning))
    const moving = { standingOf, absentClaimsOf, clientStandingOf, missingRightsIn: concerning }
    const input = { ...outcome, ...moving }
    writer.want(yield* desiredStatuses(input, memo))
  }
  const decideNext = oneAtATime(async () => {
    try {
      await inSteps(
        stopWhen(() => closing.signal.aborted, decide()),
        options.pace,
      )
    } catch (error) {
      options.onError(error)
    }
  })

  /** What moves by itself, as text: providers, clients, and what may not be done. */
  const signs = (): string => {
    const standings = [...providers].map(standingOf)
    const absent = clients.map((client) => absentClaimsOf(client) ?? null)
    const own = clients.map((client) => clientStandingOf(client) ?? null)
    return JSON.stringify([standings, absent, own, rights, outcome === undefined ? lacking() : []])
  }

  const tick = (): void => {
    checks.note(options.takeAsked(), clock.nowMs())
    lookAtRights()
    const next = signs()
    if (next !== said) void decideNext()
    said = next
    writer.notice()
  }

  const run = async (): Promise<void> => {
    const namespace = options.namespace ?? (await ownNamespace())
    leadership = createLeadership({
      ...options,
      namespace,
      identity,
      calls: createApiCalls(api, LEASE_CALL_TIMEOUT_MS),
      times: LEASE_TIMES,
      onChange: (isLeader) => {
        onLeading(isLeader)
        writer.notice()
      },
    })
    leadership.start()
    while (!closing.signal.aborted) {
      try {
        tick()
      } catch (error) {
        options.onError(error)
      }
      await pause(timers, TICK_MS, closing.signal)
    }
  }

  return {
    start: () => {
      running = run()
    },
    report: (next) => {
      latest = next
      void decideNext()
    },
    notice: writer.notice,
    troubles: () => [
      ...(leadership?.missingRights() ?? []),
      ...writer.missingRights(),
      ...events.missingRights(),
    ],
    isLeader: () => leadership?.isLeader() === true,
    close: async () => {
      closing.abort()
      await running
      await decideNext()
      await Promise.all([leadership?.close(), writer.close(), events.close()])
    },
  }
}
