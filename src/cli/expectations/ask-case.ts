import { systemRandom } from '../../app/system.ts'
import type { CheckPorts } from '../../core/check-ports.ts'
import type { Header, Verdict } from '../../core/decision/decision.ts'
import { deny } from '../../core/decision/deny.ts'
import type { MetadataValue } from '../../core/decision/metadata.ts'
import type { Ruling } from '../../core/decision-points.ts'
import { Fault } from '../../core/reason/fault.ts'
import { reasonEntry } from '../../core/reason/reason.ts'
import type { Request } from '../../core/request/request.ts'
import { askedRequest } from '../../explain/offline/asked-request.ts'
import { forwardedHeaders } from '../../explain/offline/forwarded.ts'
import { offlinePorts } from '../../explain/offline/offline-ports.ts'
import { present, ruleOf } from '../../explain/offline/present.ts'
import { verdictOn } from '../../explain/offline/verdict-on.ts'
import { type DecisionName, decisionName } from '../../observability/lines/decision-name.ts'
import type { HostTable } from '../../policy/matching/host-table.ts'
import type { Case, CaseRuling } from './expectation.ts'

/** What a case was answered with. */
export interface Answered {
  readonly kind: 'answered'
  readonly verdict: DecisionName
  readonly status: number
  readonly reason: string
  readonly message: string
  readonly detail?: string
  readonly route?: string
  readonly rule?: string
  /** The headers of the request as the upstream gets it; absent: it does not. */
  readonly upstream?: ReadonlyMap<string, string>
  /** Of the answer to the downstream; a name may occur several times. */
  readonly response: readonly Header[]
  /** What Envoy is told, by key. */
  readonly metadata: ReadonlyMap<string, MetadataValue>
}

/** A case that says of somebody what nobody can be; sentences say why. */
export interface Unaskable {
  readonly kind: 'unaskable'
  readonly problems: readonly string[]
}

/** As it leaves: with what is said of every answer. */
const toldEnvoy = ({ reason, about, metadata = [] }: Verdict) =>
  new Map<string, MetadataValue>([
    ...metadata,
    ['reason', reason],
    ...(about.policy === undefined ? [] : [['route', about.policy] as const]),
    ...(about.rule === undefined ? [] : [['rule', about.rule] as const]),
  ])

const answeredBy = (verdict: Verdict, request?: Request): Answered => {
  const { reason, about } = verdict
  return {
    kind: 'answered',
    verdict: decisionName(verdict),
    status: verdict.kind === 'allow' ? 200 : verdict.status,
    reason,
    message: reasonEntry(reason).message,
    ...(verdict.kind === 'deny' && verdict.detail !== undefined ? { detail: verdict.detail } : {}),
    ...(about.policy === undefined ? {} : { route: about.policy }),
    ...(about.rule === undefined ? {} : { rule: about.rule }),
    ...(verdict.kind === 'allow' && request !== undefined
      ? { upstream: forwardedHeaders(request, verdict) }
      : {}),
    response: verdict.kind === 'deny' ? verdict.headers : (verdict.responseHeaders ?? []),
    metadata: toldEnvoy(verdict),
  }
}

const RULINGS: Readonly<Record<CaseRuling, () => Ruling>> = {
  permits: () => ({ kind: 'permitted' }),
  denies: () => ({ kind: 'denied', detail: 'The case says so.' }),
  fails: () => {
    throw new Fault('decision_point_unavailable', 'The case says so.')
  },
}

/**
 * Ports at the time of a case, and whom they should have asked without the case saying what for.
 */
const portsOf = ({ nowMs, decisionPoint }: Case, table: HostTable) => {
  const unsaid: string[] = []
  const offline = offlinePorts(table, { nowMs: () => nowMs }, systemRandom)
  const ask: CheckPorts['decisionPoints']['ask'] = ({ url }) => {
    if (decisionPoint === undefined) unsaid.push(url)
    return RULINGS[decisionPoint ?? 'fails']()
  }
  return { ports: { ...offline, decisionPoints: { ask } }, unsaid }
}

const unsaidRuling = (url: string): string =>
  `The rule asks ${url}, and nobody is asked here: say what it answers with \`decisionPoint: permits\`, \`denies\` or \`fails\`.`

/** What a case says of a decision point although there is none that it could speak of. */
const idleRulings = (
  { decisionPoint }: Case,
  request: Request,
  ports: CheckPorts,
): readonly string[] => {
  if (decisionPoint === undefined) return []
  const rule = ruleOf(request, ports)
  if (rule?.decisionPoint !== undefined) return []
  const why =
    rule === undefined
      ? 'no rule leads this request, so that there is none'
      : `the rule ${rule.name} has none`
  return [
    `It says \`decisionPoint: ${decisionPoint}\`, and ${why}: remove it, or add \`external\` to \`authorize\` there.`,
  ]
}

/** Asks a case by the very functions that answer checks, at its own time; nobody is reached. */
export const askCase = async (one: Case, table: HostTable): Promise<Answered | Unaskable> => {
  const { request: asked, somebody } = one
  const parsed = askedRequest(asked)
  if (!parsed.ok) return answeredBy(deny(parsed.reason))
  const { ports, unsaid } = portsOf(one, table)
  const idle = idleRulings(one, parsed.value, ports)
  if (idle.length > 0) return { kind: 'unaskable', problems: idle }
  const bare = { request: parsed.value, ports }
  const presented = somebody === undefined ? bare : present(parsed.value, somebody, ports)
  if ('problems' in presented) return { kind: 'unaskable', problems: presented.problems }
  const { request } = presented
  const answered = answeredBy(await verdictOn(request, presented.ports), request)
  return unsaid.length === 0 ? answered : { kind: 'unaskable', problems: unsaid.map(unsaidRuling) }
}
