import type { Asking } from '../../../core/registration/client.ts'
import type { Provider } from '../../../core/registration/provider.ts'
import { flatMapInSteps, mapInSteps, type Steps } from '../../../core/time/steps.ts'
import type { Kind, Problem } from '../../resource/resource.ts'
import { deepFreeze } from './deep-freeze.ts'
import type { Finding } from './findings.ts'
import type { Grant, LabelsOf } from './grant.ts'
import type { Weighed } from './last-good.ts'
import type { Linked, Referable, Referables } from './link.ts'
import type { Memo } from './memo.ts'
import type { ObjectSummary } from './object-summary.ts'

/** What in force for an object came to once it was completed with what it refers to. */
export interface LinkedDraft<T> {
  readonly linked: Linked<T>
  /** What is wrong with its references. */
  readonly findings: readonly Finding[]
}

/** What became of one object: what is in force, completed with what it refers to. */
export interface Outcome<D, T> extends LinkedDraft<T> {
  readonly object: Weighed<D>
  readonly summary: ObjectSummary
  /** What is wrong with it and its references, and what follows from that. */
  readonly problems: readonly Problem[]
}

/** How the objects of a kind are completed. */
export interface Linking<D, T> {
  readonly link: (draft: D) => LinkedDraft<T>
  /** The providers of what can be used. */
  readonly standsOn: (value: T) => readonly Provider[]
  /** How what can be used asks its provider. */
  readonly askingOf?: (value: T) => Asking
  /** The names of what the platform requires of what can be used. */
  readonly platformOf?: (value: T) => readonly string[] | undefined
  readonly memo: Memo<Outcome<D, T>>
}

const neverValid = <D>({ current }: Weighed<D>): LinkedDraft<never> => {
  const [first] = current.findings
  const why = first === undefined ? '' : ` (${first.message})`
  const detail = `it is invalid${why}, and no valid version of it is known`
  return { linked: { kind: 'unusable', detail }, findings: [] }
}

type Telling<T> = Pick<Linking<unknown, T>, 'standsOn' | 'askingOf' | 'platformOf'>

const outcomeOf = <D, T>(
  object: Weighed<D>,
  linked: LinkedDraft<T>,
  telling: Telling<T>,
): Outcome<D, T> => ({
  object,
  ...linked,
  summary: deepFreeze(summarize(object, linked, telling)),
  problems: deepFreeze(problemsOf(object, linked)),
})

/** Completes every object of a kind. `link` gives the same object for the same inputs. */
export const linkEach = function* <D, T>(
  objects: readonly Weighed<D>[],
  { link, memo, ...telling }: Linking<D, T>,
): Steps<readonly Outcome<D, T>[]> {
  return yield* mapInSteps(objects, (object) => {
    const { inForce } = object
    if (inForce.kind === 'none') {
      return memo.of(object, [], () => outcomeOf(object, neverValid(object), telling))
    }
    const linked = link(inForce.good.draft)
    return memo.of(object, [linked], () => outcomeOf(object, linked, telling))
  })
}

/** The values of what can be used. */
export const usable = <D, T>(outcomes: readonly Outcome<D, T>[]): Steps<readonly T[]> =>
  flatMapInSteps(outcomes, ({ linked }) => (linked.kind === 'usable' ? [linked.value] : []))

const referable = <D extends { readonly grant: Grant }, T>({
  object,
  linked,
}: Outcome<D, T>): Referable<T> => {
  const { inForce, current } = object
  const draft = inForce.kind === 'none' ? current.draft : inForce.good.draft
  return { linked, ...(draft === undefined ? {} : { grant: draft.grant }) }
}

/** The objects of a kind for others to refer to. */
export const referables = function* <D extends { readonly grant: Grant }, T>(
  kind: Referables<T>['kind'],
  outcomes: readonly Outcome<D, T>[],
  labelsOf: LabelsOf,
): Steps<Referables<T>> {
  const named = yield* mapInSteps(
    outcomes,
    (outcome) => [outcome.object.current.name, referable(outcome)] as const,
  )
  return { kind, labelsOf, byName: new Map(named) }
}

const withoutIt = (kind: Kind): string =>
  kind === 'ProtectedRoute'
    ? 'its hosts answer 503 until it is mended'
    : 'the hosts that need it answer 503 until it is mended'

const consequence = <D>({ current, inForce }: Weighed<D>): string =>
  inForce.kind === 'last_good'
    ? 'the last good version stays in force'
    : withoutIt(current.ref.kind)

/** What is wrong with an object and its references, and what follows from it. */
const problemsOf = <D, T>(object: Weighed<D>, { findings }: LinkedDraft<T>): readonly Problem[] => {
  const { ref } = object.current
  const say =
    (follows: string) =>
    ({ remains = follows, ...finding }: Finding) => ({
      object: ref,
      ...finding,
      message: `${finding.message}; ${remains}.`,
    })
  return [
    ...object.current.findings.map(say(consequence(object))),
    ...findings.map(say(withoutIt(ref.kind))),
  ]
}

const summarize = <D, T>(
  { current, inForce }: Weighed<D>,
  { linked }: LinkedDraft<T>,
  { standsOn, askingOf, platformOf }: Telling<T>,
): ObjectSummary => {
  const { ref } = current
  const of = { ref, inForce: inForce.kind }
  if (linked.kind === 'unusable') return { ...of, providers: [], unusable: linked.detail }
  const platform = platformOf?.(linked.value)
  const asking = askingOf?.(linked.value)
  return {
    ...of,
    providers: standsOn(linked.value),
    ...(asking === undefined ? {} : { asking }),
    ...(platform === undefined ? {} : { platform }),
  }
}
