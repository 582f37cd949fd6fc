import { isSetFor } from '../../../core/policy/compatibility.ts'
import type { Upstream } from '../../../core/policy/upstream.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { Findings } from '../object/findings.ts'
import { namesSetBy } from './upstream-names.ts'

/** An upstream of a route, and where it is written. */
interface Written {
  readonly upstream: Upstream
  readonly field: FieldPath
}

const isSetIn = (upstreams: readonly Upstream[], name: string): boolean =>
  upstreams.some(
    (upstream) =>
      namesSetBy(upstream).includes(name) ||
      (upstream.compatibility !== undefined && isSetFor(upstream.compatibility, name)),
  )

/**
 * What any rule of a route sets is removed on all of its paths, so that none of these names can
 * pass on one of them. What a rule has from the route is told there alone.
 */
export const checkPassedHeaders = (
  route: Upstream,
  rules: readonly Upstream[],
  findings: Findings,
): void => {
  const all = [route, ...rules]
  const places: readonly Written[] = [
    { upstream: route, field: ['spec', 'upstream', 'passHeaders'] },
    ...rules.flatMap((upstream, index) =>
      upstream.passHeaders === route.passHeaders
        ? []
        : [{ upstream, field: ['spec', 'rules', index, 'upstream', 'passHeaders'] }],
    ),
  ]
  for (const { upstream, field } of places) {
    for (const name of upstream.passHeaders ?? []) {
      if (!isSetIn(all, name)) continue
      const message = `The header "${name}" is set for the upstream by this route, so that nobody else's may pass: remove it from \`passHeaders\``
      findings.add(field, message)
    }
  }
}
