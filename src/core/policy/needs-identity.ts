import type { Requirement } from './requirement.ts'

/** Whether a clause is asked of those alone who are known, so that whoever is not escapes it. */
export const needsIdentity = (requirement: Requirement): boolean => {
  switch (requirement.kind) {
    case 'scopes':
    case 'claim':
    case 'email_domains':
    case 'cel':
      return true
    case 'source_addresses':
      return false
    case 'any':
      return requirement.clauses.some(needsIdentity)
    case 'platform':
      return needsIdentity(requirement.clause)
  }
}
