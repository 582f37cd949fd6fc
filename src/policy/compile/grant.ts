import type {
  IdentityProviderAllowedNamespaces,
  OIDCClientAllowedNamespaces,
} from '../resource-specs.generated.ts'

type AllowedNamespaces = IdentityProviderAllowedNamespaces | OIDCClientAllowedNamespaces

type Selector = NonNullable<AllowedNamespaces['selector']>

type Expression = NonNullable<Selector['matchExpressions']>[number]

type Labels = ReadonlyMap<string, string>

/** Whether objects of a namespace may refer to the object that gave this grant. */
export type Grant = (namespace: string) => boolean

/** The one label that every namespace has, wherever its objects were read from. */
const NAME_LABEL = 'kubernetes.io/metadata.name'

const expressionHolds = ({ key, operator, values = [] }: Expression, labels: Labels): boolean => {
  const value = labels.get(key)
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

const selects = (selector: Selector, namespace: string): boolean => {
  const labels: Labels = new Map([[NAME_LABEL, namespace]])
  const exact = Object.entries(selector.matchLabels ?? {})
  return (
    exact.every(([key, value]) => labels.get(key) === value) &&
    (selector.matchExpressions ?? []).every((expression) => expressionHolds(expression, labels))
  )
}

/**
 * The grant of an object to other namespaces (R28). Its own namespace needs none. A `Selector`
 * without a selector grants nothing; an empty selector grants every namespace, as everywhere in
 * Kubernetes.
 */
export const grantOf = (own: string, allowed: AllowedNamespaces): Grant => {
  const { from, selector } = allowed
  switch (from) {
    case 'Same':
      return (namespace) => namespace === own
    case 'All':
      return () => true
    case 'Selector':
      return (namespace) =>
        namespace === own || (selector !== undefined && selects(selector, namespace))
  }
}
