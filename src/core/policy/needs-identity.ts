import type { Requirement } from './requirement.ts'

/** Whether a clause can hold only for somebody who is known. */
export const needsIdentity = (requirement: Requirement): boolean => {
  switch (requirement.kind) {
    case 'scopes':
    case 'claim':
      return true
  }
}
