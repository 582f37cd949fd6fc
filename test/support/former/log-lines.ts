import { pino } from 'pino'
import type { CheckFacts } from '../../../src/core/check.ts'
import type { Clock } from '../../../src/core/time/clock.ts'
import { decisionName } from '../../../src/observability/lines/decision-name.ts'
import { printable } from '../../../src/observability/lines/printable.ts'
import { type Fields, redactText } from '../../../src/observability/lines/redact.ts'
import type { SubjectHash } from '../../../src/observability/lines/subject-hash.ts'

const MAX_PATH = 1_024
const MAX_DETAIL = 512
const MAX_NAME = 128

const pathOf = (raw: string): string => {
  const mark = raw.indexOf('?')
  return printable(redactText(mark < 0 ? raw : raw.slice(0, mark)), MAX_PATH)
}

/** The trace id of a `traceparent` (W3C Trace Context, section 3.2). */
const traceIdOf = (traceparent: string | undefined): string | undefined =>
  /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-/.exec(traceparent ?? '')?.[1]

const requestFields = ({ request }: CheckFacts): Fields => {
  if (request === undefined) return {}
  const traceId = traceIdOf(request.header('traceparent'))
  return {
    method: printable(request.method, MAX_NAME),
    host: printable(request.host, MAX_NAME * 2),
    path: pathOf(request.path.raw),
    ...(traceId === undefined ? {} : { traceId }),
  }
}

const aboutFields = ({ verdict: { about } }: CheckFacts, subjectHash: SubjectHash): Fields => ({
  ...(about.policy === undefined ? {} : { policy: about.policy }),
  ...(about.rule === undefined ? {} : { rule: about.rule }),
  ...(about.logout === undefined ? {} : { logout: about.logout.kind }),
  ...(about.via === undefined ? {} : { via: about.via }),
  ...(about.subject === undefined ? {} : { subjectHash: subjectHash(about.subject) }),
  ...(about.leftOut === undefined ? {} : { leftOut: about.leftOut.join(',') }),
  ...(about.endedSessions === undefined ? {} : { endedSessions: about.endedSessions }),
})

/** The fields of one line, as an object. */
export const decisionFields = (facts: CheckFacts, subjectHash: SubjectHash): Fields => {
  const { verdict } = facts
  const detail = verdict.kind === 'deny' ? verdict.detail : undefined
  return {
    decision: decisionName(verdict),
    reason: verdict.reason,
    status: verdict.kind === 'deny' ? verdict.status : 200,
    ...requestFields(facts),
    ...aboutFields(facts, subjectHash),
    durationMs: Math.round(facts.durationMs * 1_000) / 1_000,
    requestId: printable(facts.requestId, MAX_NAME),
    ...(detail === undefined ? {} : { detail: printable(redactText(detail), MAX_DETAIL) }),
  }
}

/**
 * A logger of pino's, set up as the service's was before it wrote lines itself: what the bytes of a
 * line are compared with.
 */
export const formerLogger = (clock: Clock, write: (line: string) => void) =>
  pino(
    {
      level: 'debug',
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date(clock.nowMs()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  )
