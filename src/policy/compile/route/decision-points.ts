import type { DecisionPoint } from '../../../core/policy/decision-point.ts'
import type { FieldPath, ProtectedRoute } from '../../resource/resource.ts'
import {
  type DecisionPointDraft,
  type DecisionPointSurroundings,
  decisionPointOf,
} from '../clause/decision-point.ts'
import { canonicalJson } from '../object/canonical-json.ts'
import type { Finding, Findings } from '../object/findings.ts'
import { type Certificates, certificates, readOf } from '../registration/certificates.ts'
import {
  type DataReading,
  markOfReading,
  type ReadData,
  unfit,
} from '../registration/keyed-data.ts'
import { namesSetBy } from '../upstream/upstream-names.ts'
import { placesOf } from './methods.ts'
import type { RuleDraft } from './rule.ts'

/** A route as far as it asks for anything. */
interface Asking {
  readonly rules: readonly RuleDraft[]
  readonly fallback: RuleDraft
}

/** Whoever does not sign in would not have to ask anybody. */
const checkAnonymous = (rule: RuleDraft, field: FieldPath, findings: Findings): void => {
  if (rule.authenticate.every(({ kind }) => kind !== 'anonymous')) return
  findings.add(
    [...field, 'authorize'],
    'Whoever is not signed in passes by `anonymous`, and would escape the decision point of `external`: remove `anonymous`, or write `authorize: []`',
  )
}

/** What rules take tokens from, and what they say who is calling by: not what a caller says. */
const namesNotTold = (rules: readonly RuleDraft[]): ReadonlySet<string> =>
  new Set(
    rules.flatMap(({ authenticate, upstream }) => [
      ...namesSetBy(upstream),
      ...authenticate.flatMap(placesOf).map(({ name }) => name),
    ]),
  )

const checkTold = (
  rules: readonly RuleDraft[],
  points: Iterable<DecisionPointDraft>,
  findings: Findings,
): void => {
  const notTold = namesNotTold(rules)
  for (const { field, settings } of points) {
    for (const [at, name] of settings.headers.entries()) {
      if (!notTold.has(name)) continue
      const message = `The header "${name}" carries a token to this route, or an identity from it, and is not sent as the caller wrote it: use \`accessToken\` or \`claims\``
      findings.add([...field, 'send', 'headers', at], message)
    }
  }
}

/**
 * The rules of a route with their decision points; one that asks for nothing itself has that of the
 * route.
 */
export const withDecisionPoints = <D extends Asking>(
  draft: D,
  { spec }: ProtectedRoute,
  surroundings: DecisionPointSurroundings,
  findings: Findings,
): D => {
  const read = (authorize: typeof spec.authorize, field: FieldPath) =>
    decisionPointOf(authorize, [...field, 'authorize'], surroundings, findings)
  const ofRoute = read(spec.authorize, ['spec'])

  const give = (rule: RuleDraft, point: DecisionPointDraft | undefined, field: FieldPath) => {
    if (point === undefined) return rule
    checkAnonymous(rule, field, findings)
    return { ...rule, decisionPoint: point }
  }
  const rules = draft.rules.map((rule, at) => {
    const field = ['spec', 'rules', at]
    const authorize = spec.rules[at]?.authorize
    if (authorize !== undefined) return give(rule, read(authorize, field), field)
    return rule.public ? rule : give(rule, ofRoute, field)
  })
  const fallback = give(draft.fallback, ofRoute, ['spec'])
  const all = [fallback, ...rules]
  checkTold(all, new Set(all.flatMap(({ decisionPoint }) => decisionPoint ?? [])), findings)
  return { ...draft, rules, fallback }
}

/** What the decision points of a route refer to, as it was read. */
interface Readings {
  readonly ca: DataReading | undefined
  readonly credential: DataReading | undefined
}

/** The decision points of a route, each once, with what they refer to. */
export type ReadDecisionPoints = ReadonlyMap<DecisionPointDraft, Readings>

/** Looks up what the decision points of a route refer to. */
export const readDecisionPoints = (
  { rules, fallback }: Asking,
  read: ReadData,
): ReadDecisionPoints => {
  const readings = new Map<DecisionPointDraft, Readings>()
  for (const { decisionPoint: point } of [fallback, ...rules]) {
    if (point === undefined || readings.has(point)) continue
    readings.set(point, { ca: readOf(point.ca, read), credential: readOf(point.credential, read) })
  }
  return readings
}

/** What tells these readings from others. */
export const marksOfReadings = (points: ReadDecisionPoints): readonly unknown[] =>
  [...points.values()].flatMap(({ ca, credential }) => [
    markOfReading(ca),
    markOfReading(credential),
  ])

/** A decision point with what it refers to, and what is wrong with that. */
export interface LinkedDecisionPoint {
  /** Absent beside findings. */
  readonly point?: DecisionPoint
  readonly findings: readonly Finding[]
}

interface Token {
  readonly text?: string
  readonly findings: readonly Finding[]
}

const tokenOf = (
  { credential: ref, field }: DecisionPointDraft,
  found: DataReading | undefined,
): Token => {
  if (ref === undefined || found === undefined) return { findings: [] }
  const reading: DataReading =
    found.ok && !/^[\x21-\x7e]+$/.test(found.text)
      ? unfit(ref, 'holds more than one word of printable ASCII, so it is no bearer token')
      : found
  if (reading.ok) return { text: reading.text, findings: [] }
  const { message, reason } = reading
  return { findings: [{ field: [...field, 'credentialsRef'], message, reason }] }
}

const completed = (
  route: string,
  { settings }: DecisionPointDraft,
  { pem }: Certificates,
  { text }: Token,
  hash: (text: string) => string,
): DecisionPoint => {
  const content = {
    route,
    ...settings,
    ...(pem === undefined ? {} : { caPem: pem }),
    ...(text === undefined ? {} : { credential: text }),
  }
  return { ...content, generation: hash(canonicalJson(content)) }
}

/** Completes the decision points of a route with what they refer to. */
export const linkDecisionPoints = (
  route: string,
  points: ReadDecisionPoints,
  hash: (text: string) => string,
): ReadonlyMap<DecisionPointDraft, LinkedDecisionPoint> =>
  new Map(
    [...points].map(([draft, readings]) => {
      const ca = certificates(draft.ca, [...draft.field, 'tls', 'caRef'], readings.ca)
      const token = tokenOf(draft, readings.credential)
      const findings = [...ca.findings, ...token.findings]
      if (findings.length > 0) return [draft, { findings }] as const
      return [draft, { point: completed(route, draft, ca, token, hash), findings }] as const
    }),
  )
