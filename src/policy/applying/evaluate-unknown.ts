import type { Access } from '../../core/decision/decision.ts'
import type { Requirement } from '../../core/policy/requirement.ts'
import type { Asked } from '../../core/request/asked.ts'
import { evaluateAny, forPlatform } from './evaluate-any.ts'
import { evaluateSourceAddresses } from './evaluate-source.ts'

const NOBODY: Access = {
  kind: 'clause_refused',
  reason: 'claim_mismatch',
  detail: 'Nobody is signed in, and a clause asks something of who is.',
}

const evaluateOne = (requirement: Requirement, asked: Asked): Access => {
  switch (requirement.kind) {
    case 'source_addresses':
      return evaluateSourceAddresses(requirement, asked)
    case 'any':
      return evaluateAny(requirement, (clause) => evaluateOne(clause, asked))
    case 'platform':
      return forPlatform(requirement, evaluateOne(requirement.clause, asked))
    case 'scopes':
    case 'claim':
    case 'email_domains':
    case 'cel':
    case 'authentication_context':
      return NOBODY
  }
}

/**
 * Whether every one of these clauses holds for a request of nobody in particular; the first that
 * does not is named. What is asked of an identity never does.
 */
export const evaluateUnknown = (requirements: readonly Requirement[], asked: Asked): Access => {
  for (const requirement of requirements) {
    const access = evaluateOne(requirement, asked)
    if (access.kind !== 'permitted') return access
  }
  return { kind: 'permitted' }
}
