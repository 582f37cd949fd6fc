/** Who leads, as a Lease tells it (coordination.k8s.io/v1). */
export interface LeaseRecord {
  /** Empty: nobody. */
  readonly holder: string
  /** How long it holds without a renewal, as its holder asked for. */
  readonly durationMs: number
  /** Moves with every renewal; compared, never read as a time: clocks differ between machines. */
  readonly renewTime: string
  readonly acquireTime: string
  readonly transitions: number
}

/** A Lease as it was read, to be written back under its version. */
export interface ReadLease {
  readonly record: LeaseRecord
  /** The object itself. */
  readonly object: Readonly<Record<string, unknown>>
}

const SECOND_MS = 1_000

const recordOf = (value: unknown): Readonly<Record<string, unknown>> => Object(value)

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const countOf = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0

/** metav1.MicroTime. */
const microTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z')

/** Reads a Lease. What is missing or malformed in it is as if nobody held it. */
export const readLease = (value: unknown): ReadLease => {
  const object = recordOf(value)
  const spec = recordOf(object.spec)
  return {
    object,
    record: {
      holder: textOf(spec.holderIdentity),
      durationMs: countOf(spec.leaseDurationSeconds) * SECOND_MS,
      renewTime: textOf(spec.renewTime),
      acquireTime: textOf(spec.acquireTime),
      transitions: countOf(spec.leaseTransitions),
    },
  }
}

const specOf = (record: LeaseRecord) => ({
  holderIdentity: record.holder,
  leaseDurationSeconds: Math.max(1, Math.ceil(record.durationMs / SECOND_MS)),
  acquireTime: record.acquireTime,
  renewTime: record.renewTime,
  leaseTransitions: record.transitions,
})

/** The record of a holder that takes the lease, or keeps it. */
export const heldBy = (
  holder: string,
  durationMs: number,
  nowMs: number,
  before: LeaseRecord | undefined,
): LeaseRecord => {
  const now = microTime(nowMs)
  if (before?.holder === holder) return { ...before, durationMs, renewTime: now }
  const transitions = before === undefined ? 0 : before.transitions + 1
  return { holder, durationMs, renewTime: now, acquireTime: now, transitions }
}

/** The record of a lease that its holder gives back: the next one need not wait. */
export const released = (record: LeaseRecord, nowMs: number): LeaseRecord => ({
  ...record,
  holder: '',
  durationMs: SECOND_MS,
  renewTime: microTime(nowMs),
})

/** The Lease to create. */
export const newLease = (namespace: string, name: string, record: LeaseRecord) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { namespace, name },
  spec: specOf(record),
})

/** The same Lease with another record, under the version that was read. */
export const withRecord = ({ object }: ReadLease, record: LeaseRecord) => ({
  ...object,
  spec: { ...recordOf(object.spec), ...specOf(record) },
})
