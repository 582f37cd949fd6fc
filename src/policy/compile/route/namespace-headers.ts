import type { Weighed } from '../object/last-good.ts'
import type { RouteDraft } from './route.ts'

/** The header names that the routes of each namespace set, lower case. */
export type NamespaceHeaders = ReadonlyMap<string, ReadonlySet<string>>

const namesOf = ({ rules, fallback }: RouteDraft): readonly string[] =>
  [fallback, ...rules].flatMap((rule) => rule.upstream.headers.map(({ name }) => name))

/**
 * Gathers what a namespace's upstreams may take for an identity. Routes of one namespace often
 * share an upstream, which cannot know by which of them a request came. Never across namespaces:
 * nobody may take headers off somebody else's requests.
 */
export const gatherHeaders = (routes: readonly Weighed<RouteDraft>[]): NamespaceHeaders => {
  const byNamespace = new Map<string, Set<string>>()
  for (const { inForce } of routes) {
    if (inForce.kind === 'none') continue
    const { draft } = inForce.good
    const names = byNamespace.get(draft.namespace) ?? new Set<string>()
    byNamespace.set(draft.namespace, names)
    for (const name of namesOf(draft)) names.add(name)
  }
  return byNamespace
}
