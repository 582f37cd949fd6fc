import type { CompiledResources } from '../app/compile-resources.ts'
import { reviewBundle } from '../outbound/authorities.ts'
import type { ObjectRef } from '../policy/resource/resource.ts'
import {
  type LocatedProblem,
  locateProblem,
  sortProblems,
} from '../resources/manifest/diagnostics.ts'
import type { ManifestRead } from '../resources/manifest/joined-manifests.ts'

/** What is wrong with the authorities that providers name. */
export interface BundlesReview {
  /** No certificate of the bundle is of use: no connection will be trusted. */
  readonly problems: readonly LocatedProblem[]
  /** Some are, and others are not. */
  readonly warnings: readonly LocatedProblem[]
}

const refOf = (name: string): ObjectRef => {
  const [namespace = '', own = ''] = name.split('/')
  return { kind: 'IdentityProvider', namespace, name: own }
}

/** Looks for certificates that are expired, not yet valid or unreadable. */
export const reviewBundles = (
  { providers }: Pick<CompiledResources, 'providers'>,
  { locate }: Pick<ManifestRead, 'locate'>,
  nowMs: number,
): BundlesReview => {
  const bundles = providers.flatMap(({ name, caPem, proxy }) => [
    { object: refOf(name), field: ['spec', 'tls', 'caRef'], pem: caPem },
    { object: refOf(name), field: ['spec', 'proxy', 'caRef'], pem: proxy?.caPem },
  ])
  const reviewed = bundles.flatMap(({ object, field, pem }) => {
    if (pem === undefined) return []
    const { complaints, isUseless } = reviewBundle(pem, nowMs)
    return complaints.map((complaint) => {
      const message = `${complaint}: put the present one of the authority there`
      return { isUseless, told: locateProblem({ object, field, message }, locate) }
    })
  })
  const of = (isUseless: boolean): readonly LocatedProblem[] =>
    sortProblems(reviewed.filter((one) => one.isUseless === isUseless).map(({ told }) => told))
  return { problems: of(true), warnings: of(false) }
}
