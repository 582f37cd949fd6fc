import { Fault } from '../../../core/reason/fault.ts'

/** What a failed command or connection says about Redis. */
export interface RedisProblem {
  /**
   * `refused`: Redis answered and did nothing. `unsent`: there was no connection to send it on.
   * `silent`: no answer in time. `lost`: the connection ended, and nobody knows whether the command
   * was carried out.
   */
  readonly kind: 'refused' | 'unsent' | 'silent' | 'lost'
  /** The node is a replica, as after a failover: another connection may find the primary. */
  readonly isReadOnly: boolean
  /**
   * A sentence for the log, made of known words only: errors of the library carry commands with
   * their arguments.
   */
  readonly message: string
}

const REPLY_CODE = /^[A-Z]{2,}(?= )/
const SYSTEM_CODE = /^[A-Z][A-Z0-9_]{2,60}$/
const LOGIN_CODES: ReadonlySet<string> = new Set(['WRONGPASS', 'NOAUTH'])

const codeOf = (error: Error): string | undefined => {
  const code = 'code' in error ? error.code : undefined
  return typeof code === 'string' && SYSTEM_CODE.test(code) ? code : undefined
}

const refused = (reply: string, code = REPLY_CODE.exec(reply)?.[0] ?? 'ERR'): RedisProblem => ({
  kind: 'refused',
  isReadOnly: /\bREADONLY\b/.test(reply),
  message: LOGIN_CODES.has(code)
    ? `Redis refused the username or password (${code}).`
    : `Redis refused the command (${code}).`,
})

/** Of a cluster that cannot be reached, the last node says why. */
const causeOf = (error: Error): unknown =>
  error.name === 'ClusterAllFailedError' && 'lastNodeError' in error
    ? error.lastNodeError
    : undefined

/** Says what an error of the Redis library means, without a word of what it carries. */
export const redisProblemOf = (error: unknown): RedisProblem => {
  const rest = { isReadOnly: false }
  if (error instanceof Fault) return { kind: 'refused', message: error.message, ...rest }
  if (!(error instanceof Error)) {
    return { kind: 'lost', message: 'The connection to Redis failed.', ...rest }
  }
  const cause = causeOf(error)
  if (cause instanceof Error) return redisProblemOf(cause)
  if (error.name === 'ReplyError') return refused(error.message)
  if (/timed out|Socket timeout/.test(error.message)) {
    return { kind: 'silent', message: 'Redis did not answer in time.', ...rest }
  }
  if (error.message.startsWith('All sentinels')) {
    return { kind: 'unsent', message: 'No Sentinel said where the primary is.', ...rest }
  }
  if (/^(?:Stream|Cluster) isn't/.test(error.message)) {
    return { kind: 'unsent', message: 'Redis is not connected.', ...rest }
  }
  const code = codeOf(error)
  const message =
    code === undefined
      ? 'The connection to Redis was lost.'
      : `The connection to Redis failed (${code}).`
  return { kind: 'lost', message, ...rest }
}
