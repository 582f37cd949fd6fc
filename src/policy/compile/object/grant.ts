import type {
  IdentityProviderAllowedNamespaces,
  OIDCClientAllowedNamespaces,
} from '../../resource/resource-specs.generated.ts'
import { canonicalJson } from './canonical-json.ts'

type AllowedNamespaces = IdentityProviderAllowedNamespaces | OIDCClientAllowedNamespaces

/** Which labels a namespace has to have. */
export type Selector = NonNullable<AllowedNamespaces['selector']>

type Expression = NonNullable<Selector['matchExpressions']>[number]

type Labels = Readonly<Record<string, string>>

/** The labels of a namespace; `undefined` where nobody knows them. */
export type LabelsOf = (namespace: string) => Labels | undefined

/** What an object grants to other namespaces. */
export interface Grant {
  /** Whether objects of a namespace may refer to the object that gave this grant. */
  readonly permits: (namespace: string, labelsOf: LabelsOf) => boolean
  /** Whether it depends on labels that a namespace has only if somebody gave them to it. */
  readonly needsLabels: boolean
  /** Equal for grants that permit the same. */
  readonly terms: string
}

/** The one label that every namespace has, wherever its objects were read from. */
const NAME_LABEL = 'kubernetes.io/metadata.name'

const expressionHolds = ({ key, operator, values = [] }: Expression, labels: Labels): boolean => {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
  }
}

const keysOf = (selector: Selector): readonly string[] => [
  ...Object.keys(selector.matchLabels ?? {}),
  ...(selector.matchExpressions ?? []).map(({ key }) => key),
]

/** Whether it asks for labels that a namespace has only if somebody gave them to it. */
export const isAboutLabels = (selector: Selector): boolean =>
  keysOf(selector).some((key) => key !== NAME_LABEL)

/** Whether a namespace has the labels that are asked for; `unknown`: nobody knows those it has. */
export const selects = (
  selector: Selector,
  namespace: string,
  labelsOf: LabelsOf,
): 'yes' | 'no' | 'unknown' => {
  const given = labelsOf(namespace)
  if (given === undefined && isAboutLabels(selector)) return 'unknown'
  const labels = { ...given, [NAME_LABEL]: namespace }
  const exact = Object.entries(selector.matchLabels ?? {}).map(
    ([key, value]): Expression => ({ key, operator: 'In', values: [value] }),
  )
  const all = [...exact, ...(selector.matchExpressions ?? [])]
  return all.every((expression) => expressionHolds(expression, labels)) ? 'yes' : 'no'
}

/**
 * The grant of an object to other namespaces (R28). Its own namespace needs none. A `Selector`
 * without a selector grants nothing, nor do labels that nobody knows, not even where it is asked
 * for their absence; an empty selector grants every namespace, as everywhere in Kubernetes.
 */
export const grantOf = (own: string, { from, selector }: AllowedNamespaces): Grant => {
  const terms = canonicalJson([own, from, selector])
  switch (from) {
    case 'Same':
      return { terms, permits: (namespace) => namespace === own, needsLabels: false }
    case 'All':
      return { terms, permits: () => true, needsLabels: false }
    case 'Selector':
      return {
        terms,
        permits: (namespace, labelsOf) =>
          namespace === own ||
          (selector !== undefined && selects(selector, namespace, labelsOf) === 'yes'),
        needsLabels: selector !== undefined && isAboutLabels(selector),
      }
  }
}

/** Whether two objects grant the same to the same. */
export const sameGrant = (
  one: { readonly grant: Grant },
  other: { readonly grant: Grant },
): boolean => one.grant.terms === other.grant.terms
