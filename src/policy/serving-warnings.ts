import { flatMapInSteps, type Steps } from '../core/time/steps.ts'
import type { Weighed } from './compile/object/last-good.ts'
import type { RouteDraft } from './compile/route/route.ts'
import type { RuleDraft } from './compile/route/rule.ts'
import type { Warning } from './compile/route/warnings.ts'
import type { FieldPath, ObjectRef } from './resource/resource.ts'

/** What routes meet in the process that serves them. */
export interface ServingFacts {
  /** How long a check may take (`check.budget`). */
  readonly budgetMs: number
  /** Whether it has a name to sign assertions by (`assertions.issuer`). */
  readonly hasAssertionIssuer: boolean
  /** Whether this is of its configuration, and no guess. */
  readonly isGiven: boolean
}

interface Place {
  readonly rule: RuleDraft
  readonly field: FieldPath
}

const placesOf = ({ rules, fallback }: RouteDraft): readonly Place[] => [
  { rule: fallback, field: ['spec'] },
  ...rules.map((rule, index) => ({ rule, field: ['spec', 'rules', index] })),
]

/** Of each thing the first place, which is where it is written: rules have the rest from there. */
const firstOf = <T>(
  places: readonly Place[],
  thing: (rule: RuleDraft) => T | undefined,
): ReadonlyMap<T, FieldPath> => {
  const found = new Map<T, FieldPath>()
  for (const { rule, field } of places) {
    const one = thing(rule)
    if (one !== undefined && !found.has(one)) found.set(one, field)
  }
  return found
}

const tooPatient = (timeoutMs: number, { budgetMs, isGiven }: ServingFacts): string =>
  `The decision point may take ${timeoutMs} ms, and a whole check ${budgetMs} ms (check.budget${isGiven ? '' : ', unless the configuration says otherwise: see --config'}), so that the check is over first: shorten the time-out, or raise the budget and what the gateway waits`

const unsigned = ({ isGiven }: ServingFacts): string =>
  isGiven
    ? 'An assertion says who signed it, and the configuration has no name for that, so that `serve` refuses this route: set `assertions.issuer` there'
    : 'An assertion says who signed it: `serve` refuses this route unless `assertions.issuer` of its configuration is set, which is looked at here with --config'

const warningsOf = (object: ObjectRef, draft: RouteDraft, facts: ServingFacts) => {
  const places = placesOf(draft)
  const points = firstOf(places, ({ decisionPoint }) => decisionPoint)
  const assertions = firstOf(places, ({ upstream }) => upstream.assertion)
  const late = [...points.keys()].flatMap(({ field, settings }): readonly Warning[] =>
    settings.requestTimeoutMs <= facts.budgetMs
      ? []
      : [
          {
            object,
            field: [...field, 'timeout'],
            message: tooPatient(settings.requestTimeoutMs, facts),
          },
        ],
  )
  if (facts.hasAssertionIssuer) return late
  const unnamed = [...assertions.values()].map(
    (field): Warning => ({
      object,
      field: [...field, 'upstream', 'assertion'],
      message: unsigned(facts),
    }),
  )
  return [...late, ...unnamed]
}

/** What in routes does not go with the process that is to serve them. */
export const servingWarnings = (
  routes: readonly Weighed<RouteDraft>[],
  facts: ServingFacts,
): Steps<readonly Warning[]> =>
  flatMapInSteps(routes, ({ current, inForce }) =>
    inForce.kind === 'none' ? [] : warningsOf(current.ref, inForce.good.draft, facts),
  )
