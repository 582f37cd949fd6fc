import { canonicalJson } from '../../policy/compile/object/canonical-json.ts'
import type {
  DesiredCondition,
  DesiredHost,
  DesiredRegistration,
  DesiredStatus,
} from '../conditions/desired-status.ts'
import { STALLED } from '../conditions/stalled.ts'
import type { ApiObject } from '../watch/watch-line.ts'

/**
 * When each host of a route was last asked about, in milliseconds since the epoch; absent: never
 * here.
 */
export type LastChecks = (host: string) => number | undefined

/** A status as the API server keeps it. */
export interface WrittenStatus {
  /** The `metadata.generation` that all of it but the times of checks was said about. */
  readonly observedGeneration?: number
  readonly conditions?: readonly WrittenCondition[]
  readonly hosts?: readonly WrittenHost[]
  readonly keys?: number
  readonly lastDiscoveryTime?: string
  readonly lastCheckTime?: string
  readonly redirectURIs?: readonly string[]
  readonly postLogoutRedirectURIs?: readonly string[]
  readonly absentClaims?: readonly string[]
  readonly [field: string]: unknown
}

/** One condition as the API server keeps it (metav1.Condition). */
export interface WrittenCondition extends DesiredCondition {
  readonly observedGeneration?: number
  readonly lastTransitionTime: string
}

interface WrittenHost extends DesiredHost {
  readonly lastCheckTime?: string
}

const MINUTE_MS = 60_000

/** RFC 3339 in UTC with whole seconds, as metav1.Time is written. */
const timeOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

const isRecord = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The status of an object, as far as it is one. */
export const statusOf = ({ status }: ApiObject): WrittenStatus =>
  isRecord(status) ? Object(status) : {}

const conditionsOf = ({ conditions }: WrittenStatus): readonly WrittenCondition[] =>
  Array.isArray(conditions) ? conditions.filter((one: unknown) => isRecord(one)) : []

const hostsOf = ({ hosts }: WrittenStatus): readonly WrittenHost[] =>
  Array.isArray(hosts) ? hosts.filter((one: unknown) => isRecord(one)) : []

const minuteOf = (ms: number): number => Math.floor(ms / MINUTE_MS)

const msOf = (time: string | undefined): number => {
  const ms = time === undefined ? Number.NaN : Date.parse(time)
  return Number.isNaN(ms) ? 0 : ms
}

/** `lastTransitionTime` moves with the status alone, not with its reason or message. */
const dated = (
  wanted: DesiredCondition,
  written: WrittenCondition | undefined,
  generation: number,
  nowMs: number,
): WrittenCondition => {
  const stays = written?.status === wanted.status && msOf(written.lastTransitionTime) > 0
  return {
    type: wanted.type,
    status: wanted.status,
    observedGeneration: generation,
    lastTransitionTime: stays ? written.lastTransitionTime : timeOf(nowMs),
    reason: wanted.reason,
    message: wanted.message,
  }
}

/** Ours that may be wanted no more: else it would be taken for somebody else's and be kept. */
const PASSING: ReadonlySet<string> = new Set([STALLED])

/** Ours in their order, then those that others wrote. */
const mergeConditions = (
  { conditions, generation }: DesiredStatus,
  written: readonly WrittenCondition[],
  nowMs: number,
): readonly WrittenCondition[] => {
  const byType = new Map(written.map((one) => [one.type, one]))
  const own = new Set(conditions.map(({ type }) => type))
  return [
    ...conditions.map((one) => dated(one, byType.get(one.type), generation, nowMs)),
    ...written.filter(({ type }) => !own.has(type) && !PASSING.has(type)),
  ]
}

/**
 * The minute of the latest check, as far as it is newer than what is written (whole minutes: one
 * write in each at most).
 */
const checkedAt = (
  host: string,
  written: string | undefined,
  lastChecks: LastChecks,
): { readonly lastCheckTime?: string } => {
  const seen = lastChecks(host)
  const isNewer = seen !== undefined && minuteOf(seen) > minuteOf(msOf(written))
  if (isNewer) return { lastCheckTime: timeOf(minuteOf(seen) * MINUTE_MS) }
  return written === undefined ? {} : { lastCheckTime: written }
}

const mergeHosts = (
  wanted: readonly DesiredHost[],
  written: readonly WrittenHost[],
  lastChecks: LastChecks,
): readonly WrittenHost[] => {
  const byHost = new Map(written.map((one) => [one.host, one.lastCheckTime]))
  return wanted.map(({ host, state, conflictingWith }) => ({
    host,
    state,
    ...(conflictingWith === undefined ? {} : { conflictingWith }),
    ...checkedAt(host, byHost.get(host), lastChecks),
  }))
}

const latestCheck = (hosts: readonly WrittenHost[]): { readonly lastCheckTime?: string } => {
  const latest = Math.max(0, ...hosts.map(({ lastCheckTime }) => msOf(lastCheckTime)))
  return latest === 0 ? {} : { lastCheckTime: timeOf(latest) }
}

const hostPart = (hosts: readonly WrittenHost[]) => ({ hosts, ...latestCheck(hosts) })

/** A time that moves by less than a minute is no news by itself. */
const discoveredAt = (wantedMs: number, written: string | undefined): string =>
  Math.abs(wantedMs - msOf(written)) < MINUTE_MS && written !== undefined
    ? written
    : timeOf(wantedMs)

const registeredPart = ({ redirectUris, postLogoutRedirectUris }: DesiredRegistration) => ({
  redirectURIs: redirectUris,
  postLogoutRedirectURIs: postLogoutRedirectUris,
})

const byLeader = (
  desired: DesiredStatus,
  written: WrittenStatus,
  lastChecks: LastChecks,
  nowMs: number,
): WrittenStatus => {
  const { keys, lastDiscoveryMs, hosts, registration, absentClaims } = desired
  return {
    observedGeneration: desired.generation,
    conditions: mergeConditions(desired, conditionsOf(written), nowMs),
    ...(keys === undefined ? {} : { keys }),
    ...(lastDiscoveryMs === undefined
      ? {}
      : { lastDiscoveryTime: discoveredAt(lastDiscoveryMs, written.lastDiscoveryTime) }),
    ...(registration === undefined ? {} : registeredPart(registration)),
    ...(absentClaims === undefined ? {} : { absentClaims }),
    ...(hosts === undefined ? {} : hostPart(mergeHosts(hosts, hostsOf(written), lastChecks))),
  }
}

const byAnyone = (written: WrittenStatus, lastChecks: LastChecks): WrittenStatus => {
  const hosts = hostsOf(written)
  return hosts.length === 0
    ? written
    : { ...written, ...hostPart(mergeHosts(hosts, hosts, lastChecks)) }
}

const isEqual = (a: WrittenStatus, b: WrittenStatus): boolean =>
  canonicalJson(a) === canonicalJson(b)

const isAbout = ({ uid, generation }: DesiredStatus, { metadata }: ApiObject): boolean =>
  metadata.uid === uid && metadata.generation === generation

/**
 * The status to write, or `undefined` if the object says it all already. Without `desired`, nothing
 * but when hosts were last checked is news: that every replica may write, since Envoy may ask only
 * one that is not the leader. What was said about another generation, or an object of the same name
 * before this one, is not written.
 */
export const nextStatus = (
  object: ApiObject,
  desired: DesiredStatus | undefined,
  lastChecks: LastChecks,
  nowMs: number,
): WrittenStatus | undefined => {
  const written = statusOf(object)
  const applies = desired !== undefined && isAbout(desired, object)
  const next = applies
    ? byLeader(desired, written, lastChecks, nowMs)
    : byAnyone(written, lastChecks)
  return isEqual(next, written) ? undefined : next
}
