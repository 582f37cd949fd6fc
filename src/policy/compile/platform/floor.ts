import type { PlatformRequirement, Requirement } from '../../../core/policy/requirement.ts'
import { isAboutLabels, type LabelsOf, type Selector, selects } from '../object/grant.ts'

/** Something that the platform requires of the routes of some namespaces. */
export interface PlatformTerms {
  /** What the platform calls it. */
  readonly name: string
  /** Absent, as a selector is: the routes of every namespace. */
  readonly namespaces?: { readonly names: readonly string[] } | { readonly selector: Selector }
  readonly authorize: readonly Exclude<Requirement, PlatformRequirement>[]
  /** Lower case. */
  readonly removeHeaders: readonly string[]
}

/** Whether where it is required depends on labels that somebody gives to namespaces. */
export const isByLabels = ({ namespaces }: PlatformTerms): boolean =>
  namespaces !== undefined && 'selector' in namespaces && isAboutLabels(namespaces.selector)

/** All that the platform requires of the routes of one namespace. */
export interface Floor {
  readonly names: readonly string[]
  readonly authorize: readonly PlatformRequirement[]
  readonly removeHeaders: ReadonlySet<string>
}

/** What is required of the routes of a namespace: the same object for the same terms. */
export type FloorOf = (namespace: string) => Floor

/** Labels that nobody knows might be those that are asked for: then it is required, too. */
const isFor = ({ namespaces }: PlatformTerms, namespace: string, labelsOf: LabelsOf): boolean => {
  if (namespaces === undefined) return true
  return 'names' in namespaces
    ? namespaces.names.includes(namespace)
    : selects(namespaces.selector, namespace, labelsOf) !== 'no'
}

const floorFrom = (terms: readonly PlatformTerms[]): Floor => ({
  names: terms.map(({ name }) => name),
  authorize: terms.flatMap(({ name, authorize }) =>
    authorize.map((clause) => ({ kind: 'platform', by: name, clause }) as const),
  ),
  removeHeaders: new Set(terms.flatMap(({ removeHeaders }) => removeHeaders)),
})

/** Finds what is required where, by the labels that namespaces have now. */
export const createFloors = (
  terms: readonly PlatformTerms[],
): ((labelsOf: LabelsOf) => FloorOf) => {
  const floors = new Map<string, Floor>()
  return (labelsOf) => (namespace) => {
    const own = terms.filter((one) => isFor(one, namespace, labelsOf))
    const key = own.map((one) => terms.indexOf(one)).join()
    const floor = floors.get(key) ?? floorFrom(own)
    floors.set(key, floor)
    return floor
  }
}
