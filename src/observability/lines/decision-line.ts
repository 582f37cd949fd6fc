import type { CheckFacts } from '../../core/check.ts'
import type { About, Verdict } from '../../core/decision/decision.ts'
import type { Request } from '../../core/request/request.ts'
import { decisionName } from './decision-name.ts'
import { isPlain, jsonText, numberText } from './json-text.ts'
import { printable } from './printable.ts'
import { redactText } from './redact.ts'
import type { SubjectHash } from './subject-hash.ts'

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

const traceMember = (traceparent: string | undefined): string =>
  traceparent !== undefined && TRACEPARENT.test(traceparent)
    ? `,"traceId":"${traceparent.slice(TRACE_ID_AT, TRACE_ID_ENDS)}"`
    : ''

const requestMembers = (request: Request | undefined): string =>
  request === undefined
    ? ''
    : `,"method":${shown(request.method, MAX_NAME)}` +
      `,"host":${shown(request.host, MAX_NAME * 2)}` +
      `,"path":${pathOf(request.path.raw)}` +
      traceMember(request.header('traceparent'))

const aboutMembers = (about: About, subjectHash: SubjectHash): string => {
  const { policy, rule, logout, via, subject, leftOut, endedSessions } = about
  let text = ''
  if (policy !== undefined) text += `,"policy":${jsonText(policy)}`
  if (rule !== undefined) text += `,"rule":${jsonText(rule)}`
  if (logout !== undefined) text += `,"logout":"${logout.kind}"`
  if (via !== undefined) text += `,"via":"${via}"`
  if (subject !== undefined) text += `,"subjectHash":${jsonText(subjectHash(subject))}`
  if (leftOut !== undefined) text += `,"leftOut":${jsonText(leftOut.join(','))}`
  if (endedSessions !== undefined) text += `,"endedSessions":${endedSessions}`
  return text
}

const verdictMembers = (verdict: Verdict): string =>
  `,"decision":"${decisionName(verdict)}","reason":"${verdict.reason}","status":${
    verdict.kind === 'deny' ? verdict.status : 200
  }`

const detailMember = (verdict: Verdict): string =>
  verdict.kind === 'deny' && verdict.detail !== undefined
    ? `,"detail":${shown(redactText(verdict.detail), MAX_DETAIL)}`
    : ''

/**
 * One line of the decision log: who asked for what, and why it ended as it did; as the members of a
 * JSON object, each with a comma before it. Free of query, headers and subject.
 */
export const decisionLine = (facts: CheckFacts, subjectHash: SubjectHash): string => {
  const { verdict, request, durationMs, requestId } = facts
  return (
    verdictMembers(verdict) +
    requestMembers(request) +
    aboutMembers(verdict.about, subjectHash) +
    `,"durationMs":${numberText(Math.round(durationMs * 1_000) / 1_000)}` +
    `,"requestId":${shown(requestId, MAX_NAME)}` +
    detailMember(verdict)
  )
}
