import type { Requirement } from './requirement.ts'

/** Whether a clause is asked of those alone who are known, so that whoever is not escapes it. */
export const needsIdentity = (requirement: Requirement): boolean => {
  switch (requirement.kind) {
    case 'scopes':
    case 'claim':
    case 'email_domains':
    case 'cel':
    case 'authentication_context':
      return true
    case 'source_addresses':
      return false
    case 'any':
      return requirement.clauses.some(needsIdentity)
    case 'platform':
      return needsIdentity(requirement.clause)
  }
}

/** Whether a clause, or an alternative of one, asks how and when the caller authenticated. */
export const asksContext = (requirement: Requirement): boolean => {
  switch (requirement.kind) {
    case 'authentication_context':
      return true
    case 'platform':
      return asksContext(requirement.clause)
    case 'any':
      return requirement.clauses.some(asksContext)
    default:
      return false
  }
}
