import type { DecisionPoints } from '../../core/decision-points.ts'
import type { DecisionPoint } from '../../core/policy/decision-point.ts'
import { Fault } from '../../core/reason/fault.ts'
import type { Budget } from '../../core/time/budget.ts'
import { factsOf } from '../../policy/applying/facts.ts'
import type { RouteFinding } from './report.ts'

/** What asking decision points takes. */
export interface AskingParts {
  readonly decisionPoints: DecisionPoints
  readonly newBudget: (timeoutMs: number) => Budget
}

/** Whom a decision point is asked about: nobody that anybody knows, so that nothing follows. */
const NOBODY = {
  via: 'bearer',
  issuer: 'urn:sallyport:doctor',
  subject: 'sallyport-doctor',
  claims: {},
  scopes: [],
} as const

const REQUEST = {
  method: 'GET',
  host: 'sallyport-doctor.invalid',
  path: { raw: '/', canonical: '/', unambiguous: true, query: '' },
  header: () => undefined,
  encoding: 'text',
} as const

const found = (state: RouteFinding['state'], message: string): RouteFinding => ({
  check: 'decision point',
  state,
  message,
})

const WITHOUT_RESULT = 'without a result'

const askOne = async (point: DecisionPoint, parts: AskingParts): Promise<RouteFinding> => {
  const place = { policy: point.route, rule: 'doctor' }
  const facts = factsOf({ ...point, sendsAccessToken: false }, NOBODY, REQUEST, place, undefined)
  if (facts.kind === 'too_large') return found('problem', facts.detail)
  try {
    const budget = parts.newBudget(2 * point.requestTimeoutMs)
    const ruling = await parts.decisionPoints.ask(point, facts.json, budget)
    if (ruling.kind === 'permitted') {
      const text = `${point.url} permits whoever it is asked about: it was asked about "${NOBODY.subject}", whom nobody knows.`
      return found('warning', text)
    }
    return ruling.detail.includes(WITHOUT_RESULT)
      ? found('warning', `${point.url}: ${ruling.detail}`)
      : found('well', `${point.url} answers, and denies somebody whom nobody knows.`)
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    return found('problem', thrown.message.replace(`${point.route}: `, ''))
  }
}

/** Asks each decision point of a route once, about somebody whom nobody knows. */
export const decisionPointFindings = (
  points: readonly DecisionPoint[],
  route: string,
  parts: AskingParts,
): Promise<readonly RouteFinding[]> =>
  Promise.all(points.filter((point) => point.route === route).map((point) => askOne(point, parts)))
