import type { CheckPorts } from '../core/check-ports.ts'
import type { Header, Verdict } from '../core/decision/decision.ts'
import { reasonEntry } from '../core/reason/reason.ts'
import type { Request } from '../core/request/request.ts'
import { type DecisionName, decisionName } from '../observability/lines/decision-name.ts'
import { forwardedHeaders } from './offline/forwarded.ts'
import { verdictOn } from './offline/verdict-on.ts'
import { printable, shownHeader, shownValue } from './words/printable.ts'

/** What a request would be answered with. */
export interface Answer {
  readonly decision: DecisionName
  readonly status: number
  readonly reason: string
  readonly message: string
  /** What an operator would find in the log. */
  readonly detail?: string
  /** What filters and logs of Envoy are told of the identity, each as `key: value` in JSON. */
  readonly metadata: readonly string[]
  /** Of a request that is let through. */
  readonly forwarded?: Forwarded
}

/** What a request is changed to on its way to the upstream. */
interface Forwarded {
  /** Headers that are set, each as `name: value`. */
  readonly set: readonly string[]
  /** Names of headers that the request has and the upstream does not get. */
  readonly removed: readonly string[]
  /** The path and query, where they are written anew. */
  readonly path?: string
  /** Headers that are put on the answer of the upstream, each as `name: value`. */
  readonly response: readonly string[]
}

const headerLine = ([name, value]: Header): string => `${name}: ${shownHeader(value)}`

const forwardedOf = (request: Request, verdict: Verdict): { readonly forwarded?: Forwarded } => {
  if (verdict.kind !== 'allow') return {}
  const headers = forwardedHeaders(request, verdict)
  return {
    forwarded: {
      set: verdict.setHeaders.map(headerLine),
      removed: request
        .headerNames()
        .filter((name) => !headers.has(name))
        .map(printable),
      ...(verdict.path === undefined ? {} : { path: shownHeader(verdict.path) }),
      response: (verdict.responseHeaders ?? []).map(headerLine),
    },
  }
}

/** Asks a request, and says what the answer is. */
export const answerTo = async (request: Request, ports: CheckPorts): Promise<Answer> => {
  const verdict = await verdictOn(request, ports)
  return {
    decision: decisionName(verdict),
    status: verdict.kind === 'allow' ? 200 : verdict.status,
    reason: verdict.reason,
    message: reasonEntry(verdict.reason).message,
    ...(verdict.kind === 'deny' && verdict.detail !== undefined ? { detail: verdict.detail } : {}),
    metadata: (verdict.metadata ?? []).map(([key, value]) => `${key}: ${shownValue(value)}`),
    ...forwardedOf(request, verdict),
  }
}
