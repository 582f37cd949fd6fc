import { objectKey, type ProtectedRoute, refOf } from '../policy/resource/resource.ts'
import type { ManifestRead } from '../resources/manifest/joined-manifests.ts'

interface WrittenUpstream {
  readonly compatibility?: string | undefined
  readonly passHeaders?: readonly string[] | undefined
}

const saysWhich = (upstream: WrittenUpstream | undefined): boolean =>
  upstream?.passHeaders !== undefined || (upstream?.compatibility ?? 'None') !== 'None'

const saysNothing = ({ spec }: ProtectedRoute): boolean =>
  [spec, ...spec.rules].every(({ upstream }) => !saysWhich(upstream))

/**
 * What nobody can see in a manifest: whether an upstream believes identity headers that something
 * before it sets. Routes that say nothing of such headers are named, in one sentence.
 */
export const identityHeaderNotes = ({ resources }: ManifestRead): readonly string[] => {
  const routes = resources.flatMap((resource) =>
    resource.kind === 'ProtectedRoute' && saysNothing(resource) ? [objectKey(refOf(resource))] : [],
  )
  if (routes.length === 0) return []
  return [
    `Identity headers of other products, such as x-forwarded-user and x-auth-request-email, are removed from every request to ${routes.join(', ')}: if an upstream relied on them, name them in \`upstream.passHeaders\`, or have them set by \`upstream.compatibility\``,
  ]
}
