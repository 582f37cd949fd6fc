import { eachInSteps, type Steps } from '../core/time/steps.ts'
import { grantOf } from './compile/object/grant.ts'
import type { Good } from './compile/object/last-good.ts'
import { isByLabels, type PlatformTerms } from './compile/platform/floor.ts'
import type { ClientDraft } from './compile/registration/client.ts'
import type { ProviderDraft } from './compile/registration/provider.ts'
import type { RouteDraft } from './compile/route/route.ts'
import type { LastGood } from './in-force.ts'
import {
  type ObjectRef,
  objectKey,
  type ProtectedRoute,
  type Resource,
} from './resource/resource.ts'

const named = (
  kind: 'Secret' | 'ConfigMap',
  namespace: string,
  ref: { readonly name: string } | undefined,
): readonly ObjectRef[] => (ref === undefined ? [] : [{ kind, namespace, name: ref.name }])

type Named = { readonly name: string } | undefined

/** What opens tokens: one key, or several. */
const keysNamed = (
  namespace: string,
  one: Named,
  several: readonly Named[] = [],
): readonly ObjectRef[] => [one, ...several].flatMap((ref) => named('Secret', namespace, ref))

/** What the decision points and the encrypted tokens of a route need. */
const writtenInRoute = ({ metadata, spec }: ProtectedRoute): readonly ObjectRef[] =>
  [spec, ...spec.rules].flatMap(({ authorize = [], authenticate = [] }) => [
    ...authorize.flatMap(({ external }) => [
      ...named(external?.tls?.caRef.kind ?? 'ConfigMap', metadata.namespace, external?.tls?.caRef),
      ...named('Secret', metadata.namespace, external?.credentialsRef),
    ]),
    ...authenticate.flatMap(({ bearer }) =>
      keysNamed(metadata.namespace, bearer?.decryptionKeyRef, bearer?.decryptionKeyRefs),
    ),
  ])

const writtenIn = (resource: Resource): readonly ObjectRef[] => {
  const { namespace } = resource.metadata
  switch (resource.kind) {
    case 'IdentityProvider': {
      const refs = [resource.spec.tls?.caRef, resource.spec.proxy?.caRef]
      return refs.flatMap((ref) => (ref === undefined ? [] : named(ref.kind, namespace, ref)))
    }
    case 'OIDCClient': {
      const { authentication, idToken } = resource.spec
      const { secretRef, privateKeyRef, certificateRef } = authentication
      return [
        ...named('Secret', namespace, secretRef),
        ...named('Secret', namespace, privateKeyRef),
        ...named('Secret', namespace, certificateRef),
        ...keysNamed(namespace, idToken?.decryptionKeyRef, idToken?.decryptionKeyRefs),
      ]
    }
    case 'ProtectedRoute':
      return writtenInRoute(resource)
    case 'Secret':
    case 'ConfigMap':
    case 'Namespace':
      return []
  }
}

const heldByProvider = ({ draft }: Good<ProviderDraft>): readonly ObjectRef[] =>
  [draft.ca, draft.proxy?.ca].flatMap((ca) =>
    ca === undefined ? [] : named(ca.kind, ca.namespace, ca),
  )

const heldByClient = ({
  draft: { credential, decryptionKeys = [], bindingCertificate },
}: Good<ClientDraft>): readonly ObjectRef[] =>
  [
    'ref' in credential ? credential.ref : undefined,
    ...decryptionKeys.map(({ ref }) => ref),
    bindingCertificate?.ref,
  ].flatMap((ref) => (ref === undefined ? [] : named(ref.kind, ref.namespace, ref)))

const heldByRoute = ({ draft: { rules, fallback } }: Good<RouteDraft>): readonly ObjectRef[] =>
  [fallback, ...rules]
    .flatMap(({ decisionPoint: point, authenticate }) => [
      point?.ca,
      point?.credential,
      ...authenticate.flatMap((one) =>
        one.kind === 'bearer' ? (one.decryptionKeys ?? []).map(({ ref }) => ref) : [],
      ),
    ])
    .flatMap((ref) => (ref === undefined ? [] : named(ref.kind, ref.namespace, ref)))

/**
 * The Secrets and ConfigMaps that a compilation looks into: those that the resources name, and
 * those that last good versions need as long as they may stay in force (R29). Each once.
 */
export const dataReferences = function* (
  resources: readonly Resource[],
  previous?: LastGood,
): Steps<readonly ObjectRef[]> {
  const refs = new Map<string, ObjectRef>()
  const take = (some: readonly ObjectRef[]): void => {
    for (const ref of some) refs.set(objectKey(ref), ref)
  }
  yield* eachInSteps(resources, (resource) => take(writtenIn(resource)))
  yield* eachInSteps(previous?.providers.values() ?? [], (good) => take(heldByProvider(good)))
  yield* eachInSteps(previous?.clients.values() ?? [], (good) => take(heldByClient(good)))
  yield* eachInSteps(previous?.routes.values() ?? [], (good) => take(heldByRoute(good)))
  return [...refs.values()]
}

/**
 * Whether a compilation looks at the labels of namespaces: for what the platform requires, for a
 * grant that the resources give, or that a last good version still gives (R28, R29).
 */
export const needsNamespaceLabels = function* (
  resources: readonly Resource[],
  previous?: LastGood,
  platform: readonly PlatformTerms[] = [],
): Steps<boolean> {
  let needsLabels = platform.some(isByLabels)
  yield* eachInSteps(resources, (resource) => {
    if (resource.kind !== 'IdentityProvider' && resource.kind !== 'OIDCClient') return
    const { metadata, spec } = resource
    if (grantOf(metadata.namespace, spec.allowedNamespaces).needsLabels) needsLabels = true
  })
  const note = ({ draft }: Good<ProviderDraft | ClientDraft>): void => {
    if (draft.grant.needsLabels) needsLabels = true
  }
  yield* eachInSteps(previous?.providers.values() ?? [], note)
  yield* eachInSteps(previous?.clients.values() ?? [], note)
  return needsLabels
}
