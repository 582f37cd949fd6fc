import { objectKey, type Resource, refOf } from '../../policy/resource/resource.ts'
import type {
  ProtectedRouteRuleAuthenticate,
  ProtectedRouteRuleAuthorize,
} from '../../policy/resource/resource-specs.generated.ts'

/**
 * Resources that compile without their Secrets and ConfigMaps, and the names of those that were not
 * there.
 */
export interface StoodIn {
  readonly resources: readonly Resource[]
  readonly missing: readonly string[]
}

interface Replaced {
  readonly resource: Resource
  readonly missing: readonly string[]
}

type NamingKeys = Pick<
  NonNullable<ProtectedRouteRuleAuthenticate['bearer']>,
  'decryptionKeyRef' | 'decryptionKeyRefs'
>

type Lookup = (kind: 'Secret' | 'ConfigMap', namespace: string, name: string) => readonly string[]

const withoutCredential = (resource: Resource, absent: Lookup): Replaced => {
  if (resource.kind !== 'OIDCClient') return { resource, missing: [] }
  const { secretRef, privateKeyRef, certificateRef } = resource.spec.authentication
  const missing = [secretRef, privateKeyRef, certificateRef].flatMap((ref) =>
    ref === undefined ? [] : absent('Secret', resource.metadata.namespace, ref.name),
  )
  if (missing.length === 0) return { resource, missing }
  const spec = { ...resource.spec, authentication: { method: 'none' as const } }
  return { resource: { ...resource, spec }, missing }
}

/** The keys that open tokens as far as they are there, and the names of the others. */
const keysThere = (
  { decryptionKeyRef: one, decryptionKeyRefs: several = [] }: NamingKeys,
  namespace: string,
  absent: Lookup,
): { readonly there: NamingKeys; readonly missing: readonly string[] } => {
  const missingOf = ({ name }: { readonly name: string }) => absent('Secret', namespace, name)
  const isThere = (ref: { readonly name: string }): boolean => missingOf(ref).length === 0
  const left = several.filter(isThere)
  return {
    there: {
      ...(one !== undefined && isThere(one) ? { decryptionKeyRef: one } : {}),
      ...(left.length > 0 ? { decryptionKeyRefs: left } : {}),
    },
    missing: [...(one === undefined ? [] : [one]), ...several].flatMap(missingOf),
  }
}

const withoutIdTokenKey = (resource: Resource, absent: Lookup): Replaced => {
  if (resource.kind !== 'OIDCClient' || resource.spec.idToken === undefined) {
    return { resource, missing: [] }
  }
  const { namespace } = resource.metadata
  const { decryptionKeyRef: _, decryptionKeyRefs: __, ...rest } = resource.spec.idToken
  const { there, missing } = keysThere(resource.spec.idToken, namespace, absent)
  const idToken = { ...rest, ...there }
  return { resource: { ...resource, spec: { ...resource.spec, idToken } }, missing }
}

const withoutBearerKeys = (resource: Resource, absent: Lookup): Replaced => {
  if (resource.kind !== 'ProtectedRoute') return { resource, missing: [] }
  const { spec, metadata } = resource
  const missing: string[] = []
  const withoutKey = (member: ProtectedRouteRuleAuthenticate): ProtectedRouteRuleAuthenticate => {
    if (member.bearer === undefined) return member
    const { decryptionKeyRef: _, decryptionKeyRefs: __, ...rest } = member.bearer
    const { there, missing: names } = keysThere(member.bearer, metadata.namespace, absent)
    missing.push(...names)
    return { ...member, bearer: { ...rest, ...there } }
  }
  const authenticate = spec.authenticate.map(withoutKey)
  const rules = spec.rules.map((rule) =>
    rule.authenticate === undefined
      ? rule
      : { ...rule, authenticate: rule.authenticate.map(withoutKey) },
  )
  if (missing.length === 0) return { resource, missing }
  return { resource: { ...resource, spec: { ...spec, authenticate, rules } }, missing }
}

const withoutCa = (resource: Resource, absent: Lookup): Replaced => {
  if (resource.kind !== 'IdentityProvider' || resource.spec.tls === undefined) {
    return { resource, missing: [] }
  }
  const { kind, name } = resource.spec.tls.caRef
  const missing = absent(kind, resource.metadata.namespace, name)
  if (missing.length === 0) return { resource, missing }
  const { tls: _, ...spec } = resource.spec
  return { resource: { ...resource, spec }, missing }
}

type Clauses = readonly ProtectedRouteRuleAuthorize[]

/** A decision point without the Secret and the authority that are not there. */
const standingIn = (
  clauses: Clauses,
  isMissing: (ref: { readonly kind: 'Secret' | 'ConfigMap'; readonly name: string }) => boolean,
): Clauses =>
  clauses.map((clause) => {
    if (clause.external === undefined) return clause
    const { tls, credentialsRef, ...external } = clause.external
    const hasToken =
      credentialsRef !== undefined && !isMissing({ kind: 'Secret', name: credentialsRef.name })
    return {
      ...clause,
      external: {
        ...external,
        ...(tls === undefined || isMissing(tls.caRef) ? {} : { tls }),
        ...(hasToken ? { credentialsRef } : {}),
      },
    }
  })

const withoutDecisionPointData = (resource: Resource, absent: Lookup): Replaced => {
  if (resource.kind !== 'ProtectedRoute') return { resource, missing: [] }
  const { spec, metadata } = resource
  const missing: string[] = []
  const without = (clauses: Clauses) =>
    standingIn(clauses, ({ kind, name }) => {
      const names = absent(kind, metadata.namespace, name)
      missing.push(...names)
      return names.length > 0
    })
  const authorize = without(spec.authorize)
  const rules = spec.rules.map((rule) =>
    rule.authorize === undefined ? rule : { ...rule, authorize: without(rule.authorize) },
  )
  if (missing.length === 0) return { resource, missing }
  return { resource: { ...resource, spec: { ...spec, authorize, rules } }, missing }
}

const REPLACEMENTS = [
  withoutCredential,
  withoutIdTokenKey,
  withoutCa,
  withoutBearerKeys,
  withoutDecisionPointData,
]

/**
 * An explanation reaches nobody, so a client secret or a CA that is not among the files is of no
 * importance to it.
 */
export const standIn = (resources: readonly Resource[]): StoodIn => {
  const known = new Set(resources.map((resource) => objectKey(refOf(resource))))
  const absent: Lookup = (kind, namespace, name) => {
    const key = objectKey({ kind, namespace, name })
    return known.has(key) ? [] : [key]
  }
  const replaced = resources.map((resource) => {
    const missing: string[] = []
    const without = REPLACEMENTS.reduce((one, replace) => {
      const replaced = replace(one, absent)
      missing.push(...replaced.missing)
      return replaced.resource
    }, resource)
    return { resource: without, missing }
  })
  return {
    resources: replaced.map(({ resource }) => resource),
    missing: [...new Set(replaced.flatMap(({ missing }) => missing))],
  }
}
