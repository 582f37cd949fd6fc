import type { ObjectRef } from '../../resource/resource.ts'
import { objectKey } from '../../resource/resource.ts'
import type { Finding } from './findings.ts'
import type { Grant, LabelsOf } from './grant.ts'

/** What an object came to once everything it refers to was looked at. */
export type Linked<T> =
  | { readonly kind: 'usable'; readonly value: T }
  /** `detail` completes the sentence "<object> cannot be used: …". */
  | { readonly kind: 'unusable'; readonly detail: string }

/** An object that others may refer to. */
export interface Referable<T> {
  /**
   * Absent for an object that was never valid: nobody knows whom it would have granted anything.
   */
  readonly grant?: Grant
  readonly linked: Linked<T>
}

/**
 * What following one reference came to: a finding is about the object that refers, `unusable` about
 * the other.
 */
export type Followed<T> =
  | Linked<T>
  | { readonly kind: 'finding'; readonly finding: Omit<Finding, 'field'> }

/** The objects of one kind, by `namespace/name`. */
export interface Referables<T> {
  readonly kind: 'IdentityProvider' | 'OIDCClient'
  readonly byName: ReadonlyMap<string, Referable<T>>
  readonly labelsOf: LabelsOf
}

const NOT_FOUND = {
  IdentityProvider: 'ProviderNotFound',
  OIDCClient: 'ClientNotFound',
} as const

const finding = (
  reason: Finding['reason'],
  message: string,
): { readonly kind: 'finding'; readonly finding: Omit<Finding, 'field'> } => ({
  kind: 'finding',
  finding: { reason, message },
})

const hindrance = <T>(
  from: string,
  grant: Grant | undefined,
  { labelsOf }: Referables<T>,
): string =>
  grant?.needsLabels === true && labelsOf(from) === undefined
    ? `its \`allowedNamespaces\` asks for labels, and those of the namespace "${from}" are not known; ` +
      'in a cluster that takes the right to list and watch namespaces, and resources of every namespace being read'
    : `let its \`allowedNamespaces\` include the namespace "${from}"`

/**
 * Follows a reference from a namespace. Nothing crosses namespaces without the grant of the object
 * referred to (R28).
 */
export const follow = <T>(
  from: string,
  to: Pick<ObjectRef, 'namespace' | 'name'>,
  among: Referables<T>,
): Followed<T> => {
  const key = objectKey({ kind: among.kind, ...to })
  const target = among.byName.get(`${to.namespace}/${to.name}`)
  if (target === undefined) {
    return finding(NOT_FOUND[among.kind], `${key} was not found: create it, or correct the name`)
  }
  const neverValid = target.grant === undefined && target.linked.kind === 'unusable'
  const isForeign = to.namespace !== from && !neverValid
  if (isForeign && target.grant?.permits(from, among.labelsOf) !== true) {
    const why = hindrance(from, target.grant, among)
    return finding('RefNotPermitted', `${key} may not be used from here: ${why}`)
  }
  if (target.linked.kind === 'usable') return target.linked
  return { kind: 'unusable', detail: `${key} cannot be used: ${target.linked.detail}` }
}

/**
 * What tells the outcome of one following from that of another: equal marks, by identity, stand for
 * the same outcome.
 */
export const markOf = <T>(followed: Followed<T>): unknown => {
  switch (followed.kind) {
    case 'usable':
      return followed.value
    case 'unusable':
      return `unusable ${followed.detail}`
    case 'finding':
      return `${followed.finding.reason} ${followed.finding.message}`
  }
}
