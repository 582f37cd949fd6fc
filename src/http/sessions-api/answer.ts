import type { AdminUse } from '../../core/console/admin-use.ts'
import type { Administrator } from '../../core/console/administrator.ts'
import { asFault } from '../../core/reason/fault.ts'
import { formatPageMark } from '../../core/session/page-mark.ts'
import type { SessionDirectory, SessionEntry } from '../../core/session/session-directory.ts'
import type { Budget } from '../../core/time/budget.ts'
import { type Operation, type ParsedOperation, parseOperation } from './operation.ts'
import type { ParameterProblem } from './parameters.ts'

/** What is answered, and what is noted about it. */
export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** JSON; a problem document (RFC 9457) where `status` is an error. */
  readonly body: object
  readonly use: Pick<AdminUse, 'action' | 'outcome' | 'selector' | 'count' | 'detail'>
}

/** What answers are made with. */
export interface AnswerDependencies {
  readonly directory: SessionDirectory
  readonly newBudget: (timeoutMs: number) => Budget
}

const READ_BUDGET_MS = 10_000

/** Ending a million sessions takes minutes. */
const END_BUDGET_MS = 300_000

const RETRY_AFTER_SECONDS = '2'

/** A refusal as a problem document; `detail` is made of sentences. */
export const refusal = (
  status: number,
  title: string,
  detail: string,
  use: Answer['use'],
  more: {
    readonly headers?: Answer['headers']
    readonly problems?: readonly ParameterProblem[]
  } = {},
): Answer => ({
  status,
  ...(more.headers === undefined ? {} : { headers: more.headers }),
  body: {
    type: 'about:blank',
    title,
    status,
    detail,
    ...(more.problems === undefined ? {} : { problems: more.problems }),
  },
  use: { detail, ...use },
})

const timeOf = (timeMs: number): string => new Date(timeMs).toISOString()

const deviceOf = ({ bound }: Required<SessionEntry>['device']): object =>
  bound === undefined
    ? { bound: false }
    : {
        bound: true,
        algorithm: bound.algorithm,
        boundAt: timeOf(bound.boundAtMs),
        lastProofAt: timeOf(bound.provenAtMs),
      }

const viewOf = ({ id, subject, issuer, client, host, ...entry }: SessionEntry): object => ({
  id,
  subject,
  issuer,
  client,
  host,
  createdAt: timeOf(entry.createdAtMs),
  lastSeenAt: timeOf(entry.lastSeenAtMs),
  idleExpiresAt: timeOf(Math.min(entry.lastSeenAtMs + entry.idleTimeoutMs, entry.expiresAtMs)),
  expiresAt: timeOf(entry.expiresAtMs),
  ...(entry.sid === undefined ? {} : { sid: entry.sid }),
  ...(entry.address === undefined ? {} : { address: entry.address }),
  ...(entry.agent === undefined ? {} : { agent: entry.agent }),
  ...(entry.device === undefined ? {} : { device: deviceOf(entry.device) }),
})

const selectorOf = (operation: Operation): NonNullable<AdminUse['selector']> => {
  switch (operation.kind) {
    case 'list':
      return operation.query
    case 'show':
      return { id: operation.id }
    case 'end': {
      const { kind, ...selector } = operation.selector
      return kind === 'everything' ? { everything: true } : selector
    }
  }
}

const NO_SESSION = 'There is no such session: it has ended, or never was.'

const run = async (operation: Operation, deps: AnswerDependencies): Promise<Answer> => {
  const { directory, newBudget } = deps
  const use = { action: operation.kind, selector: selectorOf(operation) } as const
  const noSession = (): Answer =>
    refusal(404, 'Not found', NO_SESSION, { ...use, outcome: 'not_found' })
  switch (operation.kind) {
    case 'list': {
      const { query, page } = operation
      const { entries, next } = await directory.list(query, page, newBudget(READ_BUDGET_MS))
      const more = next === undefined ? {} : { next: formatPageMark(next) }
      return {
        status: 200,
        body: { sessions: entries.map(viewOf), ...more },
        use: { ...use, outcome: 'done', count: entries.length },
      }
    }
    case 'show': {
      const entry = await directory.find(operation.id, newBudget(READ_BUDGET_MS))
      if (entry === undefined) return noSession()
      return { status: 200, body: viewOf(entry), use: { ...use, outcome: 'done', count: 1 } }
    }
    case 'end': {
      const { selector } = operation
      const count = await directory.end(selector, newBudget(END_BUDGET_MS))
      if (count === 0 && selector.kind === 'session') return noSession()
      return { status: 200, body: { ended: count }, use: { ...use, outcome: 'done', count } }
    }
  }
}

const failed = (operation: Operation, thrown: unknown): Answer => {
  const { code, message } = asFault(thrown)
  const isPassing = code === 'session_store_unavailable' || code === 'budget_exceeded'
  const detail = isPassing
    ? `${message} Some sessions may have ended already; repeating this is safe.`
    : 'Something went wrong here; the log of the process says what.'
  return refusal(
    isPassing ? 503 : 500,
    isPassing ? 'Not available right now' : 'Failed',
    operation.kind === 'end' || !isPassing ? detail : message,
    { action: operation.kind, selector: selectorOf(operation), outcome: 'failed', detail: message },
    isPassing ? { headers: { 'retry-after': RETRY_AFTER_SECONDS } } : {},
  )
}

const sentence = ({ parameter, message }: ParameterProblem): string => `${parameter} ${message}.`

const refused = (parsed: Exclude<ParsedOperation, { kind: 'operation' }>): Answer => {
  const use = { outcome: 'bad_request' } as const
  switch (parsed.kind) {
    case 'not_found': {
      const detail =
        'There are /v1/sessions and /v1/sessions/{id}, whose id is the 43 characters that a list shows, and nothing else.'
      return refusal(404, 'Not found', detail, { outcome: 'not_found' })
    }
    case 'wrong_method': {
      const { allow } = parsed
      const detail = `Only ${allow.replace(', ', ' and ')} are understood here.`
      return refusal(405, 'Method not allowed', detail, use, { headers: { allow } })
    }
    case 'bad_request': {
      const { problems } = parsed
      return refusal(400, 'Bad request', problems.map(sentence).join(' '), use, { problems })
    }
  }
}

/** A request whose sender is known. */
export interface AskedOperation {
  readonly method: string
  readonly target: string
  readonly administrator: Administrator
  /** What a browser says of the page that sends it (`Sec-Fetch-Site`). */
  readonly fetchSite: string | undefined
}

/** Why somebody may not do something, as a sentence. */
const forbiddance = (
  { kind }: Operation,
  { administrator: { name, roles }, fetchSite }: AskedOperation,
): string | undefined => {
  const role = kind === 'end' ? 'end-sessions' : 'view'
  if (!roles.includes(role)) return `This needs the role ${role}, which ${name} does not have.`
  const isOwn = fetchSite === undefined || fetchSite === 'same-origin' || fetchSite === 'none'
  return isOwn || kind !== 'end'
    ? undefined
    : 'The page of another site has sent this (Sec-Fetch-Site): nothing is ended for it.'
}

/** Answers a request whose sender is known. Never rejects. */
export const answer = async (asked: AskedOperation, deps: AnswerDependencies): Promise<Answer> => {
  const parsed = parseOperation(asked.method, asked.target)
  if (parsed.kind !== 'operation') return refused(parsed)
  const { operation } = parsed
  const sentence = forbiddance(operation, asked)
  if (sentence !== undefined) {
    const use = { action: operation.kind, selector: selectorOf(operation) }
    return refusal(403, 'Forbidden', sentence, { ...use, outcome: 'forbidden' })
  }
  return run(operation, deps).catch((thrown: unknown) => failed(operation, thrown))
}
