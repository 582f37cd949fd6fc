import type { Kind, Problem } from '../../resource/resource.ts'
import type { Finding } from './findings.ts'
import type { Grant, LabelsOf } from './grant.ts'
import type { Weighed } from './last-good.ts'
import type { Linked, Referable, Referables } from './link.ts'

/** What became of one object: what is in force, completed with what it refers to. */
export interface Outcome<D, T> {
  readonly object: Weighed<D>
  readonly linked: Linked<T>
  /** What is wrong with its references. */
  readonly findings: readonly Finding[]
}

/** Completes every object of a kind. */
export const linkEach = <D, T>(
  objects: readonly Weighed<D>[],
  link: (draft: D) => Omit<Outcome<D, T>, 'object'>,
): readonly Outcome<D, T>[] =>
  objects.map((object) => {
    const { inForce, current } = object
    if (inForce.kind !== 'none') return { object, ...link(inForce.good.draft) }
    const [first] = current.findings
    const why = first === undefined ? '' : ` (${first.message})`
    const detail = `it is invalid${why}, and no valid version of it is known`
    return { object, linked: { kind: 'unusable', detail }, findings: [] }
  })

/** The values of what can be used. */
export const usable = <D, T>(outcomes: readonly Outcome<D, T>[]): readonly T[] =>
  outcomes.flatMap(({ linked }) => (linked.kind === 'usable' ? [linked.value] : []))

const referable = <D extends { readonly grant: Grant }, T>({
  object,
  linked,
}: Outcome<D, T>): Referable<T> => {
  const { inForce, current } = object
  const draft = inForce.kind === 'none' ? current.draft : inForce.good.draft
  return { linked, ...(draft === undefined ? {} : { grant: draft.grant }) }
}

/** The objects of a kind for others to refer to. */
export const referables = <D extends { readonly grant: Grant }, T>(
  kind: Referables<T>['kind'],
  outcomes: readonly Outcome<D, T>[],
  labelsOf: LabelsOf,
): Referables<T> => ({
  kind,
  labelsOf,
  byName: new Map(
    outcomes.map((outcome) => {
      const { namespace, name } = outcome.object.current.ref
      return [`${namespace}/${name}`, referable(outcome)] as const
    }),
  ),
})

const withoutIt = (kind: Kind): string =>
  kind === 'ProtectedRoute'
    ? 'its hosts answer 503 until it is mended'
    : 'the hosts that need it answer 503 until it is mended'

const consequence = <D>({ current, inForce }: Weighed<D>): string =>
  inForce.kind === 'last_good'
    ? 'the last good version stays in force'
    : withoutIt(current.ref.kind)

/** What is wrong with these objects and their references, and what follows from it. */
export const problemsOf = <D, T>(outcomes: readonly Outcome<D, T>[]): readonly Problem[] =>
  outcomes.flatMap(({ object, findings }) => {
    const { ref } = object.current
    const say = (follows: string) => (finding: Finding) => ({
      object: ref,
      ...finding,
      message: `${finding.message}; ${follows}.`,
    })
    return [
      ...object.current.findings.map(say(consequence(object))),
      ...findings.map(say(withoutIt(ref.kind))),
    ]
  })
