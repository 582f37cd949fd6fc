import type { CheckFacts, TraceIds } from '../../core/check.ts'
import type { Verdict } from '../../core/decision/decision.ts'
import type { Request } from '../../core/request/request.ts'
import { decisionName } from './decision-name.ts'
import { isPlain, jsonText, numberText } from './json-text.ts'
import { memberName, type Naming } from './member-names.ts'
import { printable } from './printable.ts'
import { redactText } from './redact.ts'
import type { SubjectMember } from './subject-member.ts'

const MAX_PATH = 1_024
const MAX_DETAIL = 512
const MAX_NAME = 128

/** Bounded, free of what a terminal acts on, as JSON; nearly all of it is as it came. */
const shown = (text: string, maxLength: number): string =>
  text.length <= maxLength && isPlain(text) ? `"${text}"` : jsonText(printable(text, maxLength))

const pathOf = (raw: string): string => {
  const mark = raw.indexOf('?')
  return shown(redactText(mark < 0 ? raw : raw.slice(0, mark)), MAX_PATH)
}

/** Of a `traceparent` (W3C Trace Context, section 3.2): the trace id is its second part. */
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-/
const TRACE_ID_AT = 3
const TRACE_ID_ENDS = 35

const traceIdOf = (traceparent: string | undefined): string | undefined =>
  traceparent !== undefined && TRACEPARENT.test(traceparent)
    ? traceparent.slice(TRACE_ID_AT, TRACE_ID_ENDS)
    : undefined

/** One line of the decision log, as the members of a JSON object, each with a comma before it. */
export type DecisionLine = (facts: CheckFacts) => string

/**
 * Writes the lines of the decision log: who asked for what, and why it ended as it did. Free of
 * query and headers, and of the subject unless it is wanted in the clear.
 */
export const createDecisionLine = (naming: Naming, subjectMember: SubjectMember): DecisionLine => {
  const before = (name: string): string => `,"${memberName(naming, name)}":`
  const decision = before('decision')
  const reason = before('reason')
  const status = before('status')
  const method = before('method')
  const host = before('host')
  const path = before('path')
  const traceId = before('traceId')
  const spanId = before('spanId')
  const policy = before('policy')
  const rule = before('rule')
  const logout = before('logout')
  const via = before('via')
  const leftOut = before('leftOut')
  const endedSessions = before('endedSessions')
  const durationMs = before('durationMs')
  const requestId = before('requestId')
  const detail = before('detail')

  const verdictMembers = (verdict: Verdict): string =>
    `${decision}"${decisionName(verdict)}"${reason}"${verdict.reason}"${status}${
      verdict.kind === 'deny' ? verdict.status : 200
    }`

  const requestMembers = (request: Request | undefined): string => {
    if (request === undefined) return ''
    return (
      method +
      shown(request.method, MAX_NAME) +
      host +
      shown(request.host, MAX_NAME * 2) +
      path +
      pathOf(request.path.raw)
    )
  }

  /** What a trace tells of; else the trace that the request says it is part of. */
  const traceMembers = (trace: TraceIds | undefined, request: Request | undefined): string => {
    if (trace !== undefined) return `${traceId}"${trace.traceId}"${spanId}"${trace.spanId}"`
    const said = traceIdOf(request?.header('traceparent'))
    return said === undefined ? '' : `${traceId}"${said}"`
  }

  const aboutMembers = ({ about }: Verdict): string => {
    let text = ''
    if (about.policy !== undefined) text += policy + jsonText(about.policy)
    if (about.rule !== undefined) text += rule + jsonText(about.rule)
    if (about.logout !== undefined) text += `${logout}"${about.logout.kind}"`
    if (about.via !== undefined) text += `${via}"${about.via}"`
    text += subjectMember(about)
    if (about.leftOut !== undefined) text += leftOut + jsonText(about.leftOut.join(','))
    if (about.endedSessions !== undefined) text += endedSessions + about.endedSessions
    return text
  }

  const detailMember = (verdict: Verdict): string =>
    verdict.kind === 'deny' && verdict.detail !== undefined
      ? detail + shown(redactText(verdict.detail), MAX_DETAIL)
      : ''

  return ({ verdict, request, durationMs: tookMs, requestId: id, trace }) =>
    verdictMembers(verdict) +
    requestMembers(request) +
    traceMembers(trace, request) +
    aboutMembers(verdict) +
    durationMs +
    numberText(Math.round(tookMs * 1_000) / 1_000) +
    requestId +
    shown(id, MAX_NAME) +
    detailMember(verdict)
}
