import { printable } from '../../observability/lines/printable.ts'
import { type Column, table } from '../terminal/table.ts'

/** A session as the admin API shows it. */
export interface ShownSession {
  readonly id: string
  readonly subject: string
  readonly issuer: string
  readonly client: string
  readonly host: string
  readonly createdAt: string
  readonly lastSeenAt: string
  readonly idleExpiresAt: string
  readonly expiresAt: string
  readonly sid?: string
  readonly address?: string
  readonly agent?: string
  /** Absent: its client binds no sessions to devices. */
  readonly device?: {
    readonly bound: boolean
    readonly algorithm?: string
    readonly boundAt?: string
    readonly lastProofAt?: string
  }
}

const MAX_CELL = 256

const toSeconds = (time: string): string => time.replace(/\.\d+Z$/, 'Z')

const deviceText = ({ device }: ShownSession): string | undefined => {
  if (device === undefined) return undefined
  return device.bound ? `bound (${device.algorithm})` : 'not bound'
}

const timeText = (time: string | undefined): string | undefined =>
  time === undefined ? undefined : toSeconds(time)

const COLUMNS: readonly Column<ShownSession>[] = [
  ['ID', ({ id }) => id],
  ['SUBJECT', ({ subject }) => subject],
  ['CLIENT', ({ client }) => client],
  ['HOST', ({ host }) => host],
  ['CREATED', ({ createdAt }) => toSeconds(createdAt)],
  ['LAST SEEN', ({ lastSeenAt }) => toSeconds(lastSeenAt)],
  ['EXPIRES', ({ expiresAt }) => toSeconds(expiresAt)],
  ['DEVICE', deviceText],
  ['ADDRESS', ({ address }) => address],
  ['AGENT', ({ agent }) => agent],
]

const cell = (text: string | undefined): string => printable(text ?? '', MAX_CELL)

const shown: readonly Column<ShownSession>[] = COLUMNS.map(([title, value]) => [
  title,
  (session) => (value(session) === undefined ? undefined : cell(value(session))),
])

/** Sessions as a table; a column that nobody fills is left out. Empty where there is none. */
export const sessionTable = (sessions: readonly ShownSession[]): string => table(shown, sessions)

const FIELDS: readonly Column<ShownSession>[] = [
  ...COLUMNS.slice(0, 2),
  ['ISSUER', ({ issuer }) => issuer],
  ...COLUMNS.slice(2, 6),
  ['IDLE EXPIRY', ({ idleExpiresAt }) => toSeconds(idleExpiresAt)],
  ...COLUMNS.slice(6),
  ['BOUND', ({ device }) => timeText(device?.boundAt)],
  ['LAST PROOF', ({ device }) => timeText(device?.lastProofAt)],
  ['PROVIDER SID', ({ sid }) => sid],
]

/** One session, a field a line. */
export const sessionFields = (session: ShownSession): string =>
  FIELDS.flatMap(([title, value]) => {
    const text = value(session)
    return text === undefined ? [] : [`${`${title}:`.padEnd(14)}${cell(text)}\n`]
  }).join('')
