import type { Clock } from '../../core/time/clock.ts'
import { jitterMs } from '../../core/time/jitter.ts'
import type { Random } from '../../core/time/random.ts'
import type { ApiAnswer, ApiCalls } from '../api/api-calls.ts'
import type { ApiFailure } from '../api/api-failure.ts'
import { createFailureLog, type FailureListener } from '../source/failures.ts'
import { pause, type Timers } from '../timers.ts'
import { heldBy, newLease, type ReadLease, readLease, released, withRecord } from './lease.ts'

/** How long leadership lasts. */
export interface LeaseTimes {
  /** Without a renewal for so long, another replica takes over. */
  readonly leaseMs: number
  /**
   * Without a renewal for so long, the leader stops to be one by itself: well before the others may
   * take over.
   */
  readonly renewWithinMs: number
  /** How often it is tried, at most. */
  readonly retryMs: number
}

/** As Kubernetes' own controllers have them: a standby takes over within 17 seconds. */
export const LEASE_TIMES: LeaseTimes = { leaseMs: 15_000, renewWithinMs: 10_000, retryMs: 2_000 }

/** What taking part in an election takes. */
export interface LeadershipOptions extends FailureListener {
  readonly calls: ApiCalls
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly namespace: string
  readonly leaseName: string
  /** This replica; no other has it. */
  readonly identity: string
  readonly times: LeaseTimes
  readonly onChange: (isLeader: boolean) => void
}

/** Whether this replica leads. */
export interface Leadership {
  /** Takes part until `close`; returns at once. */
  readonly start: () => void
  /** False as soon as the renewal is overdue, whatever hangs. */
  readonly isLeader: () => boolean
  /** Sentences about rights that are missing. */
  readonly missingRights: () => readonly string[]
  /** Gives the lease back, if it has it. */
  readonly close: () => Promise<void>
}

const NOT_FOUND = 404
const CONFLICT = 409
const FORBIDDEN = 403

/** A lease as it was last seen to move. */
interface Seen {
  readonly mark: string
  readonly atMs: number
}

type Read = { readonly ok: true; readonly lease?: ReadLease } | Extract<ApiAnswer, { ok: false }>

/**
 * One leader among the replicas, by a Lease that it renews (as client-go's leaderelection does it).
 * The age of another's lease is counted from when it was last seen to move, as clocks differ; the
 * own one from before the renewal was sent. So a leader has stopped to lead by itself before
 * another one begins.
 */
export const createLeadership = (options: LeadershipOptions): Leadership => {
  const { calls, clock, timers, random, namespace, leaseName, identity, times } = options
  const collection = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`
  const path = `${collection}/${leaseName}`
  const title = `The Lease ${namespace}/${leaseName}`
  const closing = new AbortController()
  const { signal } = closing
  const tell = createFailureLog(options)
  let complaint: string | undefined
  let leadsUntilMs = 0
  let told = false
  let seen: Seen | undefined
  let mine: ReadLease | undefined
  let running: Promise<void> = Promise.resolve()

  const isLeader = (): boolean => clock.nowMs() < leadsUntilMs
  const tellChange = (): void => {
    if (told === isLeader()) return
    told = isLeader()
    options.onChange(told)
  }

  const noteFailure = ({ status, message }: ApiFailure, verb: string): void => {
    if (status === CONFLICT) return
    const right = `get, create and update on leases in the namespace ${namespace}`
    const fix = status === FORBIDDEN ? `; grant ${right}` : ''
    const what = `${title} cannot be ${verb}, so that this replica writes no status`
    const sentence = `${what}: ${message}${fix}.`
    complaint = status === FORBIDDEN ? sentence : undefined
    tell(new Map([[title, sentence]]))
  }
  const noteSuccess = (): void => {
    complaint = undefined
    tell(new Map())
  }

  const read = async (): Promise<Read> => {
    const answer = await calls.get(path, signal)
    if (answer.ok) return { ok: true, lease: readLease(answer.object) }
    return answer.failure.status === NOT_FOUND ? { ok: true } : answer
  }

  /**
   * Whether the lease is ours to take: nobody's, our own, or one that has not moved for as long as
   * it lasts.
   */
  const isFree = ({ record }: ReadLease): boolean => {
    if (record.holder === '' || record.holder === identity) return true
    const mark = JSON.stringify(record)
    if (seen?.mark !== mark) seen = { mark, atMs: clock.nowMs() }
    return clock.nowMs() - seen.atMs > Math.max(record.durationMs, times.leaseMs)
  }

  const put = (lease: ReadLease | undefined): Promise<ApiAnswer> => {
    const record = heldBy(identity, times.leaseMs, clock.nowMs(), lease?.record)
    if (lease !== undefined) {
      return calls.write({ method: 'PUT', path, object: withRecord(lease, record) }, signal)
    }
    const object = newLease(namespace, leaseName, record)
    return calls.write({ method: 'POST', path: collection, object }, signal)
  }

  const hold = async (lease: ReadLease | undefined): Promise<void> => {
    const sentAtMs = clock.nowMs()
    const answer = await put(lease)
    if (answer.ok) {
      noteSuccess()
      mine = readLease(answer.object)
      leadsUntilMs = sentAtMs + times.renewWithinMs
      return
    }
    mine = undefined
    if (!signal.aborted) noteFailure(answer.failure, lease === undefined ? 'created' : 'updated')
  }

  /** What we wrote last is tried first: while nobody else wrote, one call renews. */
  const attempt = async (): Promise<void> => {
    if (mine !== undefined && isLeader()) return await hold(mine)
    const answer = await read()
    if (signal.aborted) return
    if (!answer.ok) noteFailure(answer.failure, 'read')
    else if (answer.lease === undefined || isFree(answer.lease)) await hold(answer.lease)
    else noteSuccess()
  }

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await attempt()
      tellChange()
      await pause(timers, jitterMs(random, times.retryMs * 0.8, times.retryMs), signal)
      tellChange()
    }
  }

  const release = async (): Promise<void> => {
    const lease = mine
    if (lease === undefined || !isLeader()) return
    leadsUntilMs = 0
    const object = withRecord(lease, released(lease.record, clock.nowMs()))
    await calls.write({ method: 'PUT', path, object }, new AbortController().signal)
  }

  return {
    start: () => {
      running = run()
    },
    isLeader,
    missingRights: () => (complaint === undefined ? [] : [complaint]),
    close: async () => {
      closing.abort()
      await running
      await release()
    },
  }
}
