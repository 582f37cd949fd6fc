import { createFindings } from '../policy/compile/object/findings.ts'
import type { PlatformTerms } from '../policy/compile/platform/floor.ts'
import { readTerms } from '../policy/compile/platform/read-terms.ts'
import type { FieldPath, Resource } from '../policy/resource/resource.ts'
import { type FieldProblem, formatField } from './schema/field-path.ts'
import { createResourceSchema, type ResourceSchema } from './schema/schema.ts'

/** One requirement of the platform as it is written, its clauses and selector not yet read. */
interface WrittenRequirement {
  readonly name: string
  readonly namespaces?: { readonly names?: readonly string[]; readonly selector?: unknown }
  readonly authorize?: readonly unknown[]
  readonly removeHeaders?: readonly string[]
}

/** What the platform requires, or what is wrong with that, in sentences. */
export type PlatformRead =
  | { readonly kind: 'read'; readonly terms: readonly PlatformTerms[] }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }

const API_VERSION = 'sallyport.dev/v1alpha1'
const METADATA = { name: 'platform', namespace: 'platform' }

/** A resource that holds a part of a requirement where resources hold theirs. */
const holding = (kind: Resource['kind'], spec: object): unknown => ({
  apiVersion: API_VERSION,
  kind,
  metadata: METADATA,
  spec,
})

/** What reads expressions is loaded when a route needs it; the platform requires without it. */
const NO_EXPRESSION = () => ({
  ok: false as const,
  messages: ['is for routes alone: write what the platform requires as clauses of the other kinds'],
})

const AUTHORIZE: FieldPath = ['spec', 'authorize']
const SELECTOR: FieldPath = ['spec', 'allowedNamespaces', 'selector']

interface Part<T> {
  readonly value: T
  readonly problems: readonly FieldProblem[]
}

const below = (from: FieldPath, to: FieldPath, problems: readonly FieldProblem[]) =>
  problems.map(({ field, message }) => ({ field: [...to, ...field.slice(from.length)], message }))

const clausesOf = (
  { authorize = [] }: WrittenRequirement,
  field: FieldPath,
  schema: ResourceSchema,
): Part<PlatformTerms['authorize']> => {
  if (authorize.length === 0) return { value: [], problems: [] }
  const route = { hosts: ['platform.invalid'], clientRef: { name: 'platform' }, authorize }
  const decoded = schema.decode(holding('ProtectedRoute', route))
  const here = [...field, 'authorize']
  if (decoded.kind === 'refused') {
    return { value: [], problems: below(AUTHORIZE, here, decoded.problems) }
  }
  if (decoded.resource.kind !== 'ProtectedRoute') return { value: [], problems: [] }
  const findings = createFindings(NO_EXPRESSION)
  const value = readTerms(decoded.resource.spec.authorize, here, findings)
  return { value, problems: findings.list() }
}

type Namespaces = Pick<PlatformTerms, 'namespaces'>

const namespacesOf = (
  { namespaces }: WrittenRequirement,
  field: FieldPath,
  schema: ResourceSchema,
): Part<Namespaces> => {
  if (namespaces?.names !== undefined) {
    return { value: { namespaces: { names: namespaces.names } }, problems: [] }
  }
  if (namespaces?.selector === undefined) return { value: {}, problems: [] }
  const allowedNamespaces = { from: 'Selector', selector: namespaces.selector }
  const provider = { issuer: 'https://platform.invalid', allowedNamespaces }
  const decoded = schema.decode(holding('IdentityProvider', provider))
  const here = [...field, 'namespaces', 'selector']
  if (decoded.kind === 'refused') {
    return { value: {}, problems: below(SELECTOR, here, decoded.problems) }
  }
  const { resource } = decoded
  const selector =
    resource.kind === 'IdentityProvider' ? resource.spec.allowedNamespaces.selector : undefined
  return { value: selector === undefined ? {} : { namespaces: { selector } }, problems: [] }
}

/**
 * Reads what the configuration requires of routes, by the schema and the readers of the resources
 * themselves; all problems at once.
 */
export const readPlatform = (written: readonly WrittenRequirement[]): PlatformRead => {
  const schema = createResourceSchema()
  const each = written.map((one, index) => {
    const field = ['requirements', index]
    const clauses = clausesOf(one, field, schema)
    const namespaces = namespacesOf(one, field, schema)
    const terms: PlatformTerms = {
      name: one.name,
      ...namespaces.value,
      authorize: clauses.value,
      removeHeaders: one.removeHeaders ?? [],
    }
    return { terms, problems: [...namespaces.problems, ...clauses.problems] }
  })
  const problems = each.flatMap((one) =>
    one.problems.map(({ field, message }) => `${formatField(field)}: ${message}`),
  )
  return problems.length === 0
    ? { kind: 'read', terms: each.map(({ terms }) => terms) }
    : { kind: 'problems', problems }
}

/** The same. @throws Error where that cannot be read: nothing is served without it. */
export const platformOf = (written: readonly WrittenRequirement[]): readonly PlatformTerms[] => {
  const read = readPlatform(written)
  if (read.kind === 'problems') throw new Error(read.problems.join(' '))
  return read.terms
}
