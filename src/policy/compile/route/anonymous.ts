import { needsIdentity } from '../../../core/policy/needs-identity.ts'
import type { Rule } from '../../../core/policy/policy.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { Findings } from '../object/findings.ts'
import type { MethodDraft } from './methods.ts'

type Asking = Pick<Rule, 'authorize'> & { readonly authenticate: readonly MethodDraft[] }

/** What was written at one place, as far as it has to suit `anonymous`. */
interface Written {
  readonly authenticate?: unknown
  readonly authorize?: unknown
  readonly onUnauthenticated?: string
}

/**
 * What a place asks for while it lets everybody pass: a login that nothing starts, or something
 * that whoever does not sign in would not have to fulfil. What it has from elsewhere is said there.
 */
export const checkAnonymous = (
  { authenticate, authorize }: Asking,
  written: Written,
  field: FieldPath,
  findings: Findings,
): void => {
  if (authenticate.every(({ kind }) => kind !== 'anonymous')) return
  if (written.onUnauthenticated === 'Login') {
    const message =
      'Whoever is not signed in passes by `anonymous`, so nothing starts a login: remove `anonymous`, or choose `Auto`'
    findings.add([...field, 'onUnauthenticated'], message)
  }
  const isOwn = written.authenticate !== undefined || written.authorize !== undefined
  if (isOwn && authorize.some(needsIdentity)) {
    const message =
      'Whoever is not signed in passes by `anonymous`, and would escape what is asked of identities here: remove `anonymous`, or write `authorize: []`'
    findings.add([...field, 'authorize'], message)
  }
}
