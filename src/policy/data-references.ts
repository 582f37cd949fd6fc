import { grantOf } from './compile/object/grant.ts'
import type { LastGood } from './compile.ts'
import { type ObjectRef, objectKey, type Resource } from './resource/resource.ts'

const named = (
  kind: 'Secret' | 'ConfigMap',
  namespace: string,
  ref: { readonly name: string } | undefined,
): readonly ObjectRef[] => (ref === undefined ? [] : [{ kind, namespace, name: ref.name }])

const writtenIn = (resource: Resource): readonly ObjectRef[] => {
  const { namespace } = resource.metadata
  switch (resource.kind) {
    case 'IdentityProvider': {
      const refs = [resource.spec.tls?.caRef, resource.spec.proxy?.caRef]
      return refs.flatMap((ref) => (ref === undefined ? [] : named(ref.kind, namespace, ref)))
    }
    case 'OIDCClient': {
      const { secretRef, privateKeyRef } = resource.spec.authentication
      return [
        ...named('Secret', namespace, secretRef),
        ...named('Secret', namespace, privateKeyRef),
      ]
    }
    case 'ProtectedRoute':
    case 'Secret':
    case 'ConfigMap':
    case 'Namespace':
      return []
  }
}

const heldBy = ({ providers, clients }: LastGood): readonly ObjectRef[] => [
  ...[...providers.values()].flatMap(({ draft }) =>
    [draft.ca, draft.proxy?.ca].flatMap((ca) =>
      ca === undefined ? [] : named(ca.kind, ca.namespace, ca),
    ),
  ),
  ...[...clients.values()].flatMap(({ draft: { credential } }) =>
    credential.kind === 'none'
      ? []
      : named(credential.ref.kind, credential.ref.namespace, credential.ref),
  ),
]

/**
 * The Secrets and ConfigMaps that a compilation looks into: those that the resources name, and
 * those that last good versions need as long as they may stay in force (R29). Each once.
 */
export const dataReferences = (
  resources: readonly Resource[],
  previous?: LastGood,
): readonly ObjectRef[] => {
  const all = [...resources.flatMap(writtenIn), ...(previous === undefined ? [] : heldBy(previous))]
  return [...new Map(all.map((ref) => [objectKey(ref), ref])).values()]
}

/**
 * Whether a compilation looks at the labels of namespaces: for a grant that the resources give, or
 * that a last good version still gives (R28, R29).
 */
export const needsNamespaceLabels = (
  resources: readonly Resource[],
  previous?: LastGood,
): boolean => {
  const written = resources.some(
    (resource) =>
      (resource.kind === 'IdentityProvider' || resource.kind === 'OIDCClient') &&
      grantOf(resource.metadata.namespace, resource.spec.allowedNamespaces).needsLabels,
  )
  const held = [...(previous?.providers.values() ?? []), ...(previous?.clients.values() ?? [])]
  return written || held.some(({ draft }) => draft.grant.needsLabels)
}
