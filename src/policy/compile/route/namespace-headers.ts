import { eachInSteps, type Steps } from '../../../core/time/steps.ts'
import type { Weighed } from '../object/last-good.ts'
import { namesSetBy } from '../upstream/upstream-names.ts'
import type { RouteDraft } from './route.ts'

/** The header names that the routes of each namespace set, lower case. */
export type NamespaceHeaders = ReadonlyMap<string, ReadonlySet<string>>

const namesOf = ({ rules, fallback }: RouteDraft): readonly string[] =>
  [fallback, ...rules].flatMap(({ upstream }) => namesSetBy(upstream))

const same = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((name) => b.has(name))

/**
 * Gathers what a namespace's upstreams may take for an identity. Routes of one namespace often
 * share an upstream, which cannot know by which of them a request came. Never across namespaces:
 * nobody may take headers off somebody else's requests. What is the same as before stays the same
 * object.
 */
export const gatherHeaders = function* (
  routes: readonly Weighed<RouteDraft>[],
  before: NamespaceHeaders,
): Steps<NamespaceHeaders> {
  const gathered = new Map<string, Set<string>>()
  yield* eachInSteps(routes, ({ inForce }) => {
    if (inForce.kind === 'none') return
    const { draft } = inForce.good
    const names = gathered.get(draft.namespace) ?? new Set<string>()
    gathered.set(draft.namespace, names)
    for (const name of namesOf(draft)) names.add(name)
  })
  const headers = new Map<string, ReadonlySet<string>>()
  yield* eachInSteps(gathered, ([namespace, names]) => {
    const former = before.get(namespace)
    headers.set(namespace, former !== undefined && same(former, names) ? former : names)
  })
  return headers
}
